package dev.nptune.bench;

import dev.nptune.internal.ffm.Affinity;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.jspecify.annotations.Nullable;

/// Two pinned threads that hand one cache line to and fro by compare-and-exchange.
///
/// A hot loop: [#exchange] must stay free of calls that are not intrinsic.
final class PingPong {
    private static final VarHandle LINE = MethodHandles.arrayElementVarHandle(long[].class);

    /// The element used, with 4 KiB of the same array before and behind it: whatever the array's alignment, nothing
    /// else is written in its line or in the lines that a processor fetches along with it.
    private static final int MIDDLE = 512;

    private static final long PING = 0;
    private static final long PONG = 1;
    private static final long STOP = 2;

    /// Exchanges between two looks at the clock in a thread that waits for its turn in vain.
    private static final int PATIENCE = 1 << 16;

    /// Round trips at a time while it is not yet known how long one takes.
    private static final int FIRST_TRIPS = 64;

    private static final int FEWEST_TRIPS = 16;
    private static final int MOST_TRIPS = 20_000;

    private final long[] line = new long[2 * MIDDLE];
    private final CyclicBarrier pinned = new CyclicBarrier(2);
    private final int first;
    private final int second;
    private final int samples;
    private final long nanos;
    private volatile boolean refused;
    private volatile double @Nullable [] result;

    /// @param first the CPU that keeps the time
    /// @param second the CPU that answers
    /// @param samples how many samples to take
    /// @param nanos how long to take for them; with a fifth as much to warm up before
    PingPong(int first, int second, int samples, long nanos) {
        this.first = first;
        this.second = second;
        this.samples = samples;
        this.nanos = nanos;
    }

    /// What came of a pair.
    ///
    /// @param samples half a round trip in nanoseconds, a mean over many, ascending; empty if it was stopped or a
    ///     CPU was taken away for too long
    /// @param refused whether a thread could not be pinned
    record Result(Optional<double[]> samples, boolean refused) {}

    /// Measures; the calling thread waits.
    ///
    /// @throws InterruptedException if it was interrupted meanwhile; the threads are told to end
    Result run() throws InterruptedException {
        // a sample needs both CPUs at once; on a busy machine that takes longer than planned
        long deadline = System.nanoTime() + Math.max(20 * nanos, 5_000_000_000L);
        Thread answer = Thread.ofPlatform()
                .name("probe-cpu" + second)
                .daemon()
                .start(() -> pinned(second, () -> answer(deadline)));
        Thread ask =
                Thread.ofPlatform().name("probe-cpu" + first).daemon().start(() -> pinned(first, () -> ask(deadline)));
        try {
            ask.join();
            answer.join();
        } catch (InterruptedException e) {
            stop();
            throw e;
        }
        return new Result(Optional.ofNullable(result), refused);
    }

    /// Ends it, from any thread.
    void stop() {
        LINE.setVolatile(line, MIDDLE, STOP);
    }

    private void pinned(int cpu, Runnable work) {
        if (Affinity.pin(cpu) != Affinity.Pinned.DONE) {
            refused = true;
            stop();
        }
        try {
            pinned.await();
        } catch (BrokenBarrierException | InterruptedException _) {
            stop();
        }
        try {
            work.run();
        } finally {
            stop();
        }
    }

    private void answer(long deadline) {
        boolean on = true;
        while (on) {
            on = exchange(line, PONG, PING, FIRST_TRIPS, deadline);
        }
    }

    private void ask(long deadline) {
        int trips = trips(deadline);
        double[] taken = new double[samples];
        for (int i = 0; i < samples; i++) {
            long start = System.nanoTime();
            if (trips == 0 || !exchange(line, PING, PONG, trips, deadline)) {
                return;
            }
            taken[i] = (System.nanoTime() - start) / (2.0 * trips);
        }
        Arrays.sort(taken);
        result = taken;
    }

    /// Warms up and finds out how many round trips fit into a sample's time; 0 if it was stopped.
    private int trips(long deadline) {
        long start = System.nanoTime();
        long best = Long.MAX_VALUE;
        long before = start;
        while (before - start < nanos / 5 || best == Long.MAX_VALUE) {
            if (!exchange(line, PING, PONG, FIRST_TRIPS, deadline)) {
                return 0;
            }
            long now = System.nanoTime();
            best = Math.min(best, Math.max(1, now - before));
            before = now;
        }
        return Math.clamp(nanos / samples * FIRST_TRIPS / best, FEWEST_TRIPS, MOST_TRIPS);
    }

    /// Waits for one value and puts the other in its place, a number of times.
    ///
    /// @return whether it was done: not so if it was stopped or the deadline passed
    private static boolean exchange(long[] line, long awaited, long put, int times, long deadline) {
        for (int i = 0; i < times; i++) {
            int waited = 0;
            long seen = (long) LINE.compareAndExchange(line, MIDDLE, awaited, put);
            while (seen != awaited) {
                if (seen == STOP || (++waited % PATIENCE == 0 && System.nanoTime() - deadline > 0)) {
                    return false;
                }
                seen = (long) LINE.compareAndExchange(line, MIDDLE, awaited, put);
            }
        }
        return true;
    }
}
