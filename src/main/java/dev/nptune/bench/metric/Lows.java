package dev.nptune.bench.metric;

import dev.nptune.bench.capture.Series;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Quantile.EstimationMethod;

/// Lows, as each tool has them, in fps. Frame times are in ms and above 0.
final class Lows {
    static final double HUNDREDTH = 0.01;
    static final double THOUSANDTH = 0.001;

    private static final Quantile TYPE_8 = Quantile.withDefaults().with(EstimationMethod.HF8);

    /// Rank p(N − 1), linear between neighbours.
    private static final Quantile TYPE_7 = Quantile.withDefaults().with(EstimationMethod.HF7);

    private Lows() {}

    /// The quantile of type 8 of fps (CapFrameX' P1, `FrametimeStatisticProvider.cs`, by Math.NET).
    static double percentileOfFps(Series times, double part) {
        Series sorted = times.ascending();
        int last = sorted.size() - 1;
        return TYPE_8.evaluate(sorted.size(), i -> 1000 / sorted.get(last - i), part);
    }

    /// A frame time that this part of the frames does not exceed, by linear rank (PresentMon's `DynamicStat.cpp`,
    /// OCAT's
    /// `Recording.cpp`), in ms.
    static double percentile(Series times, double part) {
        Series sorted = times.ascending();
        return TYPE_7.evaluate(sorted.size(), sorted::get, part);
    }

    /// The fps of all frames not faster than the quantile of type 8 of frame times (CapFrameX' low average).
    static double average(Series times, double part) {
        Series sorted = times.ascending();
        double limit = TYPE_8.evaluate(sorted.size(), sorted::get, 1 - part);
        double sum = 0;
        int count = 0;
        for (int i = sorted.size() - 1; i >= 0 && sorted.get(i) >= limit; i--) {
            sum += sorted.get(i);
            count++;
        }
        return 1000 * count / sum;
    }

    /// The fps of the frame at which the slowest, from the slowest on, have taken this part of all time (RTSS,
    /// CapFrameX' low integral).
    static double integral(Series times, double part) {
        Series sorted = times.ascending();
        double limit = times.sum() * part;
        double sum = 0;
        int i = sorted.size();
        while (i > 0 && sum < limit) {
            sum += sorted.get(--i);
        }
        return 1000 / sorted.get(i);
    }

    /// The fps of the frame at rank ⌊pN − 1⌋ from the slowest (MangoHud from 0.8.1 on, `fps_metrics.h`, in float as
    /// there).
    static double mangoHud(Series times, double part) {
        int rank = (int) ((float) part * times.size() - 1);
        return 1000 / times.ascending().get(times.size() - 1 - rank);
    }

    /// The mean fps of the ⌈pN⌉ slowest frames (MangoHud before 0.7.1, `logging.cpp`).
    static double oldMangoHud(Series times, double part) {
        Series sorted = times.ascending();
        int count = (int) Math.ceil((float) part * times.size());
        double sum = 0;
        for (int i = 1; i <= count; i++) {
            sum += 1000 / sorted.get(sorted.size() - i);
        }
        return sum / count;
    }
}
