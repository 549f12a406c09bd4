package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Outcome;
import dev.nptune.doctor.Rules;
import dev.nptune.doctor.Severity;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the doctor says of the machine and of the domain as the draft has it by now: an edit may answer a rule, or
/// bring about what another one finds. What a person asked to leave alone is not among it.
final class Findings {
    private final Host host;
    private final Draft draft;
    private final Domain first;
    private final Diagnosis diagnosis;

    /// @param diagnosis of the domain as the draft has it now
    Findings(Host host, Draft draft, Diagnosis diagnosis) {
        this.host = host;
        this.draft = draft;
        this.first = draft.domain();
        this.diagnosis = withoutKept(draft, diagnosis);
    }

    /// Takes out what is to be left as it is, and tells of it.
    private static Diagnosis withoutKept(Draft draft, Diagnosis all) {
        Map<Topic, List<String>> kept = new EnumMap<>(Topic.class);
        List<Finding> rest = new ArrayList<>();
        for (Finding finding : all.findings()) {
            Topic topic = Topics.of(finding.rule(), finding.category());
            if (!draft.keeps(topic)) {
                rest.add(finding);
            } else if (!finding.isMyth() && finding.severity() != Severity.INFORMATION) {
                kept.computeIfAbsent(topic, _ -> new ArrayList<>()).add(finding.rule());
            }
        }
        kept.forEach((topic, rules) ->
                draft.note(topic.words() + ": left as it is, as asked (" + String.join(", ", rules) + ")."));
        return new Diagnosis(all.schemaVersion(), all.domain(), rest, all.unknown(), all.clear());
    }

    /// The diagnosis from which the planning began, without what is left as it is.
    Diagnosis diagnosis() {
        return diagnosis;
    }

    /// The finding of a rule, if it fires now.
    Optional<Finding> finding(String rule) {
        if (draft.domain().equals(first)) {
            return diagnosis.finding(rule);
        }
        return Rules.byId(rule)
                .filter(r -> !draft.keeps(Topics.of(r.id(), r.category())))
                .map(r -> r.examine(host, draft.domain()))
                .filter(Outcome.Fires.class::isInstance)
                .map(o -> ((Outcome.Fires) o).finding());
    }

    boolean fired(String rule) {
        return finding(rule).isPresent();
    }

    /// Where the evidence of a rule is, as far as the paths end in that; without that end.
    ///
    /// @param end as `/@model`
    List<String> places(String rule, String end) {
        return finding(rule).map(Finding::evidence).orElse(List.of()).stream()
                .map(Evidence::where)
                .filter(where -> where.endsWith(end))
                .map(where -> where.substring(0, where.length() - end.length()))
                .toList();
    }
}
