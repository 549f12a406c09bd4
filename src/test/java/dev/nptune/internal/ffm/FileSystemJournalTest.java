package dev.nptune.internal.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemJournalTest {
    @TempDir
    private Path temp;

    @Test
    void thereIsNoneOnWhatIsNotThere() {
        assertThat(FileSystemJournal.checkpoint(temp.resolve("nothing"))).isFalse();
        assertThat(FileSystemJournal.checkpoint(Path.of("/proc/version"))).isFalse();
    }

    @Test
    void thatOfExt4IsEmptied() throws IOException {
        assumeTrue(Files.getFileStore(temp).type().equals("ext4"), "the temporary folder is not on ext4");
        assumeTrue(Files.isDirectory(Path.of("/proc/fs/jbd2")), "no file system here has a journal");
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        Files.writeString(temp.resolve("file"), "text");

        assertThat(FileSystemJournal.checkpoint(temp)).isTrue();
    }
}
