package dev.nptune.bench.metric;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.Column;
import dev.nptune.bench.capture.Series;

/// CapFrameX' estimate of how long it takes from an input until it is seen (`SessionExtensions.cs`), in ms, as means
/// over
/// the frames that were shown.
///
/// An input just missed by the frame before waits through that frame's own work (its frame time less the time in
/// Present of the one before it), through the frames dropped since, and through this one: the upper bound. One that is
/// taken in at the present waits until that is seen: the lower bound. Expected is the mean of the two.
///
/// @param lower lower bound
/// @param expected mean of both
/// @param upper upper bound
record InputLag(double lower, double expected, double upper) {
    /// The means over a capture with all three columns.
    ///
    /// @return NaN in all if no frame was shown that has one shown before it
    static InputLag of(Capture capture) {
        Series times = capture.frameTimes();
        Series dropped = capture.column(Column.DROPPED).orElseThrow();
        Series inPresent = capture.column(Column.IN_PRESENT).orElseThrow();
        Series untilDisplayed = capture.column(Column.UNTIL_DISPLAYED).orElseThrow();
        double previous = Double.NaN;
        double droppedTime = 0;
        double lower = 0;
        double upper = 0;
        int count = 0;
        for (int i = 0; i < times.size(); i++) {
            if (dropped.get(i) == 1) {
                droppedTime += times.get(i);
                continue;
            }
            double until = untilDisplayed.get(i);
            double most = previous + droppedTime + times.get(i) + until;
            if (!Double.isNaN(most)) {
                lower += until;
                upper += most;
                count++;
            }
            previous = i > 0 ? times.get(i) - inPresent.get(i - 1) : Double.NaN;
            droppedTime = 0;
        }
        return new InputLag(lower / count, (lower + upper) / 2 / count, upper / count);
    }
}
