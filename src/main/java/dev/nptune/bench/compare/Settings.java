package dev.nptune.bench.compare;

import java.util.OptionalInt;

/// How two sides are compared.
///
/// @param percent the difference from which on it matters, in percent, for what is compared by ratio
/// @param points the same in points, for what is compared by difference
/// @param dropFirst how many runs to leave out at the beginning of each side; empty for one where enough are left
/// @param resamples of each run
/// @param seed from which all that is drawn follows
public record Settings(double percent, double points, OptionalInt dropFirst, int resamples, long seed) {
    /// What most people would not notice in frames per second.
    public static final double PERCENT = 3;

    /// Of stutter time: 0.3 seconds in each minute. A judgement, not a measurement.
    public static final double POINTS = 0.5;

    /// As many runs a side should have.
    public static final int ENOUGH_RUNS = 5;

    /// The most for which resampling is worth its time.
    public static final int MOST_RESAMPLES = 100_000;

    /// How sure an interval is.
    static final double LEVEL = 0.95;

    /// What holds if nothing else is said.
    public static final Settings USUAL = new Settings(PERCENT, POINTS, OptionalInt.empty(), 2000, 1);

    /// @throws IllegalArgumentException if a threshold is not between 0 and 50, or a number is negative or too large
    public Settings {
        if (!(percent > 0 && percent < 50) || !(points > 0 && points < 50)) {
            throw new IllegalArgumentException("a threshold lies between 0 and 50");
        }
        if (resamples < 100 || resamples > MOST_RESAMPLES) {
            throw new IllegalArgumentException("resamples: 100 to " + MOST_RESAMPLES);
        }
        if (dropFirst.orElse(0) < 0) {
            throw new IllegalArgumentException("fewer than no runs cannot be left out");
        }
    }

    /// In percent or points, as the metric is compared.
    double threshold(RunMetric metric) {
        return switch (metric.scale()) {
            case RATIO -> percent;
            case POINTS -> points;
        };
    }
}
