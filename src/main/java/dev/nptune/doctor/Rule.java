package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One piece of knowledge about what makes a passthrough VM slow, broken or unsafe: data and one pure function.
///
/// @param id stable name, e.g. `npt-off`
/// @param category what it is about
/// @param severity how much it matters
/// @param title one line for people
/// @param needs what it looks at
/// @param versions the versions of kernel, QEMU or libvirt it holds for; empty if it does not depend on them
/// @param after ids of rules whose fix must come before this one's
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
        String versions,
        List<String> after,
        String effect,
        String fix,
        String risk,
        String source,
        Check check) {

    /// What `source` says where nobody is on record.
    public static final String UNSOURCED = "unsourced";

    public Rule {
        needs = Collections.unmodifiableSet(EnumSet.copyOf(needs));
        after = List.copyOf(after);
    }

    /// Whether it looks at a VM; one that does not says the same of every VM on a machine.
    public boolean ofDomain() {
        return needs.contains(Need.DOMAIN);
    }

    /// The condition of a rule: notes what it finds, touches nothing else.
    @FunctionalInterface
    public interface Check {
        void look(Host host, Domain domain, Examination notes);
    }

    /// Applies the rule.
    ///
    /// @param domain the VM; null where only the host is looked at
    public Outcome examine(Host host, @Nullable Domain domain) {
        if (domain == null && ofDomain()) {
            return new Outcome.Unknown(List.of(new Missing("domain XML", "no VM was looked at")));
        }
        Examination notes = new Examination();
        check.look(host, domain == null ? Domain.NONE : domain, notes);
        if (!notes.evidence().isEmpty()) {
            return new Outcome.Fires(new Finding(
                    id,
                    category,
                    severity,
                    notes.onlyPossible(),
                    title,
                    notes.evidence(),
                    effect,
                    fix,
                    risk,
                    source,
                    after));
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
        private String versions = "";
        private List<String> after = List.of();
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

        Builder versions(String words) {
            versions = words;
            return this;
        }

        Builder after(String... rules) {
            after = List.of(rules);
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
            return new Rule(id, category, severity, title, needs, versions, after, effect, fix, risk, source, check);
        }
    }
}
