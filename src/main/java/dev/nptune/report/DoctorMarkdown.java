package dev.nptune.report;

import dev.nptune.doctor.Diagnoses;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Severity.Urgency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Diagnoses as Markdown, for a post in a forum.
public final class DoctorMarkdown {
    private final StringBuilder text = new StringBuilder();

    private DoctorMarkdown() {}

    /// All findings in full.
    public static String render(Diagnoses diagnoses) {
        DoctorMarkdown markdown = new DoctorMarkdown();
        diagnoses.diagnoses().forEach(markdown::diagnosis);
        return markdown.text.toString();
    }

    private void diagnosis(Diagnosis diagnosis) {
        if (!text.isEmpty()) {
            text.append('\n');
        }
        text.append("## NPTune doctor: ")
                .append(diagnosis.domain().isEmpty() ? "the host" : Markdown.text(diagnosis.domain()))
                .append("\n\n")
                .append(diagnosis.findings().size())
                .append(" findings, ")
                .append(diagnosis.clear().size())
                .append(" rules clear, ")
                .append(diagnosis.unknown().size())
                .append(" could not be judged.\n");
        for (Urgency urgency : Urgency.values()) {
            section(urgency.words(), diagnosis.findings(urgency));
        }
        section("Myths followed here", diagnosis.myths());
        undecided(diagnosis.unknownByReason());
    }

    private void section(String heading, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        text.append("\n### ").append(heading).append("\n\n");
        findings.forEach(this::finding);
    }

    private void finding(Finding finding) {
        text.append("- **")
                .append(finding.rule())
                .append("** (")
                .append(finding.severity().name().toLowerCase(Locale.ROOT))
                .append(finding.possible() ? ", possible" : "")
                .append("): ")
                .append(Markdown.text(finding.title()))
                .append('\n');
        for (Evidence evidence : finding.evidence()) {
            text.append("  - seen: ")
                    .append(Markdown.code(evidence.where()))
                    .append(" = ")
                    .append(Markdown.code(evidence.found()))
                    .append(", wanted ")
                    .append(Markdown.code(evidence.wanted()))
                    .append('\n');
        }
        part("costs", finding.effect());
        if (!finding.after().isEmpty()) {
            part("first", String.join(", ", finding.after()));
        }
        part("fix", finding.fix());
        part("risk", finding.risk());
        part("source", finding.source());
    }

    private void part(String name, String words) {
        if (!words.isEmpty()) {
            text.append("  - ")
                    .append(name)
                    .append(": ")
                    .append(Markdown.text(words))
                    .append('\n');
        }
    }

    private void undecided(Map<String, List<Diagnosis.Undecided>> byReason) {
        if (byReason.isEmpty()) {
            return;
        }
        text.append("\n### Could not be judged\n\n");
        byReason.forEach((reason, rules) -> text.append("- ")
                .append(Markdown.text(reason))
                .append(": ")
                .append(rules.stream().map(Diagnosis.Undecided::rule).collect(Collectors.joining(", ")))
                .append('\n'));
    }
}
