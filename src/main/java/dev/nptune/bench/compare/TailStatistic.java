package dev.nptune.bench.compare;

import java.util.Arrays;

/// A number made of the longest frames, computed from how often each frame was drawn: a resample is then neither
/// written out nor sorted, and only as many frames are looked at as decide.
@FunctionalInterface
public interface TailStatistic {
    /// Of a resample.
    ///
    /// @param drawn frames, the longest first, each with the number of times it was drawn
    double of(Drawn drawn);

    /// Of frame times in any order.
    default double of(double[] frames) {
        double[] sorted = frames.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double[] descending = new double[n];
        int[] order = new int[n];
        int[] counts = new int[n];
        for (int i = 0; i < n; i++) {
            descending[i] = sorted[n - 1 - i];
            order[i] = i;
            counts[i] = 1;
        }
        return of(new Drawn(descending, order, counts));
    }

    /// Frames, the longest first. Plain arrays, which the bootstrap writes to between two uses.
    final class Drawn {
        private final double[] descending;
        private final int[] order;
        private final int[] counts;
        private final int total;

        /// @param descending frame times, the longest first
        /// @param order for each of these its place in `counts`
        /// @param counts how often each was drawn; as many draws as there are frames
        Drawn(double[] descending, int[] order, int[] counts) {
            this.descending = descending;
            this.order = order;
            this.counts = counts;
            this.total = descending.length;
        }

        /// The frame at a place, counted from 0 at the longest, between two of them by proportion.
        double at(double place) {
            int whole = (int) Math.floor(place);
            double part = place - whole;
            int seen = 0;
            for (int i = 0; i < total; i++) {
                seen += counts[order[i]];
                if (seen > whole) {
                    double upper = descending[i];
                    return part == 0 || seen > whole + 1 ? upper : upper + part * (next(i) - upper);
                }
            }
            return descending[total - 1];
        }

        private double next(int after) {
            for (int i = after + 1; i < total; i++) {
                if (counts[order[i]] > 0) {
                    return descending[i];
                }
            }
            return descending[after];
        }

        /// The mean of all frames that are at least so long.
        double meanFrom(double least) {
            double sum = 0;
            int seen = 0;
            for (int i = 0; i < total && descending[i] >= least; i++) {
                int count = counts[order[i]];
                sum += count * descending[i];
                seen += count;
            }
            return sum / seen;
        }

        /// The frame at which the longest ones together make up a part of the whole time.
        double atTime(double share) {
            double all = 0;
            for (int i = 0; i < total; i++) {
                all += counts[order[i]] * descending[i];
            }
            double sum = 0;
            for (int i = 0; i < total; i++) {
                sum += counts[order[i]] * descending[i];
                if (sum >= share * all && counts[order[i]] > 0) {
                    return descending[i];
                }
            }
            return descending[total - 1];
        }

        int total() {
            return total;
        }
    }

    /// The frame time that a part of the frames exceeds, at linear rank as PresentMon takes it (h = p(N−1)).
    ///
    /// @param share the part that exceeds it: 0.01 for the 99th percentile
    static TailStatistic percentile(double share) {
        return drawn -> drawn.at(share * (drawn.total() - 1));
    }

    /// CapFrameX' x % low average in fps: 1000 ÷ the mean of the frames that reach the type-8 quantile.
    static TailStatistic lowAverage(double share) {
        return drawn -> {
            double third = 1 / 3.0;
            double fromBelow = (1 - share) * (drawn.total() + third) + third - 1;
            double place = Math.clamp(drawn.total() - 1 - fromBelow, 0, drawn.total() - 1.0);
            return 1000 / drawn.meanFrom(drawn.at(place));
        };
    }

    /// CapFrameX' and RTSS' x % low integral in fps: of the frame at which the longest ones make up x % of the time.
    static TailStatistic lowIntegral(double share) {
        return drawn -> 1000 / drawn.atTime(share);
    }
}
