package dev.nptune.doctor;

import java.util.List;

/// A rule that fired.
///
/// @param rule the rule's id, e.g. `npt-off`
/// @param severity how much it matters
/// @param title one line for people
/// @param evidence what it rests on, never empty
/// @param effect what it costs
/// @param fix what to do, exactly
/// @param risk what the fix may cost; empty if nothing
/// @param source where the rule's knowledge comes from
public record Finding(
        String rule,
        Severity severity,
        String title,
        List<Evidence> evidence,
        String effect,
        String fix,
        String risk,
        String source) {

    public Finding {
        evidence = List.copyOf(evidence);
        if (evidence.isEmpty()) {
            throw new IllegalArgumentException("finding " + rule + " without evidence");
        }
    }
}
