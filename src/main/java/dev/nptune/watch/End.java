package dev.nptune.watch;

import java.util.List;

/// How a recording ended: its last block, as JSON.
///
/// @param reason in a few words
/// @param seconds how long it took
/// @param sources what reading cost
public record End(String reason, double seconds, List<Cost> sources) {
    public End {
        sources = List.copyOf(sources);
    }

    /// What reading one source cost.
    ///
    /// @param source its name
    /// @param samples how often it was read
    /// @param late how often it was read a whole period late
    /// @param micros how long reading it took on average, in microseconds of the clock on the wall
    public record Cost(String source, long samples, long late, double micros) {}
}
