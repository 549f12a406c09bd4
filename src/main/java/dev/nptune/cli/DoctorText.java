package dev.nptune.cli;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import java.util.Locale;
import java.util.stream.Collectors;

/// A diagnosis in lines for people: worst first, then what could not be judged.
final class DoctorText {
    private DoctorText() {}

    static String render(Diagnosis diagnosis, int columns) {
        StringBuilder text = new StringBuilder();
        for (Finding finding : diagnosis.findings()) {
            text.append(FindingText.wrap(
                    finding.severity().name().toLowerCase(Locale.ROOT) + "  " + finding.rule() + ": " + finding.title(),
                    columns,
                    "    "));
            for (Evidence evidence : finding.evidence()) {
                part(
                        text,
                        "seen",
                        evidence.where() + " = " + evidence.found() + ", wanted " + evidence.wanted(),
                        columns);
            }
            part(text, "costs", finding.effect(), columns);
            part(text, "fix", finding.fix(), columns);
            part(text, "risk", finding.risk(), columns);
            part(text, "source", finding.source(), columns);
            text.append('\n');
        }
        text.append(Plural.of(diagnosis.findings().size(), "finding"))
                .append(" for ")
                .append(diagnosis.domain())
                .append(", ")
                .append(Plural.of(diagnosis.clear().size(), "rule"))
                .append(" clear\n");
        for (Diagnosis.Undecided rule : diagnosis.unknown()) {
            String missing = rule.missing().stream()
                    .map(m -> m.where() + " (" + m.reason() + ")")
                    .collect(Collectors.joining(", "));
            text.append(FindingText.wrap("could not judge " + rule.rule() + ": " + missing, columns, "    "));
        }
        return text.toString();
    }

    private static void part(StringBuilder text, String name, String value, int columns) {
        if (!value.isEmpty()) {
            text.append(FindingText.wrap(String.format("    %-7s %s", name, value), columns, " ".repeat(12)));
        }
    }
}
