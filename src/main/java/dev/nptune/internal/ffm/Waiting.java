package dev.nptune.internal.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Waits for a time, for one thread that does it a hundred times a second: one system call, where parking takes locks
/// and reads clocks as well. It cannot be interrupted.
public final class Waiting {
    /// From the kernel's `linux/time.h`.
    private static final int CLOCK_MONOTONIC = 1;

    private static final int TIMER_ABSTIME = 1;
    private static final long SECOND = 1_000_000_000L;

    /// ```c
    /// int clock_nanosleep(clockid_t clockid, int flags, const struct timespec *t, struct timespec *remain);
    /// ```
    /// whose last parameter is a null pointer; null where there is none or native access is denied.
    private static final @Nullable MethodHandle CLOCK_NANOSLEEP = LibC.find(
                    "clock_nanosleep",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG))
            .orElse(null);

    private final MemorySegment time = Arena.ofAuto().allocate(2 * Long.BYTES, Long.BYTES);
    private final long address = time.address();

    /// Waits until then, or a little less.
    ///
    /// @param then as [System#nanoTime] has it, which is that clock
    public void until(long then) {
        MethodHandle sleep = CLOCK_NANOSLEEP;
        if (sleep == null || then <= 0) {
            LockSupport.parkNanos(then - System.nanoTime());
            return;
        }
        time.set(ValueLayout.JAVA_LONG, 0, then / SECOND);
        time.set(ValueLayout.JAVA_LONG, Long.BYTES, then % SECOND);
        try {
            int _ = (int) sleep.invokeExact(CLOCK_MONOTONIC, TIMER_ABSTIME, address, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }
}
