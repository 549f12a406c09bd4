package dev.nptune.bench.disk;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the kernel counts for QEMU's own block layer, by `qemu-io`, which reads and writes as QEMU does for a disk.
class ProcIoTest {
    /// Much more than `qemu-io` and its libraries, which it may have to fetch from the disk itself.
    private static final int SIZE = 32 << 20;

    @TempDir
    private Path folder;

    @Test
    void whatComesFromThePageCacheIsNotCounted() throws IOException, InterruptedException {
        assumeTrue(Programs.find("qemu-io", System.getenv("PATH")).isPresent(), "qemu-io is not installed");
        byte[] content = new byte[SIZE];
        new Random(1).nextBytes(content);
        Path image = Files.write(folder.resolve("disk.img"), content, CREATE, WRITE, DSYNC);

        assertThat(counted(image, "read").readBytes()).as("read from memory").isLessThan(SIZE / 2);
        assertThat(counted(image, "write -P 7").writtenBytes())
                .as("written to memory")
                .isGreaterThanOrEqualTo(SIZE);
    }

    private static ProcIo counted(Path image, String operation) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("qemu-io", "-f", "raw", "-t", "writeback", image.toString())
                .redirectErrorStream(true)
                .start();
        try (Writer in = process.outputWriter();
                BufferedReader out = process.inputReader()) {
            in.write(operation + " 0 " + SIZE + "\n");
            in.flush();
            String line = out.readLine();
            while (line != null && !line.contains("ops;")) {
                line = out.readLine();
            }
            return ProcIo.parse(Files.readString(Path.of("/proc", Long.toString(process.pid()), "io")));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }
}
