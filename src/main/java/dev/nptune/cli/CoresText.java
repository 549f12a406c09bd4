package dev.nptune.cli;

import dev.nptune.bench.TopologyAgreement;
import dev.nptune.internal.text.Printable;
import dev.nptune.report.LatencyText;

/// What `nptune probe cores` shows on a screen.
final class CoresText {
    private CoresText() {}

    static String render(CoresDocument document, int columns, boolean unicode) {
        StringBuilder above = new StringBuilder();
        String processor = document.latencies().processor();
        above.append(FindingText.wrap(
                Printable.line(processor.isEmpty() ? "a processor without a name" : processor)
                        + document.measured()
                                .map(date -> ", measured " + Printable.brief(date, 30))
                                .orElse(""),
                columns,
                "  "));
        above.append(FindingText.wrap("half a round trip of a cache line between two CPUs, in ns", columns, "  "))
                .append('\n');
        StringBuilder below = new StringBuilder("\n");
        LatencyText.levels(document.clusters()).forEach(line -> below.append(FindingText.wrap(line, columns, "  ")));
        below.append('\n');
        document.agreement().ifPresent(found -> below.append(agreement(found, columns)));
        document.notes().forEach(note -> below.append(FindingText.wrap(note, columns, "  ")));
        String map = LatencyText.draw(document.latencies(), document.clusters(), columns, unicode);
        return plain(above, unicode) + map + plain(below, unicode);
    }

    private static String agreement(TopologyAgreement found, int columns) {
        StringBuilder text = new StringBuilder(FindingText.wrap(found.verdict(), columns, "  "));
        found.differences().forEach(line -> text.append(FindingText.wrap("  " + line, columns, "    ")));
        found.remarks().forEach(line -> text.append(FindingText.wrap(line, columns, "  ")));
        return text.toString();
    }

    /// Line by line, since a line feed is no sign to be written out.
    private static String plain(CharSequence text, boolean unicode) {
        return unicode ? text.toString() : Printable.ascii(text.toString());
    }
}
