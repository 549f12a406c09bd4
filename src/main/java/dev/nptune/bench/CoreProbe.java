package dev.nptune.bench;

import dev.nptune.host.CpuSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Measures how long CPUs take to see each other's writes, pair by pair, one pair at a time.
///
/// Two threads, pinned to a CPU each, hand one cache line to and fro by compare-and-exchange, as
/// nviennot/core-to-core-latency does. A sample is the mean over many round trips, halved; a pair's value is the median
/// of its samples, which one interrupt or a busy moment does not move. Before the first pair the loop runs until the
/// JVM has compiled it, before each pair for a fifth of its time until the CPUs have woken up.
public final class CoreProbe {
    /// The most CPUs measured: 130 816 pairs.
    public static final int MAX_CPUS = 512;

    /// A pair whose middle half of samples spreads by more than this part of their median was disturbed.
    static final double CALM = 0.25;

    /// Rounds before the first pair. The way out of the loop, which is taken once at the end of each, has the JVM
    /// compile it anew, so one long round would leave the first pair with the interpreter.
    private static final int ROUNDS = 5;

    /// How many times the expected time is spent on a busy machine before the rest is left unmeasured.
    private static final int PATIENCE = 3;

    private static final long ROUND = Duration.ofMillis(80).toNanos();

    private final Settings settings;
    private final Listener listener;
    private volatile @Nullable PingPong running;
    private volatile boolean cancelled;

    /// How long to measure.
    ///
    /// @param pair for each pair, the time it warms up aside
    /// @param whole for all pairs; where there are many, each gets less
    /// @param samples for each pair
    public record Settings(Duration pair, Duration whole, int samples) {
        /// What is used if nothing else is asked for: 32 CPUs (496 pairs) take less than a minute.
        public static final Settings USUAL = new Settings(Duration.ofMillis(80), Duration.ofSeconds(40), 41);

        /// For a first look.
        public static final Settings QUICK = new Settings(Duration.ofMillis(15), Duration.ofSeconds(8), 11);

        /// The fewest samples that have a middle half.
        public static final int FEWEST_SAMPLES = 5;

        /// The most samples.
        public static final int MOST_SAMPLES = 1000;

        public Settings {
            if (samples < FEWEST_SAMPLES || samples > MOST_SAMPLES || pair.isNegative() || pair.isZero()) {
                throw new IllegalArgumentException(samples + " samples in " + pair);
            }
        }

        /// The same with another number of samples in the same time.
        public Settings withSamples(int number) {
            return new Settings(pair, whole, number);
        }

        /// What a pair takes, warming up included, on a machine that does nothing else.
        Duration forEachOf(int pairs) {
            long share = whole.toNanos() / Math.max(1, pairs);
            return Duration.ofNanos(Math.min(pair.toNanos(), share));
        }

        /// About how long it takes to measure that many CPUs.
        public Duration expected(int cpus) {
            int pairs = cpus * (cpus - 1) / 2;
            return forEachOf(pairs)
                    .multipliedBy(pairs)
                    .multipliedBy(6)
                    .dividedBy(5)
                    .plusNanos(ROUNDS * ROUND);
        }
    }

    /// Is told how far it is.
    @FunctionalInterface
    public interface Listener {
        /// A pair was measured.
        ///
        /// @param done pairs so far
        /// @param all pairs there are
        void measured(int done, int all);
    }

    /// Two CPUs and what was measured between them.
    ///
    /// @param a the one with the higher number
    /// @param b the other
    /// @param nanos half a round trip in nanoseconds: the median of the samples
    /// @param spread how far the middle half of the samples spreads, as a part of the median
    public record Pair(int a, int b, double nanos, double spread) {
        /// Whether something else ran on a CPU so often that the value may be wrong.
        public boolean disturbed() {
            return spread > CALM;
        }
    }

    /// What came of it.
    ///
    /// @param cpus the CPUs asked for, ascending
    /// @param pairs the pairs that could be measured, by `a`, then `b`
    /// @param unpinned CPUs to which a thread could not be pinned
    /// @param cancelled whether it was ended, or ran out of time, before all pairs had their turn
    public record Result(List<Integer> cpus, List<Pair> pairs, CpuSet unpinned, boolean cancelled) {
        public Result {
            cpus = List.copyOf(cpus);
            pairs = List.copyOf(pairs);
        }

        /// How many pairs there are, measured or not.
        public int possible() {
            return cpus.size() * (cpus.size() - 1) / 2;
        }

        /// Pairs that something else disturbed.
        public long disturbed() {
            return pairs.stream().filter(Pair::disturbed).count();
        }

        /// The values as rows below the diagonal, as [dev.nptune.host.CoreLatencies] has them.
        public List<List<Optional<Double>>> rows() {
            List<List<Optional<Double>>> rows = new ArrayList<>();
            for (int i = 0; i < cpus.size(); i++) {
                rows.add(new ArrayList<>(Collections.nCopies(i, Optional.empty())));
            }
            for (Pair pair : pairs) {
                rows.get(cpus.indexOf(pair.a())).set(cpus.indexOf(pair.b()), Optional.of(pair.nanos()));
            }
            return rows;
        }
    }

    /// @param settings how long to measure
    /// @param listener is told of every pair, in the thread that measures
    public CoreProbe(Settings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /// Ends it after the pair at hand, from any thread.
    public void cancel() {
        cancelled = true;
        PingPong pair = running;
        if (pair != null) {
            pair.stop();
        }
    }

    /// Measures all pairs of some CPUs, and gives up on the rest after three times the expected time or ten
    /// seconds, whichever is more.
    ///
    /// @param cpus from 2 to [#MAX_CPUS], on which this process may run
    /// @throws IllegalArgumentException if there are fewer or more
    /// @throws InterruptedException if the thread was interrupted; what it started is told to end
    public Result measure(CpuSet cpus) throws InterruptedException {
        if (cpus.size() < 2 || cpus.size() > MAX_CPUS) {
            throw new IllegalArgumentException("cannot measure between " + cpus.size() + " CPUs");
        }
        List<Integer> numbers = cpus.stream().boxed().toList();
        int all = numbers.size() * (numbers.size() - 1) / 2;
        long nanos = settings.forEachOf(all).toNanos();
        List<Pair> pairs = new ArrayList<>();
        CpuSet unpinned = CpuSet.of();
        for (int round = 0; round < ROUNDS; round++) {
            one(numbers.get(1), numbers.get(0), ROUND);
        }
        long end = System.nanoTime() + patience(numbers.size());
        int done = 0;
        for (int i = 1; i < numbers.size(); i++) {
            for (int j = 0; j < i && !cancelled && System.nanoTime() - end < 0; j++) {
                int a = numbers.get(i);
                int b = numbers.get(j);
                PingPong.Result result = one(a, b, nanos);
                result.samples().ifPresent(samples -> pairs.add(pair(a, b, samples)));
                if (result.refused()) {
                    unpinned = unpinned.or(CpuSet.of(a, b));
                }
                listener.measured(++done, all);
            }
        }
        for (Pair pair : pairs) {
            unpinned = unpinned.minus(CpuSet.of(pair.a(), pair.b()));
        }
        return new Result(numbers, pairs, unpinned, done < all);
    }

    private long patience(int cpus) {
        return Math.max(10_000_000_000L, settings.expected(cpus).toNanos() * PATIENCE);
    }

    private PingPong.Result one(int a, int b, long nanos) throws InterruptedException {
        PingPong pair = new PingPong(a, b, settings.samples(), nanos);
        running = pair;
        if (cancelled) {
            return new PingPong.Result(Optional.empty(), false);
        }
        try {
            return pair.run();
        } finally {
            running = null;
        }
    }

    private static Pair pair(int a, int b, double[] ascending) {
        double median = ascending[ascending.length / 2];
        double half = ascending[ascending.length * 3 / 4] - ascending[ascending.length / 4];
        return new Pair(a, b, Math.round(median * 1000) / 1000.0, half / median);
    }
}
