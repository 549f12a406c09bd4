package dev.nptune.doctor;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/// A rule that fired.
///
/// @param rule the rule's id, e.g. `npt-off`
/// @param category what it is about
/// @param severity how much it matters
/// @param possible whether the evidence is a version alone, which distributions mend without changing it
/// @param title one line for people
/// @param evidence what it rests on, never empty
/// @param effect what it costs
/// @param fix what to do, exactly
/// @param risk what the fix may cost; empty if nothing
/// @param source where the rule's knowledge comes from
/// @param after rules to be dealt with first, of those that fired
public record Finding(
        String rule,
        Category category,
        Severity severity,
        boolean possible,
        String title,
        List<Evidence> evidence,
        String effect,
        String fix,
        String risk,
        String source,
        List<String> after) {

    public Finding {
        evidence = List.copyOf(evidence);
        after = List.copyOf(after);
        if (evidence.isEmpty()) {
            throw new IllegalArgumentException("finding " + rule + " without evidence");
        }
    }

    /// Whether it is common advice that does not hold, rather than something wrong.
    @JsonIgnore
    public boolean isMyth() {
        return category == Category.MYTH;
    }

    /// The same, to be dealt with after others.
    Finding withAfter(List<String> rules) {
        return new Finding(rule, category, severity, possible, title, evidence, effect, fix, risk, source, rules);
    }
}
