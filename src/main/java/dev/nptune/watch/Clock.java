package dev.nptune.watch;

import java.time.Instant;

/// The same moment on both of the machine's clocks.
///
/// @param monotonic nanoseconds of CLOCK_MONOTONIC, which samples are timed by
/// @param realtime nanoseconds since 1970, as captures are timed by
/// @param uncertainty how far the two may be apart, in nanoseconds
public record Clock(long monotonic, long realtime, long uncertainty) {
    private static final long SECOND = 1_000_000_000L;

    /// Reads both: the monotonic one before and after, to know between what the other was read.
    static Clock now() {
        long before = System.nanoTime();
        Instant now = Instant.now();
        long after = System.nanoTime();
        return new Clock(
                before + (after - before) / 2, now.getEpochSecond() * SECOND + now.getNano(), (after - before) / 2 + 1);
    }
}
