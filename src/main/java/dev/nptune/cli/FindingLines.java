package dev.nptune.cli;

import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.internal.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A finding in at most six lines of a terminal.
///
/// What does not fit is cut in this order: the source, what it costs, what was seen; the source and the costs may give
/// way altogether. The fix and its risk are cut last, for they are what people act on. `explain` shows all.
final class FindingLines {
    /// The most lines a finding takes.
    static final int MOST = 6;

    private static final String INDENT = " ".repeat(12);

    private final int columns;
    private final Part title;
    private final Part seen;
    private final Part costs;
    private final Part fix;
    private final Part risk;
    private final Part source;

    private FindingLines(Finding finding, int columns) {
        this.columns = columns;
        String kind = finding.severity().name().toLowerCase(Locale.ROOT);
        title = new Part(
                Printable.line(kind + "  " + finding.rule() + ": " + (finding.possible() ? "possibly: " : "")
                        + finding.title()),
                "    ");
        seen = part("seen", seen(finding.evidence(), columns - 30));
        costs = part("costs", finding.effect());
        fix = part("fix", fix(finding));
        risk = part("risk", finding.risk());
        source = part("source", finding.source());
    }

    static String of(Finding finding, int columns) {
        return new FindingLines(finding, columns).fitted();
    }

    private static String fix(Finding finding) {
        return finding.after().isEmpty()
                ? finding.fix()
                : "first " + String.join(", ", finding.after()) + "; then: " + finding.fix();
    }

    private static String seen(List<Evidence> evidence, int widest) {
        Evidence first = evidence.getFirst();
        String more = evidence.size() > 1 ? " (and " + (evidence.size() - 1) + " more)" : "";
        return shortened(first.where(), widest) + " = " + first.found() + ", wanted " + first.wanted() + more;
    }

    /// Of a long path the end tells more, of an argument or an XPath the beginning.
    private static String shortened(String where, int widest) {
        if (where.length() <= widest) {
            return where;
        }
        return where.startsWith("/")
                ? "..." + where.substring(where.length() - widest + 3)
                : where.substring(0, widest - 3) + "...";
    }

    private Part part(String name, String text) {
        return new Part(text.isEmpty() ? "" : String.format("    %-7s %s", name, Printable.line(text)), INDENT);
    }

    private String fitted() {
        List<Part> all = List.of(title, seen, costs, fix, risk, source);
        for (Part part : List.of(source, costs, seen, title)) {
            part.cut(Math.max(1, part.lines.size() - over(all)));
        }
        for (Part part : List.of(source, costs)) {
            part.cut(Math.max(0, part.lines.size() - over(all)));
        }
        for (Part part : List.of(risk, fix)) {
            part.cut(Math.max(1, part.lines.size() - over(all)));
        }
        StringBuilder text = new StringBuilder();
        all.forEach(part -> part.lines.forEach(line -> text.append(line).append('\n')));
        return text.toString();
    }

    private static int over(List<Part> parts) {
        return Math.max(0, parts.stream().mapToInt(p -> p.lines.size()).sum() - MOST);
    }

    /// One statement about a finding and the lines it takes.
    private final class Part {
        private final List<String> lines;

        Part(String text, String indent) {
            lines = new ArrayList<>(
                    text.isEmpty()
                            ? List.of()
                            : FindingText.wrap(text, columns, indent).lines().toList());
        }

        /// Leaves that many lines; the last one tells that more was there.
        void cut(int most) {
            if (lines.size() <= most) {
                return;
            }
            lines.subList(most, lines.size()).clear();
            if (!lines.isEmpty()) {
                String last = lines.getLast();
                String head = last.substring(0, Math.min(last.length(), columns - 4));
                int space = head.lastIndexOf(' ');
                lines.set(
                        lines.size() - 1,
                        (head.length() < last.length() && space > columns / 2 ? head.substring(0, space) : head)
                                + " ...");
            }
        }
    }
}
