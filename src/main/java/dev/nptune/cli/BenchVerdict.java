package dev.nptune.cli;

import dev.nptune.bench.compare.Compared;
import dev.nptune.bench.compare.Comparison;
import dev.nptune.bench.compare.Permutation;
import dev.nptune.bench.compare.RunMetric;
import dev.nptune.bench.compare.RunMetric.Scale;
import dev.nptune.bench.compare.RunMetrics;
import java.util.Locale;

/// A comparison in one sentence: by how much, how sure, and whether it matters.
final class BenchVerdict {
    private BenchVerdict() {}

    /// About the first metric that has a value.
    ///
    /// @throws java.util.NoSuchElementException if none has
    static String sentence(Comparison comparison) {
        Compared c = comparison.headline().orElseThrow();
        return difference(c) + " ("
                + sureness(
                        c,
                        comparison.bare().runs().size(),
                        comparison.vm().runs().size()) + "): " + verdict(c) + ".";
    }

    private static String difference(Compared c) {
        if (c.metric().equals(RunMetrics.AVERAGE)) {
            return "The VM is " + by(c, Math.abs(c.difference())) + " " + word(c, c.difference())
                    + " than bare metal on average";
        }
        return "The VM's " + c.metric().name() + " is " + by(c, Math.abs(c.difference())) + " "
                + word(c, c.difference()) + " than bare metal's";
    }

    private static String sureness(Compared c, int bare, int vm) {
        String runs = bare == vm ? (bare == 1 ? "one run each" : bare + " runs each") : bare + " and " + vm + " runs";
        String p = c.permutation().map(BenchVerdict::p).orElse("within-run only");
        return "95 % interval " + interval(c) + ", " + runs + ", " + p;
    }

    private static String p(Permutation permutation) {
        return (permutation.exact() ? "exact p = " : "p = ")
                + small(permutation.p())
                + (permutation.exact() ? "" : " of " + permutation.arrangements() + " drawn");
    }

    private static String interval(Compared c) {
        boolean oneSide = c.low() >= 0 == c.high() >= 0;
        if (oneSide && c.differs()) {
            double near = Math.min(Math.abs(c.low()), Math.abs(c.high()));
            double far = Math.max(Math.abs(c.low()), Math.abs(c.high()));
            return number(near) + " to " + by(c, far);
        }
        return by(c, Math.abs(c.low())) + " " + word(c, c.low()) + " to " + by(c, Math.abs(c.high())) + " "
                + word(c, c.high());
    }

    private static String verdict(Compared c) {
        String set = threshold(c) + " set";
        return switch (c.verdict()) {
            case WORSE -> "worse than the " + set;
            case BETTER -> "better by more than the " + set;
            case EQUIVALENT ->
                c.differs() ? "a difference, but less than the " + set : "no difference that matters, by the " + set;
            case INCONCLUSIVE -> "not decided, the interval reaches over the " + set;
        };
    }

    static String threshold(Compared c) {
        String number = c.threshold() == Math.rint(c.threshold())
                ? String.format(Locale.ROOT, "%.0f", c.threshold())
                : String.format(Locale.ROOT, "%s", c.threshold());
        return number + " " + unit(c.metric());
    }

    private static String by(Compared c, double value) {
        return number(value) + " " + unit(c.metric());
    }

    private static String unit(RunMetric metric) {
        return metric.scale() == Scale.RATIO ? "%" : "points";
    }

    private static String word(Compared c, double difference) {
        if (c.metric().equals(RunMetrics.AVERAGE)) {
            return difference < 0 ? "slower" : "faster";
        }
        return difference < 0 ? "lower" : "higher";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 0.095 ? "%.2f" : "%.1f", value);
    }

    /// Two digits that count.
    static String small(double p) {
        return String.format(Locale.ROOT, p >= 0.1 ? "%.2f" : p >= 0.001 ? "%.3f" : "%.5f", p);
    }
}
