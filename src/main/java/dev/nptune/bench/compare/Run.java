package dev.nptune.bench.compare;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One capture of a scene: its frame times.
public final class Run {
    /// Fewer frames say nothing about how much a value would vary.
    public static final int LEAST_FRAMES = 100;

    private final String name;
    private final double[] frames;
    private final @Nullable Instant started;

    /// @param name what to call it, such as a file's name
    /// @param frames frame times in milliseconds, in the order in which the frames were shown
    /// @param started when it began; null if not known
    /// @throws IllegalArgumentException if there are fewer than [#LEAST_FRAMES], or a time that is not above zero
    public Run(String name, double[] frames, @Nullable Instant started) {
        if (frames.length < LEAST_FRAMES) {
            throw new IllegalArgumentException(
                    "run " + name + " has " + frames.length + " frames; at least " + LEAST_FRAMES + " are needed");
        }
        for (int i = 0; i < frames.length; i++) {
            if (!(frames[i] > 0) || Double.isInfinite(frames[i])) {
                throw new IllegalArgumentException(
                        "run " + name + ": frame " + (i + 1) + " has a frame time of " + frames[i] + " ms");
            }
        }
        this.name = name;
        this.frames = frames.clone();
        this.started = started;
    }

    public String name() {
        return name;
    }

    /// Number of frames.
    public int size() {
        return frames.length;
    }

    /// A copy of the frame times in milliseconds.
    public double[] frames() {
        return frames.clone();
    }

    public Optional<Instant> started() {
        return Optional.ofNullable(started);
    }

    /// The number of the longest frame, from 0; the first of several.
    int longest() {
        int longest = 0;
        for (int i = 1; i < frames.length; i++) {
            if (frames[i] > frames[longest]) {
                longest = i;
            }
        }
        return longest;
    }

    /// Frame times without one frame.
    double[] without(int frame) {
        double[] rest = new double[frames.length - 1];
        System.arraycopy(frames, 0, rest, 0, frame);
        System.arraycopy(frames, frame + 1, rest, frame, rest.length - frame);
        return rest;
    }

    /// Not copied: for the classes of this package, which do not write to it.
    double[] shared() {
        return frames;
    }

    @Override
    public String toString() {
        return name + " (" + frames.length + " frames)";
    }
}
