package dev.nptune.internal.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.Optional;

/// On which CPUs the calling thread runs.
///
/// All of it is about platform threads: a virtual thread would set where its carrier runs, and move on.
public final class Affinity {
    /// Bytes of glibc's `cpu_set_t`: 1024 CPUs.
    private static final int USUAL_BYTES = 128;

    /// Bytes of the largest set asked for: 65 536 CPUs, more than any kernel is built for.
    private static final int MOST_BYTES = 8192;

    private static final Scheduler SCHEDULER = Scheduler.load();

    /// What came of pinning.
    public enum Pinned {
        /// The thread runs on that CPU and on no other.
        DONE,
        /// The kernel did not do it: the CPU is offline, is not there, or is outside the thread's cpuset.
        REFUSED,
        /// The C library has no such function, or native access is denied.
        UNAVAILABLE
    }

    private Affinity() {}

    /// Lets the calling thread run on one CPU only, and asks the kernel whether it does.
    ///
    /// @param cpu the kernel's number
    /// @throws IllegalStateException in a virtual thread
    /// @throws IllegalArgumentException if the number is negative or larger than any kernel's
    public static Pinned pin(int cpu) {
        platformThread();
        if (cpu < 0 || cpu >= MOST_BYTES * Byte.SIZE) {
            throw new IllegalArgumentException("no CPU has the number " + cpu);
        }
        Optional<MethodHandle> set = SCHEDULER.setAffinity();
        if (set.isEmpty()) {
            return Pinned.UNAVAILABLE;
        }
        BitSet only = new BitSet();
        only.set(cpu);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(bytesFor(cpu), Long.BYTES);
            MemorySegment.copy(only.toLongArray(), 0, mask, ValueLayout.JAVA_LONG, 0, cpu / Long.SIZE + 1);
            boolean done = call(set.get(), mask) == 0;
            return done && allowed().filter(only::equals).isPresent() ? Pinned.DONE : Pinned.REFUSED;
        }
    }

    /// The CPUs on which the calling thread may run, by the kernel's numbers; empty where that cannot be asked.
    ///
    /// The kernel refuses a set smaller than its own, so larger ones are tried.
    ///
    /// @throws IllegalStateException in a virtual thread
    public static Optional<BitSet> allowed() {
        platformThread();
        Optional<MethodHandle> get = SCHEDULER.getAffinity();
        for (int bytes = USUAL_BYTES; get.isPresent() && bytes <= MOST_BYTES; bytes *= 2) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment mask = arena.allocate(bytes, Long.BYTES);
                if (call(get.get(), mask) == 0) {
                    return Optional.of(BitSet.valueOf(mask.toArray(ValueLayout.JAVA_LONG)));
                }
            }
        }
        return Optional.empty();
    }

    /// Bytes of a set that holds a CPU: a power of two, glibc's own size at least.
    static int bytesFor(int cpu) {
        return Math.max(USUAL_BYTES, Integer.highestOneBit(cpu / Byte.SIZE) * 2);
    }

    private static void platformThread() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread has no CPU of its own");
        }
    }

    private static int call(MethodHandle function, MemorySegment mask) {
        try {
            return (int) function.invokeExact(0, mask.byteSize(), mask);
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }
}
