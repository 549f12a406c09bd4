package dev.nptune.internal.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// Who holds the lock on a file that a [java.nio.channels.FileLock] is on Linux: a record lock of `fcntl`.
///
/// Java can only try to take it, and whoever wants it just then would be told that it is held.
public final class RecordLock {
    /// Of `fcntl.h`, on x86 and Arm.
    private static final int O_RDONLY_CLOEXEC = 0x80000;

    private static final int F_GETLK = 5;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    /// `struct flock { short l_type; short l_whence; off_t l_start; off_t l_len; pid_t l_pid; }` of 64 bits.
    private static final long SIZE = 32;

    private static final long L_TYPE = 0;
    private static final long L_PID = 24;

    private static final Optional<Functions> FUNCTIONS = Functions.load();

    /// Functions of the C library.
    ///
    /// @param fcntl ```c
    ///     int fcntl(int fd, int cmd, struct flock *lock);
    ///     ```
    ///     (its third parameter is a variadic one)
    private record Functions(MethodHandle open, MethodHandle close, MethodHandle fcntl) {
        static Optional<Functions> load() {
            FunctionDescriptor onLock = FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
            return LibC.open()
                    .flatMap(open -> LibC.close()
                            .flatMap(close -> LibC.find("fcntl", onLock, Linker.Option.firstVariadicArg(2))
                                    .map(fcntl -> new Functions(open, close, fcntl))));
        }
    }

    private RecordLock() {}

    /// The process that holds the whole of a file, or some of it.
    ///
    /// The kernel takes all locks of this very process on the file away: ask only for one on which it has none.
    ///
    /// @return its id, 0 if it is not visible from here; empty if nobody holds it, and if that cannot be seen
    public static OptionalInt holder(Path file) {
        if (FUNCTIONS.isEmpty()) {
            return OptionalInt.empty();
        }
        Functions functions = FUNCTIONS.get();
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) functions.open().invokeExact(arena.allocateFrom(file.toString()), O_RDONLY_CLOEXEC);
            if (descriptor < 0) {
                return OptionalInt.empty();
            }
            try {
                MemorySegment lock = arena.allocate(SIZE, Long.BYTES);
                lock.set(ValueLayout.JAVA_SHORT, L_TYPE, F_WRLCK);
                boolean told = (int) functions.fcntl().invokeExact(descriptor, F_GETLK, lock) == 0;
                return told && lock.get(ValueLayout.JAVA_SHORT, L_TYPE) != F_UNLCK
                        ? OptionalInt.of(Math.max(0, lock.get(ValueLayout.JAVA_INT, L_PID)))
                        : OptionalInt.empty();
            } finally {
                int _ = (int) functions.close().invokeExact(descriptor);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }
}
