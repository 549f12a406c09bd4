package dev.nptune.internal.ffm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What a file system keeps in its journal before it is brought to its place.
///
/// `fsync` is done once a change is in the journal, which a kernel replays and a boot loader does not: GRUB reads
/// ext4 and XFS as if they had none, and would find the state before, in blocks that may be other files' by then.
public final class FileSystemJournal {
    /// Of `fcntl.h`, on x86 and Arm.
    private static final int O_RDONLY_CLOEXEC = 0x80000;

    /// `_IOWR('X', 119, int)` and `_IOWR('X', 120, int)` of Linux's `fs.h`; for root.
    private static final long FIFREEZE = 0xc004_5877L;

    private static final long FITHAW = 0xc004_5878L;

    private static final Path ROOT = Path.of("/");

    private static final Optional<Functions> FUNCTIONS = Functions.load();

    /// Functions of the C library.
    ///
    /// @param syncfs ```c
    ///     int syncfs(int fd);
    ///     ```
    private record Functions(MethodHandle open, MethodHandle close, MethodHandle ioctl, MethodHandle syncfs) {
        static Optional<Functions> load() {
            FunctionDescriptor ofFile = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
            return LibC.open()
                    .flatMap(open -> LibC.close()
                            .flatMap(close -> LibC.ioctl()
                                    .flatMap(ioctl -> LibC.find("syncfs", ofFile)
                                            .map(syncfs -> new Functions(open, close, ioctl, syncfs)))));
        }

        /// @param unused what both calls take and do not read
        boolean frozen(int file, MemorySegment unused) throws Throwable {
            return (int) ioctl.invokeExact(file, FIFREEZE, unused) == 0
                    && (int) ioctl.invokeExact(file, FITHAW, unused) == 0;
        }
    }

    private FileSystemJournal() {}

    /// Brings all that is written in the file system of a directory to its place, so that who reads no journal
    /// finds it too.
    ///
    /// `syncfs` does for most: after the journal it writes the block device's own buffers, where ext4 has its
    /// metadata, and commits the trees of Btrfs. XFS keeps its metadata elsewhere and brings it to its place only
    /// when it is frozen; that is done but for the file system of `/`, where nothing could thaw it any more if
    /// this process were killed in between.
    ///
    /// @return whether all is in its place now; not on XFS at `/`, without the right, and without native access
    /// @throws IOException if there is no such directory
    public static boolean settle(Path directory) throws IOException {
        if (FUNCTIONS.isEmpty()) {
            return false;
        }
        Functions functions = FUNCTIONS.get();
        boolean xfs = isXfs(directory);
        boolean freezes = xfs && !isRoot(directory);
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) functions.open().invokeExact(arena.allocateFrom(directory.toString()), O_RDONLY_CLOEXEC);
            if (file < 0) {
                return false;
            }
            try {
                boolean synced = (int) functions.syncfs().invokeExact(file) == 0;
                return synced && (!xfs || (freezes && functions.frozen(file, arena.allocate(ValueLayout.JAVA_INT))));
            } finally {
                int _ = (int) functions.close().invokeExact(file);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }

    /// Whether [#settle] cannot do it there: only a shutdown in good order brings all to its place.
    ///
    /// @throws IOException if there is no such directory
    public static boolean needsShutdown(Path directory) throws IOException {
        return isXfs(directory) && isRoot(directory);
    }

    private static boolean isXfs(Path directory) throws IOException {
        return Files.getFileStore(directory).type().equals("xfs");
    }

    private static boolean isRoot(Path directory) throws IOException {
        return Files.getAttribute(directory, "unix:dev").equals(Files.getAttribute(ROOT, "unix:dev"));
    }
}
