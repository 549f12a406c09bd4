package dev.nptune.bench.store;

import java.util.Arrays;

/// Frame times of a run in milliseconds, in the order of the frames. At most [#MAX].
public final class FrameTimes {
    /// The most frames of a run: more than two hours at 500 frames per second.
    public static final int MAX = 4_000_000;

    /// Those of a run without frames.
    public static final FrameTimes NONE = new FrameTimes(new double[0]);

    private final double[] millis;

    private FrameTimes(double[] millis) {
        this.millis = millis;
    }

    /// Those of a run.
    ///
    /// @throws IllegalArgumentException if there are too many, or one is no time
    public static FrameTimes of(double... millis) {
        if (millis.length > MAX) {
            throw new IllegalArgumentException("more than " + MAX + " frames");
        }
        for (double each : millis) {
            if (!(each >= 0 && each < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(each + " is no frame time");
            }
        }
        return new FrameTimes(millis.clone());
    }

    public int size() {
        return millis.length;
    }

    public double[] toArray() {
        return millis.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FrameTimes that && Arrays.equals(millis, that.millis);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(millis);
    }

    @Override
    public String toString() {
        return millis.length + " frame times";
    }
}
