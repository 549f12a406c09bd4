package dev.nptune.bench.compare;

import java.util.Optional;
import java.util.OptionalInt;

/// Two sides held against each other. Differences are in percent of the first side, or in points, as
/// [RunMetric.Scale] says.
///
/// @param bare the first side, the mean of its runs; of what is compared by ratio the geometric mean
/// @param vm the second side
/// @param difference by how much the second side is above the first
/// @param low lower end of the 95 % interval
/// @param high upper end of it
/// @param withinRunOnly whether the interval knows only what varies within a run, there being one run of a side
/// @param permutation empty where there is one run to a side
/// @param threshold from which on a difference matters
/// @param verdict what the interval says
/// @param spread how much runs of one side vary
/// @param runsNeeded how many runs a side would decide, about, if difference and spread stay; empty if decided
public record Compared(
        RunMetric metric,
        double bare,
        double vm,
        double difference,
        double low,
        double high,
        boolean withinRunOnly,
        Optional<Permutation> permutation,
        double threshold,
        Verdict verdict,
        Spread spread,
        OptionalInt runsNeeded)
        implements MetricResult {
    /// Whether there is a difference at all, be it too small to matter.
    public boolean differs() {
        return low > 0 || high < 0;
    }

    /// Whether the second side is on the bad side, as far as one can tell.
    public boolean isWorseSide() {
        return metric.higherIsBetter() ? difference < 0 : difference > 0;
    }

    /// Standard deviations, in percent or points: of the runs, and as far as frames within a run account for it.
    ///
    /// @param bare of the first side's runs; 0 if there is one
    /// @param vm of the second side's runs; 0 if there is one
    /// @param bareWithin what frames within a run of the first side alone would make runs vary
    /// @param vmWithin the same of the second side
    public record Spread(double bare, double vm, double bareWithin, double vmWithin) {}
}
