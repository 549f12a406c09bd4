package dev.nptune.bench.compare;

import dev.nptune.bench.compare.RunMetric.Scale;
import dev.nptune.bench.metric.Metric;
import dev.nptune.bench.metric.Metrics;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which of all metrics are compared: averages, lows and percentiles of frame times by ratio, and of the rest what is a
/// part of the time.
public final class RunMetrics {
    private static final Set<Metric.Group> BY_RATIO = Set.of(
            Metric.Group.AVERAGE,
            Metric.Group.LOW_RANK,
            Metric.Group.LOW_MEAN,
            Metric.Group.LOW_TIME,
            Metric.Group.TENTH_RANK,
            Metric.Group.TENTH_MEAN,
            Metric.Group.TENTH_TIME);

    private static final Set<String> MORE_BY_RATIO = Set.of("p99-frame-time", "p999-frame-time");

    /// May be 0.
    private static final Set<String> BY_POINTS = Set.of("stutter-time", "low-fps-time");

    private static final List<RunMetric> ALL = Metrics.all().stream()
            .flatMap(metric -> scale(metric).map(scale -> RunMetric.of(metric, scale)).stream())
            .toList();

    /// Frames ÷ time.
    public static final RunMetric AVERAGE = known("average");

    /// The 99th percentile of frame times.
    public static final RunMetric P99 = known("p99-frame-time");

    /// CapFrameX' 1 % low average.
    public static final RunMetric LOW_1 = known("low1-average");

    /// CapFrameX' 0.1 % low average.
    public static final RunMetric LOW_01 = known("low01-average");

    /// The part of the time that went into stutters as CapFrameX defines them, in percent.
    public static final RunMetric STUTTER = known("stutter-time");

    private RunMetrics() {}

    private static Optional<Scale> scale(Metric metric) {
        if (BY_RATIO.contains(metric.group()) || MORE_BY_RATIO.contains(metric.id())) {
            return Optional.of(Scale.RATIO);
        }
        return BY_POINTS.contains(metric.id()) ? Optional.of(Scale.POINTS) : Optional.empty();
    }

    private static RunMetric known(String id) {
        return of(id).orElseThrow();
    }

    /// All that can be compared.
    public static List<RunMetric> all() {
        return ALL;
    }

    /// What is compared unless others are asked for, in the order in which it is shown.
    public static List<RunMetric> usual() {
        return List.of(AVERAGE, LOW_1, P99, LOW_01, STUTTER);
    }

    /// The one with this id.
    public static Optional<RunMetric> of(String id) {
        return ALL.stream().filter(metric -> metric.id().equals(id)).findFirst();
    }
}
