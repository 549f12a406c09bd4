package dev.nptune.bench.metric;

import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Quantile.EstimationMethod;

/// Lows, as each tool has them, in fps: of a whole capture and of a resample alike.
final class Lows {
    static final double HUNDREDTH = 0.01;
    static final double THOUSANDTH = 0.001;

    private static final Quantile TYPE_8 = Quantile.withDefaults().with(EstimationMethod.HF8);

    /// Rank p(N − 1), linear between neighbours.
    private static final Quantile TYPE_7 = Quantile.withDefaults().with(EstimationMethod.HF7);

    private Lows() {}

    /// The quantile of type 8 of fps (CapFrameX' P1, `FrametimeStatisticProvider.cs`, by Math.NET).
    static double percentileOfFps(Slowest frames, double part) {
        return TYPE_8.evaluate(frames.size(), i -> 1000 / frames.at(i), part);
    }

    /// A frame time that this part of the frames does not exceed, by linear rank (PresentMon's `DynamicStat.cpp`,
    /// OCAT's
    /// `Recording.cpp`), in ms.
    static double percentile(Slowest frames, double part) {
        return ofTimes(TYPE_7, frames, part);
    }

    /// The fps of all frames not faster than the quantile of type 8 of frame times (CapFrameX' low average).
    static double average(Slowest frames, double part) {
        return 1000 / frames.meanFrom(ofTimes(TYPE_8, frames, 1 - part));
    }

    private static double ofTimes(Quantile type, Slowest frames, double part) {
        int last = frames.size() - 1;
        return type.evaluate(frames.size(), i -> frames.at(last - i), part);
    }

    /// The fps of the frame at which the slowest, from the slowest on, have taken this part of all time (RTSS,
    /// CapFrameX' low integral).
    static double integral(Slowest frames, double part) {
        return 1000 / frames.atTime(part);
    }

    /// The fps of the frame at rank ⌊pN − 1⌋ from the slowest (MangoHud from 0.8.1 on, `fps_metrics.h`, in float as
    /// there).
    static double mangoHud(Slowest frames, double part) {
        return 1000 / frames.at((int) ((float) part * frames.size() - 1));
    }

    /// The mean fps of the ⌈pN⌉ slowest frames (MangoHud before 0.7.1, `logging.cpp`).
    static double oldMangoHud(Slowest frames, double part) {
        return frames.meanFps((int) Math.ceil((float) part * frames.size()));
    }
}
