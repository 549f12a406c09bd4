package dev.nptune.bench.compare;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// When a metric gets no value.
final class Refusals {
    private Refusals() {}

    /// Why the metric must not be compared, if so.
    static Optional<String> of(RunMetric metric, RunSet bare, RunSet vm, Settings settings) {
        List<Run> all = Stream.concat(bare.runs().stream(), vm.runs().stream()).toList();
        return all.stream()
                .flatMap(run -> tooShort(metric, run).stream())
                .findFirst()
                .or(() -> all.stream()
                        .flatMap(run -> noValue(metric, run).stream())
                        .findFirst())
                .or(() -> driven(metric, bare, vm, settings));
    }

    private static Optional<String> tooShort(RunMetric metric, Run run) {
        int least = metric.leastFrames();
        return run.size() >= least
                ? Optional.empty()
                : Optional.of("run " + run.name() + " has " + run.size() + " frames; below " + least + " fewer than "
                        + RunMetric.LEAST_IN_TAIL + " frames decide");
    }

    private static Optional<String> noValue(RunMetric metric, Run run) {
        double value = metric.of(run.shared());
        return Double.isFinite(metric.scaled(value))
                ? Optional.empty()
                : Optional.of("it is " + value + " in run " + run.name() + ", of which no ratio can be taken");
    }

    /// One hitch drives the result if leaving out the longest frame of one run changes the difference of the sides by
    /// more than the threshold.
    private static Optional<String> driven(RunMetric metric, RunSet bare, RunSet vm, Settings settings) {
        return Stream.of(bare, vm)
                .flatMap(side -> side.runs().stream().map(run -> Hitch.of(metric, run, side.size())))
                .max(Comparator.comparingDouble(Hitch::change))
                .filter(hitch -> hitch.change > settings.threshold(metric))
                .map(hitch -> hitch.words(metric));
    }

    /// The longest frame of a run.
    ///
    /// @param frame its number, from 0
    /// @param change of the difference of the sides without it, in percent or points
    private record Hitch(Run run, int frame, double change) {
        static Hitch of(RunMetric metric, Run run, int runs) {
            int longest = run.longest();
            double with = metric.scaled(metric.of(run.shared()));
            double without = metric.scaled(metric.of(run.without(longest)));
            return new Hitch(run, longest, Math.abs(metric.shown((without - with) / runs)));
        }

        String words(RunMetric metric) {
            return String.format(
                    Locale.ROOT,
                    "one hitch drives it: without frame %d of run %s (%.0f ms) the difference changes by %.1f %s",
                    frame + 1,
                    run.name(),
                    run.shared()[frame],
                    change,
                    metric.scale() == RunMetric.Scale.RATIO ? "%" : "points");
        }
    }
}
