package dev.nptune.watch;

import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What was recorded while a VM ran.
///
/// @param about of what and from where
/// @param series each counter
/// @param clocks the same moments on both clocks, about one each second, CLOCK_MONOTONIC ascending; the other may have
/// been set back in between
/// @param end how it ended; empty if the program was ended from outside
/// @param torn what was found behind the last whole block; empty if there was nothing
public record Recording(
        About about, List<Series> series, List<Clock> clocks, Optional<End> end, Optional<String> torn) {
    private static final long FAR = 1L << 62;

    public Recording {
        series = List.copyOf(series);
        clocks = List.copyOf(clocks);
    }

    /// Reads one. What follows a block that is not whole is not read, see [#torn].
    ///
    /// @throws UserException if it is no recording, is one of another version or beyond the bounds
    /// @throws IOException if it cannot be read
    public static Recording read(Path file) throws IOException, UserException {
        return RecordingReader.read(file);
    }

    /// The causes to look for, of those that happened at all.
    public List<Cause> causes() {
        return new Causes(this).all();
    }

    /// A moment of CLOCK_MONOTONIC as nanoseconds since 1970, by the clocks read before it.
    ///
    /// @throws IllegalStateException if it has no second of samples
    public long realtime(long monotonic) {
        Clock at = nearest(monotonic);
        return at.realtime() + (monotonic - at.monotonic());
    }

    /// A moment since 1970 as one of CLOCK_MONOTONIC. Looks at all clocks, since that one need not ascend.
    ///
    /// @throws IllegalStateException if it has no second of samples
    public long monotonic(long realtime) {
        Clock best = clocks.stream().findFirst().orElseThrow(() -> new IllegalStateException("no clocks"));
        for (Clock clock : clocks) {
            if (distance(clock.realtime(), realtime) < distance(best.realtime(), realtime)) {
                best = clock;
            }
        }
        return best.monotonic() + (realtime - best.realtime());
    }

    private Clock nearest(long monotonic) {
        if (clocks.isEmpty()) {
            throw new IllegalStateException("no clocks");
        }
        int low = 0;
        int high = clocks.size() - 1;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (clocks.get(middle).monotonic() <= monotonic) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Clock before = clocks.get(low);
        Clock after = clocks.get(high);
        return distance(after.monotonic(), monotonic) < distance(before.monotonic(), monotonic) ? after : before;
    }

    private static long distance(long a, long b) {
        long d = Math.abs(a - b);
        return d < 0 ? FAR : d;
    }

    /// When the first sample was taken, and the last; equal if there is none.
    public long[] span() {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Clock clock : clocks) {
            first = Math.min(first, clock.monotonic());
            last = Math.max(last, clock.monotonic());
        }
        return clocks.isEmpty() ? new long[] {0, 0} : new long[] {first, last};
    }
}
