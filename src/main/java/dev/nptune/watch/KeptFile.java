package dev.nptune.watch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file of the kernel's that stays open and is read anew from its beginning each time: no name is looked up, and one
/// of a process that has ended is never one of another process with the same number.
final class KeptFile implements AutoCloseable {
    private final FileChannel channel;
    private final boolean whole;

    private KeptFile(FileChannel channel, boolean whole) {
        this.channel = channel;
        this.whole = whole;
    }

    /// One that the kernel hands out in one piece, if there is room for it. So it does with all of a thread's files.
    static KeptFile whole(Path file) throws IOException {
        return new KeptFile(FileChannel.open(file, StandardOpenOption.READ), true);
    }

    /// One that the kernel hands out page by page.
    static KeptFile paged(Path file) throws IOException {
        return new KeptFile(FileChannel.open(file, StandardOpenOption.READ), false);
    }

    /// Reads all of it.
    ///
    /// @param into where the bytes go; the cursor stands at the first
    /// @return whether there is anything: there is not if its process has ended
    boolean read(Cursor into) {
        try {
            int length = 0;
            while (true) {
                ByteBuffer buffer = into.room(length);
                int got = channel.read(buffer, length);
                length += Math.max(0, got);
                if (got <= 0 || (whole && buffer.hasRemaining())) {
                    into.filled(length);
                    return length > 0;
                }
            }
        } catch (IOException _) {
            into.filled(0);
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // It was only read.
        }
    }
}
