package dev.nptune.internal.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// What a file system keeps in its journal before it is brought to its place.
///
/// `fsync` is done once a change is in the journal, which a kernel replays and a boot loader does not: GRUB reads
/// ext4 as if it had none, and would find the state before, in blocks that may belong to other files by then.
public final class FileSystemJournal {
    /// Of `fcntl.h`, on x86 and Arm.
    private static final int O_RDONLY_CLOEXEC = 0x80000;

    /// `_IOW('f', 43, __u32)` of Linux's `fs/ext4/ext4.h`, from 5.14 on. Commits and empties the journal; for root.
    private static final long EXT4_IOC_CHECKPOINT = 0x4004_662bL;

    private FileSystemJournal() {}

    /// Writes all that the file system of a path has not written yet, and brings what is in its journal to its
    /// place.
    ///
    /// @return whether the journal is empty now: not on file systems other than ext4, on older kernels, and without
    ///     the right; all is written then all the same, if it may
    public static boolean checkpoint(Path path) {
        LibC libc = LibC.load();
        if (libc.open().isEmpty() || libc.close().isEmpty() || libc.syncfs().isEmpty()) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) libc.open().get().invokeExact(arena.allocateFrom(path.toString()), O_RDONLY_CLOEXEC);
            if (file < 0) {
                return false;
            }
            try {
                return written(libc.syncfs().get(), file) && emptied(libc, file, arena.allocate(ValueLayout.JAVA_INT));
            } finally {
                int _ = (int) libc.close().get().invokeExact(file);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }

    private static boolean written(MethodHandle syncfs, int file) throws Throwable {
        return (int) syncfs.invokeExact(file) == 0;
    }

    /// @param flags none of them
    private static boolean emptied(LibC libc, int file, MemorySegment flags) throws Throwable {
        return libc.ioctl().isPresent() && (int) libc.ioctl().get().invokeExact(file, EXT4_IOC_CHECKPOINT, flags) == 0;
    }
}
