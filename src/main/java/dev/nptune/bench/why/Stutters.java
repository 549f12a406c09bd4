package dev.nptune.bench.why;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds stutters in frame times.
public final class Stutters {
    /// What counts as one.
    public enum Definition {
        /// More than 2.5 times the trailing mean (CapFrameX, `SampleBasedMovingAverage.cs`).
        CAPFRAMEX("more than 2.5 times the trailing mean, as CapFrameX counts"),
        /// More than twice the median of the ten frames before, itself and the ten after (stutterscope).
        ROLLING_MEDIAN("more than twice the median of the 21 frames around it");

        private final String words;

        Definition(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    private static final double CAPFRAMEX_FACTOR = 2.5;

    /// CapFrameX: a frame more than this many times its predecessor enters the mean as its predecessor.
    private static final double SPIKE = 3;

    private static final double MEDIAN_FACTOR = 2;
    private static final int MEDIAN_REACH = 10;

    private Stutters() {}

    /// As [#find(double[], Definition, double)], the first frame beginning at 0 s.
    public static List<Stutter> find(double[] frames, Definition definition) {
        return find(frames, definition, 0);
    }

    /// Finds them.
    ///
    /// @param frames frame times in milliseconds
    /// @param startSeconds when the first frame began, in seconds
    public static List<Stutter> find(double[] frames, Definition definition, double startSeconds) {
        double[] expected = switch (definition) {
            case CAPFRAMEX -> trailingMeans(frames);
            case ROLLING_MEDIAN -> rollingMedians(frames);
        };
        double factor = switch (definition) {
            case CAPFRAMEX -> CAPFRAMEX_FACTOR;
            case ROLLING_MEDIAN -> MEDIAN_FACTOR;
        };
        List<Stutter> found = new ArrayList<>();
        double millis = 0;
        for (int i = 0; i < frames.length; i++) {
            millis += frames[i];
            if (frames[i] > factor * expected[i]) {
                found.add(new Stutter(i, startSeconds + millis / 1000, frames[i], frames[i] - expected[i]));
            }
        }
        return found;
    }

    /// Over round(10 √mean) frames up to the one it is for, fewer at the beginning.
    private static double[] trailingMeans(double[] frames) {
        double mean = Arrays.stream(frames).average().orElse(0);
        int window = Math.max(1, (int) Math.rint(10 * Math.sqrt(mean)));
        double[] entered = frames.clone();
        for (int i = 1; i < frames.length; i++) {
            if (frames[i] > SPIKE * frames[i - 1]) {
                entered[i] = frames[i - 1];
            }
        }
        double[] means = new double[frames.length];
        double sum = 0;
        for (int i = 0; i < frames.length; i++) {
            sum += entered[i] - (i >= window ? entered[i - window] : 0);
            means[i] = sum / Math.min(i + 1, window);
        }
        return means;
    }

    private static double[] rollingMedians(double[] frames) {
        double[] medians = new double[frames.length];
        for (int i = 0; i < frames.length; i++) {
            double[] around = Arrays.copyOfRange(
                    frames, Math.max(0, i - MEDIAN_REACH), Math.min(frames.length, i + MEDIAN_REACH + 1));
            Arrays.sort(around);
            int middle = around.length / 2;
            medians[i] = around.length % 2 == 1 ? around[middle] : (around[middle - 1] + around[middle]) / 2;
        }
        return medians;
    }
}
