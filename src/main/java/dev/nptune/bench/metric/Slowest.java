package dev.nptune.bench.metric;

import dev.nptune.bench.capture.Series;
import org.jspecify.annotations.Nullable;

/// Frames from the slowest on, each as often as it was drawn. A resample is then neither written out nor sorted, and
/// only as many frames are looked at as decide.
///
/// Hot where frames are drawn again and again: the counts are an array that the bootstrap writes to between two uses.
public final class Slowest {
    private final Series ascending;
    private final int[] order;
    private final int @Nullable [] counts;
    private final int size;

    private Slowest(Series ascending, int[] order, int @Nullable [] counts) {
        this.ascending = ascending;
        this.order = order;
        this.counts = counts;
        this.size = ascending.size();
    }

    /// Each once.
    ///
    /// @param times in ms, in any order
    public static Slowest of(Series times) {
        return new Slowest(times.ascending(), new int[0], null);
    }

    /// Each as often as the counts say when it is asked.
    ///
    /// @param ascending frame times in ms, the longest last
    /// @param order for each of these its place in `counts`
    /// @param counts how often each was drawn; together as many as there are frames
    public static Slowest drawn(Series ascending, int[] order, int[] counts) {
        return new Slowest(ascending, order, counts);
    }

    /// How many.
    public int size() {
        return size;
    }

    private int count(int i) {
        return counts == null ? 1 : counts[order[i]];
    }

    /// The one at a place, counted from 0 at the slowest, in ms.
    double at(int place) {
        int seen = 0;
        for (int i = size - 1; i >= 0; i--) {
            seen += count(i);
            if (seen > place) {
                return ascending.get(i);
            }
        }
        return ascending.get(0);
    }

    /// The mean of all that take at least so long, in ms.
    double meanFrom(double least) {
        double sum = 0;
        int seen = 0;
        for (int i = size - 1; i >= 0 && ascending.get(i) >= least; i--) {
            int count = count(i);
            sum += count * ascending.get(i);
            seen += count;
        }
        return sum / seen;
    }

    /// The mean of each one's own fps, over so many of the slowest.
    double meanFps(int most) {
        double sum = 0;
        int left = most;
        for (int i = size - 1; i >= 0 && left > 0; i--) {
            int count = Math.min(left, count(i));
            sum += count * (1000 / ascending.get(i));
            left -= count;
        }
        return sum / most;
    }

    /// The one at which they have taken a part of all time together, in ms.
    double atTime(double part) {
        double all = 0;
        for (int i = size - 1; i >= 0; i--) {
            all += count(i) * ascending.get(i);
        }
        double sum = 0;
        for (int i = size - 1; i >= 0; i--) {
            sum += count(i) * ascending.get(i);
            if (sum >= part * all && count(i) > 0) {
                return ascending.get(i);
            }
        }
        return ascending.get(0);
    }
}
