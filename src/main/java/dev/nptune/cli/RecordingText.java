package dev.nptune.cli;

import dev.nptune.cli.RecordingDocument.Sum;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.TextTable;
import dev.nptune.watch.End;
import dev.nptune.watch.Recording;
import dev.nptune.watch.Source;
import dev.nptune.watch.VmThread;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// A recording for people.
final class RecordingText {
    /// How many causes of each unit are listed.
    private static final int MOST = 20;

    private RecordingText() {}

    static String render(Recording recording, int columns, boolean unicode) {
        RecordingDocument document = RecordingDocument.of(recording);
        Sheet sheet = new Sheet(columns);
        String name = document.about().vm();
        sheet.row(
                "VM",
                (name.isEmpty() ? "without a name" : name) + ", process "
                        + document.about().pid());
        sheet.row("vCPUs", vcpus(document.about().threads()));
        sheet.row("kernel", document.about().kernel());
        sheet.row(
                "recorded",
                Durations.words(Duration.ofMillis(Math.round(document.seconds() * 1000)))
                        + document.begun().map(b -> " from " + b).orElse("")
                        + document.end().map(e -> ": " + e.reason()).orElse(""));
        document.torn().ifPresent(torn -> sheet.row("not whole", torn));
        sheet.section();
        String text = sheet.toString();
        text += sources(document, columns, unicode);
        text += causes("time lost", "ns", document.causes(), columns, unicode);
        text += causes("events", "times", document.causes(), columns, unicode);
        return Printable.lines(
                unicode ? text : text.lines().map(Printable::ascii).collect(Collectors.joining("\n", "", "\n")));
    }

    private static String vcpus(List<VmThread> threads) {
        List<VmThread> vcpus = threads.stream()
                .filter(t -> t.vcpu().isPresent())
                .sorted(Comparator.comparingInt(t -> t.vcpu().orElseThrow()))
                .toList();
        return vcpus.isEmpty()
                ? "not known"
                : vcpus.size() + ", which may run on "
                        + vcpus.stream()
                                .map(t -> t.allowed().toString())
                                .distinct()
                                .collect(Collectors.joining(" | "));
    }

    private static String sources(RecordingDocument document, int columns, boolean unicode) {
        TextTable table = TextTable.of(
                TextTable.left("source"),
                TextTable.right("a second"),
                TextTable.right("µs each"),
                TextTable.left("what"));
        for (Source source : document.about().sources()) {
            End.Cost cost = document.end().stream()
                    .flatMap(e -> e.sources().stream())
                    .filter(c -> c.source().equals(source.name()))
                    .findFirst()
                    .orElse(new End.Cost(source.name(), 0, 0, 0));
            boolean known = cost.samples() > 0 && document.seconds() > 0;
            table.row(
                    source.name(),
                    known ? String.format("%.1f", cost.samples() / document.seconds()) : "-",
                    known ? String.format("%.0f", cost.micros()) : "-",
                    source.absent().map(why -> "absent: " + why).orElse(source.gives()));
        }
        return table.render(columns, unicode) + "\n";
    }

    private static String causes(String title, String unit, List<Sum> all, int columns, boolean unicode) {
        List<Sum> sums = all.stream().filter(s -> s.unit().equals(unit)).toList();
        if (sums.isEmpty()) {
            return "";
        }
        boolean time = unit.equals("ns");
        TextTable table = TextTable.of(
                TextTable.left(title),
                TextTable.right(time ? "ms/s" : "a second"),
                TextTable.right("total"),
                TextTable.right("most at once"));
        for (Sum sum : sums.subList(0, Math.min(MOST, sums.size()))) {
            table.row(
                    sum.name(),
                    String.format(time ? "%.3f" : "%.1f", time ? sum.perSecond() / 1e6 : sum.perSecond()),
                    time ? String.format("%.1f ms", sum.total() / 1e6) : Long.toString(sum.total()),
                    time ? String.format("%.2f ms", sum.most() / 1e6) : Long.toString(sum.most()));
        }
        String more = sums.size() > MOST ? "and " + (sums.size() - MOST) + " more; --json has them all\n" : "";
        return table.render(columns, unicode) + more + "\n";
    }
}
