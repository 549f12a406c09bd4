package dev.nptune.apply;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Makes what was written survive a power cut.
final class Disk {
    private Disk() {}

    static void syncFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Names made, renamed or removed in a directory are safe only once the directory itself is flushed.
    static void syncDirectory(Path directory) throws IOException {
        syncFile(directory);
    }
}
