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

    private static final long WS_COL = WINSIZE.byteOffset(MemoryLayout.PathElement.groupElement("ws_col"));

    private Terminals() {}

    /// The width of the terminal behind a file descriptor, in columns; empty if it is no terminal or does not know.
    public static OptionalInt columns(int descriptor) {
        Optional<MethodHandle> ioctl = LibC.load().ioctl();
        if (ioctl.isEmpty()) {
            return OptionalInt.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(WINSIZE);
            int failed = call(ioctl.get(), descriptor, size);
            int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, WS_COL));
            return failed != 0 || columns == 0 ? OptionalInt.empty() : OptionalInt.of(columns);
        }
    }

    private static int call(MethodHandle ioctl, int descriptor, MemorySegment size) {
        try {
            return (int) ioctl.invokeExact(descriptor, TIOCGWINSZ, size);
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }
}
