package dev.nptune.bench.compare;

import dev.nptune.bench.capture.Series;
import dev.nptune.bench.metric.Formula;
import dev.nptune.bench.metric.Slowest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// The stationary bootstrap of one run (Politis and Romano 1994): blocks of random length, begun anywhere, the run's
/// end
/// followed by its beginning.
///
/// Hot loop, hence plain arrays and numbers kept between two resamples. A resample is a list of blocks. Sums over it
/// come from running totals, a block at a time; how often each frame was drawn comes from marking where blocks begin
/// and
/// end. What tests compare it with writes each resample out and asks [RunMetric#of].
final class Resampler {
    private final double[] frames;
    private final List<RunMetric> metrics;
    private final double stop;

    /// For each metric that is a sum ÷ time, running totals of the numerators; else empty.
    private final double[][] totals;

    private final double[] time;
    private final double[] written;
    private final int[] counts;
    private final Slowest drawn;
    private final boolean counting;
    private final boolean writing;

    private int[] starts = new int[64];
    private int[] lengths = new int[64];
    private int blocks;

    /// @param length mean length of a block, in frames
    Resampler(double[] frames, List<RunMetric> metrics, double length) {
        this.frames = frames;
        this.metrics = List.copyOf(metrics);
        this.stop = Math.log1p(-1 / Math.max(length, 1));
        this.time = runningTotals(frames);
        this.totals = metrics.stream()
                .map(metric -> metric.formula() instanceof Formula.PerTime sum
                        ? runningTotals(sum.numerators().apply(frames.clone()))
                        : new double[0])
                .toArray(double[][]::new);
        this.counting = metrics.stream().anyMatch(metric -> metric.formula() instanceof Formula.OfSlowest);
        this.writing = metrics.stream().anyMatch(metric -> metric.formula() instanceof Formula.OfSeries);
        this.written = new double[writing ? frames.length : 0];
        this.counts = new int[frames.length + 1];
        int[] order = IntStream.range(0, counting ? frames.length : 0)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> frames[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        this.drawn = Slowest.drawn(
                Series.of(Arrays.stream(order).mapToDouble(i -> frames[i]).toArray()), order, counts);
    }

    private static double[] runningTotals(double[] values) {
        double[] totals = new double[values.length + 1];
        for (int i = 0; i < values.length; i++) {
            totals[i + 1] = totals[i] + values[i];
        }
        return totals;
    }

    /// Draws resamples.
    ///
    /// @return by metric, then by resample, the metric's values
    double[][] values(int resamples, RandomGenerator random) {
        double[][] values = new double[metrics.size()][resamples];
        for (int r = 0; r < resamples; r++) {
            draw(random);
            if (counting) {
                count();
            }
            if (writing) {
                write();
            }
            for (int m = 0; m < values.length; m++) {
                values[m][r] = switch (metrics.get(m).formula()) {
                    case Formula.PerTime _ -> sum(totals[m]) / sum(time);
                    case Formula.OfSlowest(double _, ToDoubleFunction<Slowest> function) ->
                        function.applyAsDouble(drawn);
                    case Formula.OfSeries ofSeries -> ofSeries.of(Series.of(written));
                };
            }
        }
        return values;
    }

    /// Draws blocks until there are as many frames as in the run.
    private void draw(RandomGenerator random) {
        blocks = 0;
        int left = frames.length;
        while (left > 0) {
            if (blocks == starts.length) {
                starts = Arrays.copyOf(starts, 2 * blocks);
                lengths = Arrays.copyOf(lengths, 2 * blocks);
            }
            double length = 1 + Math.floor(Math.log(1 - random.nextDouble()) / stop);
            starts[blocks] = random.nextInt(frames.length);
            lengths[blocks] = (int) Math.min(length, left);
            left -= lengths[blocks];
            blocks++;
        }
    }

    private double sum(double[] running) {
        int n = frames.length;
        double sum = 0;
        for (int b = 0; b < blocks; b++) {
            int end = starts[b] + lengths[b];
            sum += end <= n ? running[end] - running[starts[b]] : running[n] - running[starts[b]] + running[end - n];
        }
        return sum;
    }

    private void count() {
        int n = frames.length;
        Arrays.fill(counts, 0);
        for (int b = 0; b < blocks; b++) {
            int end = starts[b] + lengths[b];
            counts[starts[b]]++;
            if (end <= n) {
                counts[end]--;
            } else {
                counts[n]--;
                counts[0]++;
                counts[end - n]--;
            }
        }
        for (int i = 1; i < n; i++) {
            counts[i] += counts[i - 1];
        }
    }

    private void write() {
        int n = frames.length;
        int at = 0;
        for (int b = 0; b < blocks; b++) {
            int first = Math.min(lengths[b], n - starts[b]);
            System.arraycopy(frames, starts[b], written, at, first);
            System.arraycopy(frames, 0, written, at + first, lengths[b] - first);
            at += lengths[b];
        }
    }
}
