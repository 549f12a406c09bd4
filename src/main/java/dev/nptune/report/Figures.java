package dev.nptune.report;

import dev.nptune.bench.Workload;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How numbers are written, and the ratios that are made of them. What was not measured is a dash.
final class Figures {
    static final String NONE = "–";

    private Figures() {}

    /// One of a workload's times, with as many decimals as its bare time needs: they are read against each other.
    static String value(Workload workload, @Nullable Double value) {
        if (value == null || !Double.isFinite(value)) {
            return NONE;
        }
        double least = Math.abs(workload.bare());
        String format = least >= 10_000 ? "%.0f" : least >= 10 ? "%.1f" : least >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }

    /// A ratio with two decimals.
    static String ratio(OptionalDouble ratio) {
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : NONE;
    }

    /// Whole and tenths of a per cent.
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    /// How often the bare time fits into a time in the VM: 1 is bare metal, more is slower.
    static OptionalDouble toBare(Workload workload, @Nullable Double value) {
        double ratio = value == null ? Double.NaN : value / workload.bare();
        return Double.isFinite(ratio) && ratio > 0 ? OptionalDouble.of(ratio) : OptionalDouble.empty();
    }

    /// Geometric mean of the ratios to bare; empty if one of them is missing, since a mean of fewer would mislead.
    static OptionalDouble meanToBare(List<Workload> workloads, Function<Workload, @Nullable Double> value) {
        double[] ratios = workloads.stream()
                .map(w -> toBare(w, value.apply(w)))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
        if (ratios.length == 0 || ratios.length < workloads.size()) {
            return OptionalDouble.empty();
        }
        double logarithms = 0;
        for (double ratio : ratios) {
            logarithms += Math.log(ratio);
        }
        return OptionalDouble.of(Math.exp(logarithms / ratios.length));
    }

    /// `geometric mean`, saying of how many where that is not all.
    static String meanTitle(int counted, int all) {
        return counted == all ? "geometric mean" : "geometric mean of " + counted;
    }

    static int clamp(int counted, List<Workload> workloads) {
        return Objects.checkIndex(counted, workloads.size() + 1);
    }
}
