package dev.nptune.internal.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
        assumeTrue(hasJournal(Files.getFileStore(temp).name()), "the file system here has no journal");
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        Files.writeString(temp.resolve("file"), "text");

        assertThat(FileSystemJournal.checkpoint(temp)).isTrue();
    }

    /// The kernel has a folder for each journal, named after the device.
    private static boolean hasJournal(String device) throws IOException {
        Path journals = Path.of("/proc/fs/jbd2");
        if (!Files.isDirectory(journals)) {
            return false;
        }
        String name = String.valueOf(Path.of(device).getFileName());
        try (Stream<Path> all = Files.list(journals)) {
            return all.anyMatch(j -> j.getFileName().toString().startsWith(name + "-"));
        }
    }
}
