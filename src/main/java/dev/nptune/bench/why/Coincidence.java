package dev.nptune.bench.why;

import java.util.OptionalDouble;

/// One cause held against the stutters. That it coincides with them says nothing yet about what caused what: for that
/// the same run is made again without it.
///
/// @param cause what it is
/// @param kind what its amounts are
/// @param observed its amount for each stutter, on average
/// @param expected the same if stutters and events had nothing to do with each other
/// @param lift observed ÷ expected; empty if none is expected
/// @param p how often chance alone gives as much
/// @param adjustedP the same, corrected for the number of causes that were looked at
/// @param coincides whether it may be named: `adjustedP` is at most 5 %
/// @param explains the part of the lost time that it explains at most, 0 to 1; empty unless its amounts are times
/// @param explainsByChance the same at random times
/// @param resolutionMillis how long its samples usually are: of frames within that none can be told to have been met
public record Coincidence(
        String cause,
        EventSeries.Kind kind,
        double observed,
        double expected,
        OptionalDouble lift,
        double p,
        double adjustedP,
        boolean coincides,
        OptionalDouble explains,
        OptionalDouble explainsByChance,
        double resolutionMillis) {}
