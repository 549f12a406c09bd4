package dev.nptune.report;

import dev.nptune.host.CoreLatencies;
import java.util.Locale;
import java.util.Optional;

/// Sorts latencies into steps of equal ratio, so that 5 from 10 ns is told apart as well as 80 from 160.
///
/// @param least the smallest value in nanoseconds
/// @param most the largest
/// @param steps how many steps
record LatencyScale(double least, double most, int steps) {
    /// The scale of a matrix; empty if it has no value.
    static Optional<LatencyScale> of(CoreLatencies matrix, int steps) {
        double[] values = matrix.nanos().stream()
                .flatMap(row -> row.stream().flatMap(Optional::stream))
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return values.length == 0
                ? Optional.empty()
                : Optional.of(new LatencyScale(values[0], values[values.length - 1], steps));
    }

    /// The step of a value, from 0. Where all values are about the same there is only the first.
    int step(double nanos) {
        if (flat()) {
            return 0;
        }
        double part = Math.log(nanos / least) / Math.log(most / least);
        return Math.clamp((int) (part * steps), 0, steps - 1);
    }

    /// Steps in use.
    int used() {
        return flat() ? 1 : steps;
    }

    private boolean flat() {
        return most / least < 1.2;
    }

    /// Where a step begins, in nanoseconds; the number of steps for where the last one ends.
    double from(int step) {
        return flat() ? (step == 0 ? least : most) : least * Math.pow(most / least, (double) step / steps);
    }

    /// `5.3–7.5`, the range of a step.
    String range(int step) {
        return figure(from(step)) + "–" + figure(from(step + 1));
    }

    /// A value with two or three digits: `7.6`, `84`.
    static String figure(double nanos) {
        return String.format(Locale.ROOT, nanos < 9.95 ? "%.1f" : "%.0f", nanos);
    }
}
