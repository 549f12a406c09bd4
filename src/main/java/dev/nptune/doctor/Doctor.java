package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Applies rules to a host and a domain. Pure: the same values give the same diagnosis anywhere.
///
/// The domain is taken as it will be at its next start, and the host as a place for it to start on: with the domain
/// running, its own memory counts as taken, and the rules about free memory say so.
public final class Doctor {
    private Doctor() {}

    /// Applies all rules.
    public static Diagnosis examine(Host host, Domain domain) {
        return examine(host, domain, Rules.all());
    }

    /// Applies some rules.
    public static Diagnosis examine(Host host, Domain domain, List<Rule> rules) {
        List<Finding> findings = new ArrayList<>();
        List<Diagnosis.Undecided> unknown = new ArrayList<>();
        List<String> clear = new ArrayList<>();
        for (Rule rule : rules) {
            switch (rule.examine(host, domain)) {
                case Outcome.Fires(Finding finding) -> findings.add(finding);
                case Outcome.Unknown(List<Missing> missing) ->
                    unknown.add(new Diagnosis.Undecided(rule.id(), rule.severity(), rule.title(), missing));
                case Outcome.Clear() -> clear.add(rule.id());
            }
        }
        findings.sort(Comparator.comparing(Finding::severity));
        return new Diagnosis(Diagnosis.SCHEMA_VERSION, domain.name(), findings, unknown, clear);
    }
}
