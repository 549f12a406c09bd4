package dev.nptune.bench.disk;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One measurement of a disk benchmark.
///
/// @param name what the tool calls it: `SEQ 1MiB Q8T1`, a job of fio's
/// @param group runs of one group went on at the same time; each has a number of its own otherwise
/// @param direction which way data went
/// @param load what was asked of the disk
/// @param figures what came out
public record DiskRun(String name, int group, Direction direction, Load load, Figures figures) {
    /// Which way data went.
    public enum Direction {
        READ,
        WRITE,
        TRIM,
        MIXED
    }

    /// What was asked of the disk. What the tool does not tell is empty.
    ///
    /// @param random whether places were random
    /// @param blockBytes bytes of a request
    /// @param queue requests in flight at most, of each thread
    /// @param threads threads or processes together in this measurement
    /// @param testBytes size of the file or range that was tested
    /// @param direct whether the cache of the system that ran the test was passed by
    /// @param flushed whether the time for bringing the data to the disk at last is part of it
    /// @param zeros whether all that was written was zeros
    public record Load(
            Optional<Boolean> random,
            Optional<Long> blockBytes,
            Optional<Integer> queue,
            Optional<Integer> threads,
            Optional<Long> testBytes,
            Optional<Boolean> direct,
            Optional<Boolean> flushed,
            Optional<Boolean> zeros) {
        /// Of which nothing is known.
        static final Load UNKNOWN = new Load(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// What came out.
    ///
    /// @param bytesPerSecond throughput
    /// @param iops requests per second
    /// @param latency of a request
    /// @param movedBytes bytes read or written in all
    /// @param seconds how long it took
    public record Figures(
            double bytesPerSecond,
            Optional<Double> iops,
            Optional<Latency> latency,
            Optional<Long> movedBytes,
            Optional<Double> seconds) {}

    /// Latency in microseconds.
    ///
    /// @param kind what is counted: `total`, or `completion` without the time for handing the request over
    /// @param meanMicros the mean
    /// @param maxMicros the longest
    /// @param percentiles by percent; of the `completion` latency with fio unless it was told otherwise
    public record Latency(String kind, double meanMicros, Optional<Double> maxMicros, Map<Double, Double> percentiles) {
        public Latency {
            percentiles = new TreeMap<>(percentiles);
        }

        /// One of them, if the tool told it.
        public Optional<Double> percentile(double percent) {
            return Optional.ofNullable(percentiles.get(percent));
        }
    }

    boolean writes() {
        return direction == Direction.WRITE || direction == Direction.MIXED;
    }

    /// What was asked, in a form for a metric's name: `rnd.4k.q32t1`; the tool's name where it tells too little.
    String slug() {
        if (load.random().isEmpty()
                || load.blockBytes().isEmpty()
                || load.queue().isEmpty()
                || load.threads().isEmpty()) {
            return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        }
        return (load.random().get() ? "rnd" : "seq") + "."
                + size(load.blockBytes().get()) + ".q" + load.queue().get() + "t"
                + load.threads().get();
    }

    private static String size(long bytes) {
        if (bytes % (1 << 20) == 0) {
            return (bytes >> 20) + "m";
        }
        return bytes % 1024 == 0 ? (bytes >> 10) + "k" : bytes + "b";
    }
}
