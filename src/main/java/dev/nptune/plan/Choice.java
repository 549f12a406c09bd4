package dev.nptune.plan;

import java.util.Objects;

/// A decision in a plan, for the person who reads it.
///
/// @param topic what it is about
/// @param what what is chosen, without a full stop
/// @param why the reason, one sentence
/// @param brings what it is expected to bring, and on whose word: measured, modelled or reported; `""` if nothing can
///     be said
/// @param costs what the host or the guest gives for it; `""` if nothing
public record Choice(Topic topic, String what, String why, String brings, String costs) {
    public Choice {
        Objects.requireNonNull(topic);
        if (what.isBlank() || why.isBlank()) {
            throw new IllegalArgumentException("a choice without what or why");
        }
    }

    /// One that neither promises nor costs anything.
    public static Choice of(Topic topic, String what, String why) {
        return new Choice(topic, what, why, "", "");
    }
}
