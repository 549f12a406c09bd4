package dev.nptune.bench.metric;

/// Something to know before a capture's numbers are believed.
///
/// @param kind what it is about
/// @param sentence the whole of it, in words
public record Caveat(Kind kind, String sentence) {
    /// What can be wrong with a capture.
    public enum Kind {
        /// Not every frame is in the file.
        SAMPLED,
        /// It has a value about once a second.
        ONE_A_SECOND,
        /// It took 15 seconds or less.
        SHORT,
        /// A single hitch decides what the lows are.
        ONE_HITCH,
        /// Too few frames for 1 % of them to mean anything.
        FEW_FRAMES,
        /// Too few frames for 0.1 % of them to mean anything.
        FEW_FOR_TENTHS,
        /// No time stamps, so what is missing cannot be seen.
        NO_CLOCK,
        /// Time stamps that do not go with the frame times.
        CLOCK_DISAGREES,
        /// Rows were left out.
        BAD_ROWS,
        /// There are frames that the game did not make.
        GENERATED
    }
}
