package dev.nptune.bench.metric;

import dev.nptune.bench.capture.Series;

/// CapFrameX' stutter (`FrametimeStatisticProvider.cs`, `SampleBasedMovingAverage.cs`): a frame that takes more than
/// 2.5 times the mean of itself and those before it, round(10 √mean) of them. In that mean, a frame that takes more
/// than
/// three times the one before it counts as that one. A frame that is no stutter and slower than 25 fps is low-fps.
///
/// @param stutterTime time in stutter, in % of all
/// @param stutters how many frames
/// @param lowFpsTime time in frames slower than 25 fps that are no stutter, in % of all
record Stutter(double stutterTime, int stutters, double lowFpsTime) {
    private static final double FACTOR = 2.5;
    private static final double JUMP = 3;
    private static final double LOW = 1000.0 / 25;

    static Stutter of(Series times) {
        double total = times.sum();
        int window = (int) Math.max(1, Math.rint(10 * Math.sqrt(total / times.size())));
        double stutter = 0;
        double low = 0;
        int count = 0;
        double sum = 0;
        for (int i = 0; i < times.size(); i++) {
            sum += damped(times, i);
            if (i >= window) {
                sum -= damped(times, i - window);
            }
            double time = times.get(i);
            if (time > FACTOR * sum / Math.min(i + 1, window)) {
                stutter += time;
                count++;
            } else if (time > LOW) {
                low += time;
            }
        }
        return new Stutter(100 * stutter / total, count, 100 * low / total);
    }

    private static double damped(Series times, int i) {
        return i > 0 && times.get(i) > JUMP * times.get(i - 1) ? times.get(i - 1) : times.get(i);
    }
}
