package dev.nptune.bench.compare;

import dev.nptune.bench.compare.RunMetric.Form;
import dev.nptune.bench.compare.RunMetric.Scale;
import dev.nptune.bench.why.Stutters;
import java.util.Arrays;
import java.util.List;

/// The metrics that are compared unless others are asked for.
public final class RunMetrics {
    /// Frames ÷ time.
    public static final RunMetric AVERAGE = new RunMetric(
            "average", "average", "fps", true, Scale.RATIO, 1, new Form.PerTime(frames -> filled(frames.length, 1000)));

    /// The 99th percentile of frame times.
    public static final RunMetric P99 = new RunMetric(
            "p99", "P99 frame time", "ms", false, Scale.RATIO, 0.01, new Form.Longest(TailStatistic.percentile(0.01)));

    /// CapFrameX' 1 % low average.
    public static final RunMetric LOW_1 = new RunMetric(
            "low1",
            "1 % low average",
            "fps",
            true,
            Scale.RATIO,
            0.01,
            new Form.Longest(TailStatistic.lowAverage(0.01)));

    /// CapFrameX' 0.1 % low average.
    public static final RunMetric LOW_01 = new RunMetric(
            "low01",
            "0.1 % low average",
            "fps",
            true,
            Scale.RATIO,
            0.001,
            new Form.Longest(TailStatistic.lowAverage(0.001)));

    /// The part of the time that went into stutters as CapFrameX defines them, in percent.
    public static final RunMetric STUTTER = new RunMetric(
            "stutter", "stutter time", "%", false, Scale.POINTS, 1, new Form.PerTime(RunMetrics::stutterTime));

    private RunMetrics() {}

    /// In the order in which they are shown.
    public static List<RunMetric> all() {
        return List.of(AVERAGE, LOW_1, P99, LOW_01, STUTTER);
    }

    private static double[] filled(int length, double value) {
        double[] array = new double[length];
        Arrays.fill(array, value);
        return array;
    }

    private static double[] stutterTime(double[] frames) {
        double[] times = new double[frames.length];
        Stutters.find(frames, Stutters.Definition.CAPFRAMEX)
                .forEach(stutter -> times[stutter.frame()] = 100 * stutter.frameMillis());
        return times;
    }
}
