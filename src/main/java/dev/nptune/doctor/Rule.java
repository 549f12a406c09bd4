package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.Set;

/// One piece of knowledge about what makes a passthrough VM slow, broken or unsafe: data and one pure function.
///
/// @param id stable name, e.g. `npt-off`
/// @param category what it is about
/// @param severity how much it matters
/// @param title one line for people
/// @param needs what it looks at
/// @param effect what the condition costs
/// @param fix what to do
/// @param risk what the fix may cost; empty if nothing
/// @param source where the knowledge comes from; [#UNSOURCED] for what is field knowledge only
/// @param check the condition
public record Rule(
        String id,
        Category category,
        Severity severity,
        String title,
        Set<Need> needs,
        String effect,
        String fix,
        String risk,
        String source,
        Check check) {

    /// What `source` says where nobody is on record.
    public static final String UNSOURCED = "unsourced";

    public Rule {
        needs = Set.copyOf(needs);
    }

    /// The condition of a rule: notes what it finds, touches nothing else.
    @FunctionalInterface
    public interface Check {
        void look(Host host, Domain domain, Examination notes);
    }

    /// Applies the rule.
    public Outcome examine(Host host, Domain domain) {
        Examination notes = new Examination();
        check.look(host, domain, notes);
        if (!notes.evidence().isEmpty()) {
            return new Outcome.Fires(new Finding(id, severity, title, notes.evidence(), effect, fix, risk, source));
        }
        return notes.missing().isEmpty() ? new Outcome.Clear() : new Outcome.Unknown(notes.missing());
    }

    static Builder of(String id, Category category, Severity severity, Need... needs) {
        return new Builder(id, category, severity, Set.of(needs));
    }

    /// Names the sentences of a rule, of which a constructor call would leave the reader guessing.
    static final class Builder {
        private final String id;
        private final Category category;
        private final Severity severity;
        private final Set<Need> needs;
        private String title = "";
        private String effect = "";
        private String fix = "";
        private String risk = "";
        private String source = UNSOURCED;

        private Builder(String id, Category category, Severity severity, Set<Need> needs) {
            this.id = id;
            this.category = category;
            this.severity = severity;
            this.needs = needs;
        }

        Builder title(String words) {
            title = words;
            return this;
        }

        Builder effect(String words) {
            effect = words;
            return this;
        }

        Builder fix(String words) {
            fix = words;
            return this;
        }

        Builder risk(String words) {
            risk = words;
            return this;
        }

        Builder source(String words) {
            source = words;
            return this;
        }

        Rule when(Check check) {
            return new Rule(id, category, severity, title, needs, effect, fix, risk, source, check);
        }
    }
}
