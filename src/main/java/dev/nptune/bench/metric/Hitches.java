package dev.nptune.bench.metric;

import dev.nptune.bench.capture.Series;
import java.util.Arrays;
import java.util.Optional;

/// Frames that took much longer than those around them, as stutterscope has it: more than twice their
/// [ExpectedTimes#rollingMedian].
final class Hitches {
    /// Frames above this are hitches by another measure, in ms.
    private static final double LONG = 50;

    private Hitches() {}

    /// A hitch: frames in a row that all are too long.
    ///
    /// @param first the place of its first frame
    /// @param frames how many
    /// @param start the frame times before it, in ms
    /// @param millis their time together
    record Hitch(int first, int frames, double start, double millis) {
        /// The frame times without it.
        Series without(Series times) {
            double[] all = times.toArray();
            double[] left = Arrays.copyOf(all, all.length - frames);
            System.arraycopy(all, first + frames, left, first, left.length - first);
            return Series.of(left);
        }
    }

    /// Which frames are hitches.
    static boolean[] find(Series times) {
        double[] expected = ExpectedTimes.rollingMedian(times.toArray());
        boolean[] found = new boolean[expected.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = times.get(i) > ExpectedTimes.HITCH * expected[i];
        }
        return found;
    }

    /// How many frames are hitches.
    static long count(Series times) {
        long count = 0;
        for (boolean hitch : find(times)) {
            count += hitch ? 1 : 0;
        }
        return count;
    }

    /// How many frames take longer than 50 ms.
    static long longFrames(Series times) {
        return times.stream().filter(t -> t > LONG).count();
    }

    /// The hitch that took the longest.
    static Optional<Hitch> worst(Series times) {
        boolean[] found = find(times);
        Hitch worst = new Hitch(0, 0, 0, 0);
        double before = 0;
        int i = 0;
        while (i < found.length) {
            int first = i;
            double millis = 0;
            while (i < found.length && found[i]) {
                millis += times.get(i++);
            }
            if (millis > worst.millis()) {
                worst = new Hitch(first, i - first, before, millis);
            }
            before += millis;
            if (i < found.length) {
                before += times.get(i++);
            }
        }
        return worst.frames() == 0 ? Optional.empty() : Optional.of(worst);
    }
}
