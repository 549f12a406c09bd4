package dev.nptune.bench.why;

import dev.nptune.bench.metric.ExpectedTimes;
import java.util.ArrayList;
import java.util.List;

/// Finds stutters in frame times.
public final class Stutters {
    /// What counts as one.
    public enum Definition {
        /// More than 2.5 times the trailing mean (CapFrameX, `SampleBasedMovingAverage.cs`).
        CAPFRAMEX("more than 2.5 times the trailing mean, as CapFrameX counts"),
        /// More than twice the median of the ten frames before, itself and the ten after (stutterscope).
        ROLLING_MEDIAN("more than twice the median of the 21 frames around it");

        private final String words;

        Definition(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    private Stutters() {}

    /// As [#find(double[], Definition, double)], the first frame beginning at 0 s.
    public static List<Stutter> find(double[] frames, Definition definition) {
        return find(frames, definition, 0);
    }

    /// Finds them.
    ///
    /// @param frames frame times in milliseconds
    /// @param startSeconds when the first frame began, in seconds
    public static List<Stutter> find(double[] frames, Definition definition, double startSeconds) {
        double[] expected = switch (definition) {
            case CAPFRAMEX -> ExpectedTimes.trailingMean(frames);
            case ROLLING_MEDIAN -> ExpectedTimes.rollingMedian(frames);
        };
        double factor = switch (definition) {
            case CAPFRAMEX -> ExpectedTimes.STUTTER;
            case ROLLING_MEDIAN -> ExpectedTimes.HITCH;
        };
        List<Stutter> found = new ArrayList<>();
        double millis = 0;
        for (int i = 0; i < frames.length; i++) {
            millis += frames[i];
            if (frames[i] > factor * expected[i]) {
                found.add(new Stutter(i, startSeconds + millis / 1000, frames[i], frames[i] - expected[i]));
            }
        }
        return found;
    }
}
