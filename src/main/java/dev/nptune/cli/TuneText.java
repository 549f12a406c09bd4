package dev.nptune.cli;

import dev.nptune.bench.Efficiency;
import dev.nptune.bench.Measure;
import dev.nptune.internal.text.Printable;
import dev.nptune.report.TuneDocument;
import dev.nptune.report.TuneTable;

/// What `nptune tune` shows on a terminal when it is done.
final class TuneText {
    private TuneText() {}

    static String render(TuneDocument document, int columns, boolean unicode) {
        StringBuilder text = new StringBuilder("\n");
        for (boolean fixed : new boolean[] {true, false}) {
            var some =
                    document.findings().stream().filter(f -> f.fixed() == fixed).toList();
            if (!some.isEmpty()) {
                text.append(fixed ? "Fixed:\n" : "Left:\n");
                some.forEach(f -> text.append(
                        FindingText.line(f.rule(), f.title(), f.evidence().getFirst(), columns)));
                text.append('\n');
            }
        }
        document.notes().forEach(note -> text.append(FindingText.wrap("note: " + note, columns, "  ")));
        if (!document.workloads().isEmpty()) {
            text.append('\n')
                    .append(TuneTable.render(
                            document.workloads(), Measure.counted(document.workloads()), columns, unicode))
                    .append('\n');
            Efficiency efficiency = document.efficiency();
            if (efficiency != null && efficiency.before() != null && efficiency.after() != null) {
                text.append(String.format(
                        "efficiency  %.3f before, %.3f after (geometric mean of bare/VM, the first %d)%n%n",
                        efficiency.before(), efficiency.after(), Measure.COUNTED));
            }
        }
        if (!document.journal().isEmpty()) {
            text.append("journal  ").append(document.journal()).append('\n');
        }
        if (document.report() != null) {
            text.append("report   ").append(document.report()).append('\n');
        }
        return Printable.lines(text.toString());
    }
}
