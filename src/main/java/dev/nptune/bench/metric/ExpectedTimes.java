package dev.nptune.bench.metric;

import java.util.Arrays;

/// How long each frame would be expected to take by those around it: what stutters and hitches are measured against.
///
/// Frame times are in ms and above 0; each result has one value for each of them, in the same order.
public final class ExpectedTimes {
    /// A frame of more than this many times the [#trailingMean] is a stutter to CapFrameX.
    public static final double STUTTER = 2.5;

    /// A frame of more than this many times the [#rollingMedian] is a hitch to stutterscope.
    public static final double HITCH = 2;

    /// CapFrameX: a frame more than this many times its predecessor enters the mean as its predecessor.
    private static final double JUMP = 3;

    private static final int AROUND = 10;

    private ExpectedTimes() {}

    /// CapFrameX' (`SampleBasedMovingAverage.cs`): the mean of a frame and those before it, round(10 √mean) of them,
    /// fewer at the beginning. In it a frame that takes more than three times the one before it counts as that one.
    public static double[] trailingMean(double[] frames) {
        double mean = Arrays.stream(frames).average().orElse(0);
        int window = (int) Math.max(1, Math.rint(10 * Math.sqrt(mean)));
        double[] means = new double[frames.length];
        double sum = 0;
        for (int i = 0; i < frames.length; i++) {
            sum += damped(frames, i);
            if (i >= window) {
                sum -= damped(frames, i - window);
            }
            means[i] = sum / Math.min(i + 1, window);
        }
        return means;
    }

    private static double damped(double[] frames, int i) {
        return i > 0 && frames[i] > JUMP * frames[i - 1] ? frames[i - 1] : frames[i];
    }

    /// Stutterscope's: the median of a frame and the ten before and after it, fewer at the ends.
    public static double[] rollingMedian(double[] frames) {
        int n = frames.length;
        double[] medians = new double[n];
        double[] window = new double[2 * AROUND + 2];
        int size = 0;
        int in = 0;
        for (int i = 0; i < n; i++) {
            while (in < n && in <= i + AROUND) {
                size = insert(window, size, frames[in++]);
            }
            if (i > AROUND) {
                size = remove(window, size, frames[i - AROUND - 1]);
            }
            medians[i] = (window[(size - 1) / 2] + window[size / 2]) / 2;
        }
        return medians;
    }

    /// Into the sorted beginning of the array.
    private static int insert(double[] sorted, int size, double value) {
        int at = size;
        while (at > 0 && sorted[at - 1] > value) {
            sorted[at] = sorted[at - 1];
            at--;
        }
        sorted[at] = value;
        return size + 1;
    }

    private static int remove(double[] sorted, int size, double value) {
        int at = Arrays.binarySearch(sorted, 0, size, value);
        System.arraycopy(sorted, at + 1, sorted, at, size - at - 1);
        return size - 1;
    }
}
