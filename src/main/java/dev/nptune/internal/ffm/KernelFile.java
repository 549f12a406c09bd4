package dev.nptune.internal.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file that is read from its beginning again and again, a hundred times a second and more: by the system call alone,
/// without the locks that a channel takes around it. Where native calls are denied there is none.
public final class KernelFile implements AutoCloseable {
    /// From the kernel's `asm-generic/fcntl.h`: the same on x86 and Arm.
    private static final int O_CLOEXEC = 0x80000;

    private static final @Nullable MethodHandle OPEN = LibC.open().orElse(null);
    private static final @Nullable MethodHandle CLOSE = LibC.close().orElse(null);

    /// ```c
    /// ssize_t pread(int fd, void *buf, size_t count, off_t offset);
    /// ```
    private static final @Nullable MethodHandle PREAD = LibC.find(
                    "pread",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG))
            .orElse(null);

    private final int descriptor;
    private boolean closed;

    /// Memory that the kernel writes to.
    public static final class Buffer {
        private final ByteBuffer bytes;
        private final long address;

        /// @param size in bytes
        public Buffer(int size) {
            bytes = ByteBuffer.allocateDirect(size);
            address = MemorySegment.ofBuffer(bytes).address();
        }

        /// The memory itself.
        public ByteBuffer bytes() {
            return bytes;
        }
    }

    private KernelFile(int descriptor) {
        this.descriptor = descriptor;
    }

    /// Opens one to be read.
    ///
    /// @return empty if it cannot be opened so, for whatever reason
    public static Optional<KernelFile> open(Path file) {
        MethodHandle open = OPEN;
        boolean usable = file.getFileSystem().equals(FileSystems.getDefault());
        if (open == null || PREAD == null || CLOSE == null || !usable) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) open.invokeExact(arena.allocateFrom(file.toString()), O_CLOEXEC);
            return descriptor < 0 ? Optional.empty() : Optional.of(new KernelFile(descriptor));
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }

    /// Reads at a place of the file to the same place of a buffer, as much as there is room for.
    ///
    /// @return how many bytes there were; 0 at the file's end; -1 if it cannot be read
    /// @throws IllegalStateException if it is closed
    public int read(Buffer into, int at) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        MethodHandle pread = PREAD;
        if (pread == null) {
            return -1;
        }
        try {
            return (int) (long)
                    pread.invokeExact(descriptor, into.address + at, (long) (into.bytes.capacity() - at), (long) at);
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }

    @Override
    public void close() {
        MethodHandle close = CLOSE;
        if (closed || close == null) {
            return;
        }
        closed = true;
        try {
            int _ = (int) close.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }
}
