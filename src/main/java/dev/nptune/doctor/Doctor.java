package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Applies rules to a host and a domain. Pure: the same values give the same diagnosis anywhere.
///
/// The domain is taken as it will be at its next start, and the host as a place for it to start on: what the domain
/// takes
/// now, if it is running, counts as free.
public final class Doctor {
    private Doctor() {}

    /// Applies all rules.
    ///
    /// @param domain the VM; null to look at the host alone
    public static Diagnosis examine(Host host, @Nullable Domain domain) {
        return examine(host, domain, Rules.all());
    }

    /// Applies the rules that look at no VM, on a machine without any.
    public static Diagnosis examineHostAlone(Host host) {
        return examine(
                host, null, Rules.all().stream().filter(r -> !r.ofDomain()).toList());
    }

    /// Applies the rules that look at no VM, and whose fix waits for none that does.
    public static Diagnosis examineHost(Host host) {
        return examine(host, null, Rules.all().stream().filter(Doctor::ofHost).toList());
    }

    private static boolean ofHost(Rule rule) {
        return !rule.ofDomain()
                && rule.after().stream().flatMap(id -> Rules.byId(id).stream()).allMatch(Doctor::ofHost);
    }

    /// Applies the rules that look at a VM, and those whose fix waits for one of these.
    public static Diagnosis examineDomain(Host host, Domain domain) {
        return examine(
                host, domain, Rules.all().stream().filter(r -> !ofHost(r)).toList());
    }

    /// Applies some rules.
    public static Diagnosis examine(Host host, @Nullable Domain domain, List<Rule> rules) {
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
        return new Diagnosis(
                Diagnosis.SCHEMA_VERSION, domain == null ? "" : domain.name(), ordered(findings), unknown, clear);
    }

    /// By when to deal with them; in each group what is certain before what rests on a version alone, worst first; and
    /// none before one that must be dealt with first; of those that did not fire no trace is left.
    private static List<Finding> ordered(List<Finding> findings) {
        Map<String, Finding> fired = findings.stream().collect(Collectors.toMap(Finding::rule, f -> f));
        Map<String, Finding> ordered = new LinkedHashMap<>();
        findings.stream()
                .sorted(Comparator.comparing((Finding f) -> f.severity().urgency())
                        .thenComparing(Finding::possible)
                        .thenComparing(Finding::severity))
                .forEach(finding -> place(finding, fired, ordered));
        return List.copyOf(ordered.values());
    }

    private static void place(Finding finding, Map<String, Finding> fired, Map<String, Finding> ordered) {
        List<String> first = finding.after().stream().filter(fired::containsKey).toList();
        first.forEach(rule -> place(Objects.requireNonNull(fired.get(rule)), fired, ordered));
        ordered.putIfAbsent(finding.rule(), finding.withAfter(first));
    }
}
