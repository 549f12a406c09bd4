package dev.nptune.cli;

import dev.nptune.doctor.Diagnoses;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Missing;
import dev.nptune.doctor.Severity.Urgency;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Diagnoses in lines for people: worst first, by what to do; then myths, then what could not be judged.
final class DoctorText {
    /// Rules named of those that lack the same fact.
    private static final int NAMED = 8;

    private static final String INDENT = "    ";

    private final int columns;
    private final StringBuilder text = new StringBuilder();

    private DoctorText(int columns) {
        this.columns = columns;
    }

    static String render(Diagnoses diagnoses, int columns) {
        DoctorText text = new DoctorText(columns);
        diagnoses.diagnoses().forEach(text::diagnosis);
        return text.text.toString();
    }

    private void diagnosis(Diagnosis diagnosis) {
        if (!text.isEmpty()) {
            text.append('\n');
        }
        line(summary(diagnosis));
        for (Urgency urgency : Urgency.values()) {
            section(urgency.words(), diagnosis.findings(urgency));
        }
        section("Myths followed here", diagnosis.myths());
        undecided(diagnosis.unknownByReason());
        if (!diagnosis.findings().isEmpty()) {
            text.append('\n');
            line("More on any of these: nptune explain "
                    + diagnosis.findings().getFirst().rule());
        }
    }

    private static String summary(Diagnosis diagnosis) {
        int myths = diagnosis.myths().size();
        String found = Plural.of(diagnosis.findings().size() - myths, "finding");
        return (diagnosis.domain().isEmpty() ? "this machine" : diagnosis.domain()) + ": " + found
                + (myths == 0 ? "" : ", " + Plural.of(myths, "myth"))
                + ", " + Plural.of(diagnosis.clear().size(), "rule") + " clear"
                + (diagnosis.unknown().isEmpty()
                        ? ""
                        : ", " + diagnosis.unknown().size() + " could not be judged");
    }

    private void section(String heading, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        text.append('\n').append(heading.toUpperCase(Locale.ROOT)).append('\n');
        for (Finding finding : findings) {
            text.append('\n').append(FindingLines.of(finding, columns));
        }
    }

    /// By what was missing, so that one permission that lacks is told once. Where nearly everything lacks for one
    /// reason, that reason is told once.
    private void undecided(Map<String, List<Diagnosis.Undecided>> byReason) {
        if (byReason.isEmpty()) {
            return;
        }
        text.append("\nCOULD NOT BE JUDGED\n\n");
        byReason.forEach((reason, some) -> {
            List<String> names = some.stream().map(Diagnosis.Undecided::rule).toList();
            String rest = names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "";
            List<String> places = some.stream()
                    .flatMap(r -> r.missing().stream())
                    .map(Missing::where)
                    .distinct()
                    .toList();
            String where = places.size() > 3 ? "" : String.join(", ", places) + ": ";
            text.append(FindingText.wrap(
                    where + reason + ". Needed for "
                            + String.join(", ", names.subList(0, Math.min(NAMED, names.size()))) + rest,
                    columns,
                    INDENT));
        });
    }

    private void line(String words) {
        text.append(FindingText.wrap(words, columns, INDENT));
    }
}
