package dev.nptune.bench.why;

import java.util.Locale;
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
        OptionalDouble explainsByChance) {
    /// For people.
    public String sentence() {
        StringBuilder text = new StringBuilder(cause);
        text.append(coincides ? " coincides with stutters" : " does not stand out");
        lift.ifPresent(
                times -> text.append(String.format(Locale.ROOT, ": %.1f times as much as at other times", times)));
        text.append(String.format(Locale.ROOT, ", p = %.3f, corrected %.3f", p, adjustedP));
        if (coincides && explains.isPresent()) {
            text.append(String.format(
                    Locale.ROOT,
                    "; it explains up to %.0f %% of the lost time, of which chance alone would %.0f %%",
                    100 * explains.getAsDouble(),
                    100 * explainsByChance.orElse(0)));
        }
        return text.append('.').toString();
    }
}
