package dev.nptune.internal.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalInt;

/// What the terminal driver knows.
public final class Terminals {
    /// From `asm-generic/ioctls.h`: the same on x86 and Arm.
    private static final long TIOCGWINSZ = 0x5413;

    /// ```c
    /// struct winsize { unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel; };
    /// ```
    private static final StructLayout WINSIZE = MemoryLayout.structLayout(
            ValueLayout.JAVA_SHORT.withName("ws_row"),
            ValueLayout.JAVA_SHORT.withName("ws_col"),
            ValueLayout.JAVA_SHORT.withName("ws_xpixel"),
            ValueLayout.JAVA_SHORT.withName("ws_ypixel"));

    private static final long WS_ROW = WINSIZE.byteOffset(MemoryLayout.PathElement.groupElement("ws_row"));
    private static final long WS_COL = WINSIZE.byteOffset(MemoryLayout.PathElement.groupElement("ws_col"));

    private static final Optional<MethodHandle> IOCTL = LibC.ioctl();

    private Terminals() {}

    /// How large a terminal is.
    ///
    /// @param rows lines; 0 if it does not know
    /// @param columns 0 if it does not know
    public record Size(int rows, int columns) {}

    /// The size of the terminal behind a file descriptor; empty if it is no terminal.
    public static Optional<Size> size(int descriptor) {
        if (IOCTL.isEmpty()) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(WINSIZE);
            if (call(IOCTL.get(), descriptor, size) != 0) {
                return Optional.empty();
            }
            return Optional.of(new Size(
                    Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, WS_ROW)),
                    Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, WS_COL))));
        }
    }

    /// The width of the terminal behind a file descriptor, in columns; empty if it is no terminal or does not know.
    public static OptionalInt columns(int descriptor) {
        return size(descriptor)
                .filter(size -> size.columns() > 0)
                .map(size -> OptionalInt.of(size.columns()))
                .orElse(OptionalInt.empty());
    }

    private static int call(MethodHandle ioctl, int descriptor, MemorySegment size) {
        try {
            return (int) ioctl.invokeExact(descriptor, TIOCGWINSZ, size);
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }
}
