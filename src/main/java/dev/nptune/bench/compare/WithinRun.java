package dev.nptune.bench.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// How much a run's metrics would vary if the same scene went on for as long again: by the stationary bootstrap.
///
/// The bootstrap's variance falls short twice, of what joins between blocks cut off and of the mean being taken from
/// the
/// run itself; both are corrected to first order. An interval needs more room where few blocks or few frames decide,
/// which the degrees of freedom give: one for [#BLOCKS_PER_FREEDOM] blocks, and one for [#FRAMES_PER_FREEDOM] frames in
/// the tail. These numbers and the corrections were chosen by measurement, see `IntervalLevelTest`.
final class WithinRun {
    /// Below as many blocks the run is short against how long its slow and its fast stretches last.
    static final double FEW_BLOCKS = 40;

    private static final double BLOCKS_PER_FREEDOM = 2;
    private static final double FRAMES_PER_FREEDOM = 4;
    private static final double LEAST_FREEDOM = 2;

    /// More than half of a variance is not made up for by a correction of first order.
    private static final double MOST_BIAS = 0.5;

    private WithinRun() {}

    /// @param variance of the metric on the scale on which differences are taken
    /// @param freedom its degrees of freedom
    record Noise(double variance, double freedom) {}

    /// @param blocks how many blocks the run is long
    /// @param noise for each metric
    record Result(double blocks, List<Noise> noise) {}

    static Result of(double[] frames, List<RunMetric> metrics, int resamples, RandomGenerator random) {
        BlockLength.Estimate blocks = blocks(frames);
        double length = blocks.length();
        int n = frames.length;
        double[][] values = new Resampler(frames, metrics, length).values(resamples, random);
        double kept = (1 - Math.clamp(blocks.bias(), 0, MOST_BIAS)) * (1 - Math.min(MOST_BIAS, 2 * length / n));
        List<Noise> noise = new ArrayList<>();
        for (int m = 0; m < metrics.size(); m++) {
            RunMetric metric = metrics.get(m);
            double[] scaled = Arrays.stream(values[m]).map(metric::scaled).toArray();
            double deciding = metric.tail() < 1 ? n * metric.tail() / FRAMES_PER_FREEDOM : n;
            double freedom = Math.max(LEAST_FREEDOM, Math.min(n / length / BLOCKS_PER_FREEDOM, deciding));
            noise.add(new Noise(Estimate.variance(scaled) / kept, freedom));
        }
        return new Result(n / length, noise);
    }

    /// The longer of what all frames need and what the longest hundredth needs, which may come in bursts.
    private static BlockLength.Estimate blocks(double[] frames) {
        double least = RunMetrics.P99.of(frames);
        BlockLength.Estimate all = BlockLength.estimate(frames);
        BlockLength.Estimate longest = BlockLength.estimate(
                Arrays.stream(frames).map(frame -> frame >= least ? 1 : 0).toArray());
        return all.length() >= longest.length() ? all : longest;
    }
}
