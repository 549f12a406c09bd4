package dev.nptune.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoReasonTest {
    @TempDir
    private Path folder;

    private static IOException thrown(ThrowingCallable work) {
        return catchThrowableOfType(IOException.class, work);
    }

    @Test
    void saysWhatTheJdkLeavesOut() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "\n");
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        assertThat(IoReason.of(thrown(() -> Files.readString(folder.resolve("none")))))
                .isEqualTo("no such file or folder");
        assertThat(IoReason.of(thrown(() -> Files.createDirectory(file)))).isEqualTo("a file is in the way");
        assertThat(IoReason.of(thrown(() -> Files.delete(folder)))).isEqualTo("the folder is not empty");
        assertThat(IoReason.of(thrown(() -> Files.list(file)))).isEqualTo("it is no folder");
        assertThat(IoReason.of(thrown(() -> Files.readString(file.resolve("below")))))
                .isEqualTo("Not a directory");
        assertThat(IoReason.of(thrown(() -> new FileOutputStream(folder.toString(), true))))
                .isEqualTo("Is a directory");
        assertThat(IoReason.of(new AccessDeniedException("/x"))).isEqualTo("permission denied");
        assertThat(IoReason.of(new MalformedInputException(3))).isEqualTo("it is no UTF-8 text");
        assertThat(IoReason.of(new FileSystemException("/x"))).contains("FileSystemException");
        assertThat(IoReason.of(new IOException("broken pipe"))).isEqualTo("broken pipe");
        assertThat(IoReason.of(new IOException())).isEqualTo("IOException");
    }

    @Test
    void namesTheFileWhereItIsKnown() {
        assertThat(IoReason.withFile(thrown(() -> Files.readString(folder.resolve("none")))))
                .isEqualTo(folder.resolve("none") + ": no such file or folder");
        assertThat(IoReason.withFile(new IOException("broken pipe"))).isEqualTo("broken pipe");
    }
}
