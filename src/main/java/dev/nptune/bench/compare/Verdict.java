package dev.nptune.bench.compare;

/// What an interval says, held against a threshold that was set before.
public enum Verdict {
    /// The whole interval lies beyond the threshold, on the bad side.
    WORSE,
    /// The whole interval lies beyond the threshold, on the good side.
    BETTER,
    /// The whole interval lies within the threshold. There may well be a difference, only none that matters.
    EQUIVALENT,
    /// The interval reaches over the threshold.
    INCONCLUSIVE;

    /// @param low lower end of the interval, in the threshold's unit
    /// @param high upper end of it
    /// @param threshold above 0
    /// @param higherIsBetter whether a value above 0 is good
    static Verdict of(double low, double high, double threshold, boolean higherIsBetter) {
        if (low > threshold) {
            return higherIsBetter ? BETTER : WORSE;
        }
        if (high < -threshold) {
            return higherIsBetter ? WORSE : BETTER;
        }
        return low >= -threshold && high <= threshold ? EQUIVALENT : INCONCLUSIVE;
    }
}
