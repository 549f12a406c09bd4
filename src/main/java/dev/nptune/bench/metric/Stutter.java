package dev.nptune.bench.metric;

/// CapFrameX' stutter (`FrametimeStatisticProvider.cs`): a frame that takes more than 2.5 times its
/// [ExpectedTimes#trailingMean]. A frame that is no stutter and slower than 25 fps is low-fps.
final class Stutter {
    private static final double LOW = 1000.0 / 25;

    private Stutter() {}

    /// Of each frame that is a stutter a hundred times its time, and 0 of the others: so the sum ÷ all time is the part
    /// in %.
    static double[] stutterTimes(double[] times) {
        double[] expected = ExpectedTimes.trailingMean(times);
        double[] stutter = new double[times.length];
        for (int i = 0; i < times.length; i++) {
            stutter[i] = times[i] > ExpectedTimes.STUTTER * expected[i] ? 100 * times[i] : 0;
        }
        return stutter;
    }

    /// The same of each frame that is low-fps.
    static double[] lowFpsTimes(double[] times) {
        double[] stutter = stutterTimes(times);
        double[] low = new double[times.length];
        for (int i = 0; i < times.length; i++) {
            low[i] = stutter[i] == 0 && times[i] > LOW ? 100 * times[i] : 0;
        }
        return low;
    }
}
