package dev.nptune.bench.metric;

import dev.nptune.bench.capture.Series;

/// CapFrameX' stutter (`FrametimeStatisticProvider.cs`): a frame that takes more than 2.5 times its
/// [ExpectedTimes#trailingMean]. A frame that is no stutter and slower than 25 fps is low-fps.
///
/// @param stutterTime time in stutter, in % of all
/// @param stutters how many frames
/// @param lowFpsTime time in frames slower than 25 fps that are no stutter, in % of all
record Stutter(double stutterTime, int stutters, double lowFpsTime) {
    private static final double LOW = 1000.0 / 25;

    static Stutter of(Series times) {
        double total = times.sum();
        double[] expected = ExpectedTimes.trailingMean(times.toArray());
        double stutter = 0;
        double low = 0;
        int count = 0;
        for (int i = 0; i < times.size(); i++) {
            double time = times.get(i);
            if (time > ExpectedTimes.STUTTER * expected[i]) {
                stutter += time;
                count++;
            } else if (time > LOW) {
                low += time;
            }
        }
        return new Stutter(100 * stutter / total, count, 100 * low / total);
    }
}
