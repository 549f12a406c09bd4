package dev.nptune.bench.compare;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;

/// A difference between two means with its standard error, on the scale on which it was taken.
///
/// @param difference second side less first
/// @param error standard error
/// @param freedom degrees of freedom of the error
record Estimate(double difference, double error, double freedom) {

    /// By Welch: the spread of the runs is all that is needed, since it holds what varies within them as well.
    ///
    /// @param first run-level values of one side, two at least
    /// @param second of the other
    static Estimate between(double[] first, double[] second) {
        return of(
                mean(second) - mean(first),
                variance(first) / first.length,
                first.length - 1,
                variance(second) / second.length,
                second.length - 1);
    }

    /// By what varies within the runs alone, where there is one run to a side.
    static Estimate within(double difference, WithinRun.Noise first, WithinRun.Noise second) {
        return of(difference, first.variance(), first.freedom(), second.variance(), second.freedom());
    }

    /// The error's freedom after Satterthwaite.
    private static Estimate of(double difference, double a, double freedomA, double b, double freedomB) {
        double sum = a + b;
        double freedom = sum > 0 ? sum * sum / (a * a / freedomA + b * b / freedomB) : freedomA + freedomB;
        return new Estimate(difference, Math.sqrt(sum), freedom);
    }

    double halfWidth() {
        return quantile(freedom) * error;
    }

    double low() {
        return difference - halfWidth();
    }

    double high() {
        return difference + halfWidth();
    }

    static double quantile(double freedom) {
        return TDistribution.of(freedom).inverseSurvivalProbability((1 - Settings.LEVEL) / 2);
    }

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /// With divisor n − 1; 0 for one value.
    static double variance(double[] values) {
        double mean = mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return values.length < 2 ? 0 : squares / (values.length - 1);
    }
}
