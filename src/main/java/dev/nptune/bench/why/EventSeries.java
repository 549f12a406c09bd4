package dev.nptune.bench.why;

import java.util.Arrays;
import java.util.stream.IntStream;

/// How much of one cause there was over time: what was sampled, each sample between two times. Within a sample the
/// amount is taken as spread evenly, since nothing else is known.
public final class EventSeries {
    /// What the amounts are.
    public enum Kind {
        /// Nanoseconds in which something could not go on, such as a vCPU's run delay.
        NANOSECONDS,
        /// Events, such as interrupts or exits.
        COUNT
    }

    private final String cause;
    private final Kind kind;
    private final double[] from;
    private final double[] to;

    /// The amount up to the beginning of each sample; one more than there are samples.
    private final double[] before;

    /// @param cause what it is, such as `vCPU 3 waited for a CPU`
    /// @param from when each sample began, in seconds of the capture's clock, rising
    /// @param to when each ended; no sample reaches into the next
    /// @param amounts of each, none below zero
    /// @throws IllegalArgumentException if there is no sample, or they are not as said
    public EventSeries(String cause, Kind kind, double[] from, double[] to, double[] amounts) {
        if (from.length == 0 || from.length != to.length || from.length != amounts.length) {
            throw new IllegalArgumentException(cause + ": samples need as many beginnings, ends and amounts");
        }
        double last = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < from.length; i++) {
            if (!(from[i] >= last) || !(to[i] > from[i]) || !(amounts[i] >= 0) || Double.isInfinite(amounts[i])) {
                throw new IllegalArgumentException(cause + ": sample " + (i + 1) + " from " + from[i] + " to " + to[i]
                        + " s with " + amounts[i] + " is out of order or no amount");
            }
            last = to[i];
        }
        this.cause = cause;
        this.kind = kind;
        this.from = from.clone();
        this.to = to.clone();
        this.before = new double[from.length + 1];
        for (int i = 0; i < amounts.length; i++) {
            before[i + 1] = before[i] + amounts[i];
        }
    }

    public String cause() {
        return cause;
    }

    public Kind kind() {
        return kind;
    }

    double start() {
        return from[0];
    }

    double end() {
        return to[to.length - 1];
    }

    /// The amount up to a time in seconds.
    double until(double seconds) {
        if (seconds < from[0]) {
            return 0;
        }
        int sample = sample(seconds);
        double part = Math.min(1, (seconds - from[sample]) / (to[sample] - from[sample]));
        return before[sample] + part * (before[sample + 1] - before[sample]);
    }

    /// The last sample that began by then. Samples mostly are as long as each other, so the first guess mostly is
    /// right.
    private int sample(double seconds) {
        int last = from.length - 1;
        int guess = (int) Math.min(last, (seconds - from[0]) / (end() - from[0]) * from.length);
        if (from[guess] <= seconds && (guess == last || seconds < from[guess + 1])) {
            return guess;
        }
        int found = Arrays.binarySearch(from, seconds);
        return found >= 0 ? found : -found - 2;
    }

    /// The amount between two times in seconds.
    double between(double start, double end) {
        return until(end) - until(start);
    }

    /// How long a sample in which something happened usually is, in seconds; 0 if nothing did.
    double resolution() {
        double[] lengths = IntStream.range(0, from.length)
                .filter(i -> before[i + 1] > before[i])
                .mapToDouble(i -> to[i] - from[i])
                .sorted()
                .toArray();
        return lengths.length == 0 ? 0 : lengths[lengths.length / 2];
    }
}
