package dev.nptune.bench.metric;

import dev.nptune.bench.capture.Series;

/// How evenly frames follow each other. Frame times are in ms.
final class Evenness {
    /// How far back CapFrameX' trailing mean goes, in ms.
    private static final double WINDOW = 500;

    private Evenness() {}

    /// The residual standard deviation (n − 1) against the mean of the frame and those before it, as many as it takes
    /// for 500 ms (CapFrameX' adaptive standard deviation, `FrametimeStatisticProvider.cs`), in ms.
    static double adaptiveDeviation(Series times) {
        double squares = 0;
        double sum = 0;
        int from = 0;
        for (int i = 0; i < times.size(); i++) {
            sum += times.get(i);
            while (from < i && sum - times.get(from) >= WINDOW) {
                sum -= times.get(from++);
            }
            double residual = times.get(i) - sum / (i - from + 1);
            squares += residual * residual;
        }
        return Math.sqrt(squares / (times.size() - 1));
    }

    /// The mean of |Δ| from one frame to the next (MASD), in ms.
    static double meanStep(Series times) {
        double sum = 0;
        for (int i = 1; i < times.size(); i++) {
            sum += Math.abs(times.get(i) - times.get(i - 1));
        }
        return sum / (times.size() - 1);
    }

    /// Which part of the steps |Δ| from one frame to the next is in this range, in % (CapFrameX' variance).
    ///
    /// @param from in ms
    /// @param to in ms, not in the range itself
    static double steps(Series times, double from, double to) {
        int count = 0;
        for (int i = 1; i < times.size(); i++) {
            double step = Math.abs(times.get(i) - times.get(i - 1));
            count += step >= from && step < to ? 1 : 0;
        }
        return 100.0 * count / (times.size() - 1);
    }
}
