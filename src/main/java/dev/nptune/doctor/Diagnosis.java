package dev.nptune.doctor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the rules say about one host and one domain. Every rule stands in exactly one of the three lists.
///
/// @param schemaVersion version of this record's JSON form
/// @param domain the domain's name; empty where the host alone was looked at
/// @param findings what is wrong, worst first; among equals, in the order in which it is to be dealt with
/// @param unknown the rules that lacked a fact
/// @param clear ids of the rules whose condition certainly does not hold
public record Diagnosis(
        int schemaVersion, String domain, List<Finding> findings, List<Undecided> unknown, List<String> clear) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    public Diagnosis {
        findings = List.copyOf(findings);
        unknown = List.copyOf(unknown);
        clear = List.copyOf(clear);
    }

    /// A rule that lacked a fact.
    ///
    /// @param rule the rule's id
    /// @param severity how much it would matter
    /// @param title what it would say
    /// @param missing the facts it lacked
    public record Undecided(String rule, Severity severity, String title, List<Missing> missing) {
        public Undecided {
            missing = List.copyOf(missing);
        }
    }

    /// The finding of a rule, if it fired.
    public Optional<Finding> finding(String rule) {
        return findings.stream().filter(f -> f.rule().equals(rule)).findFirst();
    }

    /// Whether a rule fired.
    public boolean fired(String rule) {
        return finding(rule).isPresent();
    }

    /// The findings to be dealt with at a time, myths left out.
    public List<Finding> findings(Severity.Urgency urgency) {
        return findings.stream()
                .filter(f -> !f.isMyth() && f.severity().urgency() == urgency)
                .toList();
    }

    /// The myths followed.
    public List<Finding> myths() {
        return findings.stream().filter(Finding::isMyth).toList();
    }

    /// The rules that lacked a fact by why the first was missing, so that one reason is told once.
    public Map<String, List<Undecided>> unknownByReason() {
        return unknown.stream()
                .collect(Collectors.groupingBy(
                        rule -> rule.missing().getFirst().reason(), LinkedHashMap::new, Collectors.toList()));
    }
}
