package dev.nptune.watch;

import dev.nptune.internal.ffm.KernelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A file of the kernel's that stays open and is read anew from its beginning each time: no name is looked up, and one
/// of a process that has ended is never one of another process with the same number.
final class KeptFile implements AutoCloseable {
    private final @Nullable KernelFile kernel;
    private final @Nullable FileChannel channel;
    private final boolean whole;

    private KeptFile(Path file, boolean whole) throws IOException {
        this.whole = whole;
        // The channel knows why a file cannot be opened, the other costs less to read.
        FileChannel opened = FileChannel.open(file, StandardOpenOption.READ);
        kernel = KernelFile.open(file).orElse(null);
        if (kernel == null) {
            channel = opened;
        } else {
            channel = null;
            opened.close();
        }
    }

    /// One that the kernel hands out in one piece, if there is room for it. So it does with all of a thread's files.
    static KeptFile whole(Path file) throws IOException {
        return new KeptFile(file, true);
    }

    /// One that the kernel hands out page by page.
    static KeptFile paged(Path file) throws IOException {
        return new KeptFile(file, false);
    }

    /// Reads all of it.
    ///
    /// @param into where the bytes go; the cursor stands at the first
    /// @return whether there is anything: there is not if its process has ended
    boolean read(Cursor into) {
        int length = 0;
        while (true) {
            KernelFile.Buffer buffer = into.room(length);
            int room = buffer.bytes().capacity() - length;
            int got = read(buffer, length);
            length += Math.max(0, got);
            if (got < 0 || got == 0 || (whole && got < room)) {
                into.filled(got < 0 ? 0 : length);
                return got >= 0 && length > 0;
            }
        }
    }

    /// @return how many bytes there were; -1 if it cannot be read
    private int read(KernelFile.Buffer buffer, int at) {
        if (kernel != null) {
            return kernel.read(buffer, at);
        }
        try {
            ByteBuffer bytes = buffer.bytes();
            return channel == null
                    ? -1
                    : Math.max(0, channel.read(bytes.limit(bytes.capacity()).position(at), at));
        } catch (IOException _) {
            return -1;
        }
    }

    @Override
    public void close() {
        if (kernel != null) {
            kernel.close();
        }
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException _) {
            // It was only read.
        }
    }
}
