package dev.nptune.internal.ffm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RecordLockTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsNotThereOrNotLockedIsHeldByNobody() throws IOException {
        assertThat(RecordLock.holder(folder.resolve("none"))).isEmpty();
        assertThat(RecordLock.holder(Files.createFile(folder.resolve("lock")))).isEmpty();
    }

    @Test
    @Timeout(60)
    void anotherProcessThatHoldsItIsNamedAndKeepsIt() throws Exception {
        Path file = Files.createFile(folder.resolve("lock"));
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holding.class.getName(),
                        file.toString())
                .start();
        assertThat(process.getInputStream().read()).isEqualTo('h');
        for (int i = 0; i < 2; i++) {
            assertThat(RecordLock.holder(file)).hasValue((int) process.pid());
        }
        process.getOutputStream().close();
        assertThat(process.waitFor()).isZero();
        assertThat(RecordLock.holder(file)).isEmpty();
    }

    /// Another process that holds it until its input ends.
    static final class Holding {
        private Holding() {}

        public static void main(String[] args) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                System.out.println(channel.tryLock() == null ? "no" : "held");
                System.exit(System.in.read() < 0 ? 0 : 1);
            }
        }
    }
}
