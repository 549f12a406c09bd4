package dev.nptune.bench.compare;

import dev.nptune.bench.compare.Compared.Spread;
import dev.nptune.bench.compare.MetricResult.Refused;
import dev.nptune.internal.text.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Compares two sides.
///
/// The run is the unit, since frames of one run resemble each other and runs differ among themselves (Kalibera and
/// Jones, Rigorous Benchmarking in Reasonable Time, 2013). Each run comes down to one number a metric, two sides to the
/// difference of the means of their logarithms, with an interval by Welch. It was chosen by measurement over the
/// hierarchical bootstrap, whose percentile interval misses the truth far more often than it says where runs differ and
/// there are few of them (`IntervalLevelTest`). Within a run the stationary bootstrap says how much of the spread comes
/// from frames alone; with one run to a side it is all there is.
public final class Comparer {
    /// More runs are not suggested.
    static final int MOST_RUNS_NAMED = 50;

    /// From fewer runs nobody knows how much runs vary.
    private static final int FEWEST_FOR_ADVICE = 3;

    private final RunSet bare;
    private final RunSet vm;
    private final Settings settings;
    private final SplittableGenerator random;

    private Comparer(RunSet bare, RunSet vm, Settings settings) {
        this.bare = bare;
        this.vm = vm;
        this.settings = settings;
        this.random = RandomGeneratorFactory.<SplittableGenerator>of("L64X128MixRandom")
                .create(settings.seed());
    }

    /// A run's metrics.
    ///
    /// @param values for each metric
    /// @param within what the stationary bootstrap says
    private record Measured(Run run, List<Double> values, WithinRun.Result within) {
        /// The values of all, on the scale of a metric.
        static double[] scaled(List<Measured> runs, int metric, RunMetric of) {
            return runs.stream()
                    .mapToDouble(run -> of.scaled(run.values.get(metric)))
                    .toArray();
        }
    }

    /// Compares, metric by metric.
    ///
    /// @param bare the side that the other is held against
    /// @param vm the other side
    /// @param metrics what to compare, the most important first
    /// @param progress told about each run
    /// @throws IllegalArgumentException if no run is left, or two runs are the same capture
    public static Comparison compare(
            RunSet bare, RunSet vm, List<RunMetric> metrics, Settings settings, Progress progress) {
        RunOrder order = RunOrder.of(bare, vm, settings.dropFirst());
        return new Comparer(order.bare(), order.vm(), settings).compare(metrics, order.notes(), progress);
    }

    private Comparison compare(List<RunMetric> metrics, List<String> notes, Progress progress) {
        List<MetricResult> results = new ArrayList<>();
        List<RunMetric> possible = new ArrayList<>();
        for (RunMetric metric : metrics) {
            Refusals.of(metric, bare, vm, settings)
                    .ifPresentOrElse(reason -> results.add(new Refused(metric, reason)), () -> possible.add(metric));
        }
        List<Measured> first = measure(bare, possible, progress);
        List<Measured> second = measure(vm, possible, progress);
        for (int m = 0; m < possible.size(); m++) {
            results.add(compared(possible.get(m), m, first, second));
        }
        results.sort(Comparator.comparingInt(result -> metrics.indexOf(result.metric())));
        return new Comparison(bare, vm, results, join(notes, shortRuns(first, second)), settings);
    }

    private List<Measured> measure(RunSet side, List<RunMetric> metrics, Progress progress) {
        List<Measured> measured = new ArrayList<>();
        for (Run run : side.runs()) {
            String step = "resample " + run.name();
            progress.begin(step);
            double[] frames = run.shared();
            List<Double> values = metrics.stream().map(m -> m.of(frames)).toList();
            measured.add(
                    new Measured(run, values, WithinRun.of(frames, metrics, settings.resamples(), random.split())));
            progress.done(step, run.size() + " frames");
        }
        return measured;
    }

    private Compared compared(RunMetric metric, int m, List<Measured> first, List<Measured> second) {
        double[] a = Measured.scaled(first, m, metric);
        double[] b = Measured.scaled(second, m, metric);
        boolean single = Math.min(a.length, b.length) == 1;
        WithinRun.Noise withinA = noise(first, m);
        WithinRun.Noise withinB = noise(second, m);
        Estimate estimate = single
                ? Estimate.within(
                        Estimate.mean(b) - Estimate.mean(a), ofMean(withinA, a.length), ofMean(withinB, b.length))
                : Estimate.between(a, b);
        double threshold = settings.threshold(metric);
        double low = metric.shown(estimate.low());
        double high = metric.shown(estimate.high());
        Verdict verdict = Verdict.of(low, high, threshold, metric.higherIsBetter());
        return new Compared(
                metric,
                value(metric, Estimate.mean(a)),
                value(metric, Estimate.mean(b)),
                metric.shown(estimate.difference()),
                low,
                high,
                single,
                single ? Optional.empty() : Optional.of(Permutation.of(a, b, random.split())),
                threshold,
                verdict,
                new Spread(spread(metric, a), spread(metric, b), root(metric, withinA), root(metric, withinB)),
                single || verdict != Verdict.INCONCLUSIVE
                        ? OptionalInt.empty()
                        : runsNeeded(metric, estimate.difference(), a, b));
    }

    /// The mean over a side's runs.
    private static WithinRun.Noise noise(List<Measured> runs, int m) {
        double variance = 0;
        double freedom = 0;
        for (Measured run : runs) {
            WithinRun.Noise noise = run.within().noise().get(m);
            variance += noise.variance() / runs.size();
            freedom += noise.freedom();
        }
        return new WithinRun.Noise(variance, freedom);
    }

    private static WithinRun.Noise ofMean(WithinRun.Noise noise, int runs) {
        return new WithinRun.Noise(noise.variance() / runs, noise.freedom());
    }

    private static double value(RunMetric metric, double scaled) {
        return metric.scale() == RunMetric.Scale.RATIO ? Math.exp(scaled) : scaled;
    }

    private static double spread(RunMetric metric, double[] scaled) {
        return metric.shown(Math.sqrt(Estimate.variance(scaled)));
    }

    private static double root(RunMetric metric, WithinRun.Noise noise) {
        return metric.shown(Math.sqrt(noise.variance()));
    }

    /// With as many runs the interval no longer reaches over the nearest threshold.
    private OptionalInt runsNeeded(RunMetric metric, double difference, double[] a, double[] b) {
        if (Math.min(a.length, b.length) < FEWEST_FOR_ADVICE) {
            return OptionalInt.empty();
        }
        double threshold = settings.threshold(metric);
        double room = Math.abs(Math.abs(metric.shown(difference)) - threshold);
        double variance = Estimate.variance(a) + Estimate.variance(b);
        return IntStream.rangeClosed(Math.max(Settings.ENOUGH_RUNS, Math.max(a.length, b.length) + 1), MOST_RUNS_NAMED)
                .filter(runs ->
                        Math.abs(metric.shown(Estimate.quantile(2.0 * runs - 2) * Math.sqrt(variance / runs))) <= room)
                .findFirst();
    }

    private static List<String> shortRuns(List<Measured> first, List<Measured> second) {
        if (Math.min(first.size(), second.size()) > 1) {
            return List.of();
        }
        return Stream.concat(first.stream(), second.stream())
                .filter(run -> run.within().blocks() < WithinRun.FEW_BLOCKS)
                .map(run -> "Run " + run.run().name()
                        + " is short against how long its slow and fast stretches last: the interval may be too"
                        + " narrow.")
                .toList();
    }

    private static List<String> join(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /// Whether two runs hold the same frames.
    static boolean same(Run one, Run other) {
        return Arrays.equals(one.shared(), other.shared());
    }
}
