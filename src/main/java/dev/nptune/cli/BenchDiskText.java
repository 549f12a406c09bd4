package dev.nptune.cli;

import dev.nptune.bench.disk.DiskCheck;
import dev.nptune.bench.disk.DiskReport;
import dev.nptune.bench.disk.DiskRun;
import dev.nptune.bench.disk.DiskRun.Latency;
import dev.nptune.bench.disk.DiskSurroundings;
import dev.nptune.bench.disk.TestedDisk;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.TextTable;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// What `nptune bench disk` shows.
final class BenchDiskText {
    private BenchDiskText() {}

    static String render(DiskReport report, DiskSurroundings around, int columns, boolean unicode) {
        StringBuilder out = new StringBuilder();
        String title = (report.result().tool() + " " + report.result().version()).strip();
        String target = report.result().target();
        out.append(FindingText.wrap(title + (target.isEmpty() ? "" : ", " + target), columns, "  "));
        around.disk()
                .get()
                .filter(disk -> !(disk instanceof TestedDisk.Bare))
                .ifPresent(disk -> out.append(FindingText.wrap(disk(disk), columns, "  ")));
        out.append('\n').append(table(report).render(columns, unicode)).append('\n');
        out.append(FindingText.wrap(verdict(report), columns, "  ")).append('\n');
        report.checks().stream()
                .sorted(Comparator.comparing(DiskCheck::verdict, Comparator.reverseOrder()))
                .forEach(check -> out.append(check(check, columns)));
        return unicode ? out.toString() : Printable.ascii(out.toString());
    }

    private static String disk(TestedDisk disk) {
        return disk instanceof TestedDisk.OfQemu q
                ? q.words() + ": bus " + q.disk().bus() + ", cache " + q.cache()
                        + q.disk().cache().map(_ -> "").orElse(" (default)")
                        + ", io " + q.disk().io().orElse("threads (default)")
                        + q.disk().source().map(s -> ", " + s).orElse("")
                : disk.words();
    }

    private static TextTable table(DiskReport report) {
        boolean percentiles = report.result().runs().stream()
                .flatMap(r -> r.figures().latency().stream())
                .anyMatch(l -> !l.percentiles().isEmpty());
        TextTable table = percentiles
                ? TextTable.of(
                        TextTable.left("test"),
                        TextTable.left(""),
                        TextTable.right("MB/s"),
                        TextTable.right("IOPS"),
                        TextTable.right("mean µs"),
                        TextTable.right("50 %"),
                        TextTable.right("99 %"),
                        TextTable.right("99.9 %"))
                : TextTable.of(
                        TextTable.left("test"),
                        TextTable.left(""),
                        TextTable.right("MB/s"),
                        TextTable.right("IOPS"),
                        TextTable.right("mean µs"));
        for (DiskRun run : report.result().runs()) {
            Optional<Latency> latency = run.figures().latency();
            String way = run.direction().name().toLowerCase(Locale.ROOT);
            String rate = number(Optional.of(run.figures().bytesPerSecond() / 1e6));
            String iops = number(run.figures().iops());
            String mean = number(latency.map(Latency::meanMicros));
            if (percentiles) {
                table.row(
                        run.name(),
                        way,
                        rate,
                        iops,
                        mean,
                        number(latency.flatMap(l -> l.percentile(50))),
                        number(latency.flatMap(l -> l.percentile(99))),
                        number(latency.flatMap(l -> l.percentile(99.9))));
            } else {
                table.row(run.name(), way, rate, iops, mean);
            }
        }
        return table;
    }

    private static String number(Optional<Double> value) {
        return value.map(v -> String.format(Locale.ROOT, v < 1000 ? "%.1f" : "%.0f", v))
                .orElse("");
    }

    private static String verdict(DiskReport report) {
        long unknown = report.unknown();
        String open = unknown == 0 ? "" : "; " + Plural.of(unknown, "check") + " could not be made";
        return switch (report.verdict()) {
            case BELIEVED, NOTE -> "believed: nothing speaks against it" + open;
            case UNKNOWN -> "not known: nothing speaks against it, but which cache answered is not known" + open;
            case DOUBTFUL -> "doubtful: it need not be the drive that was measured" + open;
            case IMPOSSIBLE -> "impossible: it cannot be the drive that was measured" + open;
        };
    }

    private static String check(DiskCheck check, int columns) {
        String mark = switch (check.verdict()) {
            case BELIEVED -> "fine";
            case UNKNOWN -> "unknown";
            case NOTE -> "note";
            case DOUBTFUL -> "doubtful";
            case IMPOSSIBLE -> "impossible";
        };
        String indent = " ".repeat(12);
        StringBuilder text =
                new StringBuilder(FindingText.wrap(String.format("%-11s %s", mark, check.says()), columns, indent));
        check.evidence().forEach(e -> text.append(FindingText.wrap(indent + "(" + e + ")", columns, indent + " ")));
        return text.toString();
    }
}
