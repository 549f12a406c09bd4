package dev.nptune.internal.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// A terminal that hands on each key at once and does not show it, until it is closed. Ctrl-C is a key then.
///
/// Of `struct termios` two places are changed, the same in glibc and musl on x86 and Arm; all else goes back as it
/// came.
/// Source: the C libraries' `bits/termios.h`.
public final class TerminalMode implements AutoCloseable {
    /// Larger than any C library's `struct termios`.
    private static final int BYTES = 256;

    /// Four numbers of 32 bits come first: input, output, control, and local modes.
    private static final long LOCAL_MODES = 12;

    private static final int ISIG = 0x1;
    private static final int ICANON = 0x2;
    private static final int ECHO = 0x8;

    /// Behind them one byte of the line discipline, then the control characters.
    private static final long VTIME = 17 + 5;

    private static final long VMIN = 17 + 6;

    private static final int AT_ONCE = 0;

    private final Functions functions;
    private final int descriptor;
    private final byte[] before;
    private boolean closed;

    /// Functions of the C library.
    ///
    /// @param get ```c
    ///     int tcgetattr(int fd, struct termios *termios_p);
    ///     ```
    /// @param set ```c
    ///     int tcsetattr(int fd, int optional_actions, const struct termios *termios_p);
    ///     ```
    private record Functions(MethodHandle get, MethodHandle set) {
        static Optional<Functions> load() {
            FunctionDescriptor get =
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
            FunctionDescriptor set = FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
            return LibC.find("tcgetattr", get)
                    .flatMap(g -> LibC.find("tcsetattr", set).map(s -> new Functions(g, s)));
        }

        boolean get(int descriptor, MemorySegment termios) {
            try {
                return (int) get.invokeExact(descriptor, termios) == 0;
            } catch (Throwable e) {
                throw new IllegalStateException("a C function throws nothing", e);
            }
        }

        boolean set(int descriptor, MemorySegment termios) {
            try {
                return (int) set.invokeExact(descriptor, AT_ONCE, termios) == 0;
            } catch (Throwable e) {
                throw new IllegalStateException("a C function throws nothing", e);
            }
        }
    }

    private TerminalMode(Functions functions, int descriptor, byte[] before) {
        this.functions = functions;
        this.descriptor = descriptor;
        this.before = before;
    }

    /// Sets it.
    ///
    /// @param descriptor of the terminal
    /// @return empty if it is no terminal, or native access is denied
    public static Optional<TerminalMode> keys(int descriptor) {
        Optional<Functions> functions = Functions.load();
        if (functions.isEmpty()) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment termios = arena.allocate(BYTES, Long.BYTES);
            if (!functions.get().get(descriptor, termios)) {
                return Optional.empty();
            }
            byte[] before = termios.toArray(ValueLayout.JAVA_BYTE);
            int modes = termios.get(ValueLayout.JAVA_INT, LOCAL_MODES);
            termios.set(ValueLayout.JAVA_INT, LOCAL_MODES, modes & ~(ISIG | ICANON | ECHO));
            termios.set(ValueLayout.JAVA_BYTE, VTIME, (byte) 0);
            termios.set(ValueLayout.JAVA_BYTE, VMIN, (byte) 1);
            return functions.get().set(descriptor, termios)
                    ? Optional.of(new TerminalMode(functions.get(), descriptor, before))
                    : Optional.empty();
        }
    }

    /// Sets it back to what it was.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment termios = arena.allocate(BYTES, Long.BYTES);
            termios.copyFrom(MemorySegment.ofArray(before));
            boolean _ = functions.set(descriptor, termios);
        }
    }
}
