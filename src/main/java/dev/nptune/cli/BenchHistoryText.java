package dev.nptune.cli;

import dev.nptune.bench.store.History;
import dev.nptune.bench.store.History.Group;
import dev.nptune.bench.store.StoredRun;
import dev.nptune.internal.text.DisplayWidth;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.TextTable;
import dev.nptune.internal.text.TextTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What `nptune bench history` shows.
final class BenchHistoryText {
    /// Which column the program is.
    private static final int PROGRAM = 4;

    private BenchHistoryText() {}

    static String render(BenchHistoryCommand.Document document, @Nullable String metric, int columns, boolean unicode) {
        if (document.runs().isEmpty()) {
            return "no runs are kept" + (metric == null ? "" : " that have it") + "\n";
        }
        String text = document.history()
                .map(history -> groups(history, columns, unicode))
                .orElseGet(() -> runs(document, metric, columns, unicode));
        return unicode ? text : Printable.ascii(text);
    }

    private static String runs(
            BenchHistoryCommand.Document document, @Nullable String metric, int columns, boolean unicode) {
        if (document.runs().stream().anyMatch(run -> !run.program().isEmpty())) {
            String wide = table(document, metric, true).render(Integer.MAX_VALUE, unicode);
            if (wide.lines().mapToInt(DisplayWidth::of).max().orElse(0) <= columns) {
                return wide;
            }
        }
        return table(document, metric, false).render(columns, unicode);
    }

    /// @param programs whether there is room for the programs
    private static TextTable table(BenchHistoryCommand.Document document, @Nullable String metric, boolean programs) {
        List<Column> columns = new ArrayList<>(List.of(
                TextTable.right("run"),
                TextTable.left("kind"),
                TextTable.left("VM"),
                TextTable.left("label"),
                TextTable.left("kernel"),
                TextTable.right(metric == null ? "metrics" : "value")));
        if (programs) {
            columns.add(PROGRAM, TextTable.left("program"));
        }
        TextTable table = TextTable.of(columns.toArray(Column[]::new));
        for (StoredRun run : document.runs()) {
            Double value = metric == null ? null : run.metrics().get(metric);
            List<String> cells = new ArrayList<>(List.of(
                    run.id(),
                    run.kind(),
                    run.system().vm(),
                    run.label(),
                    run.system().kernel(),
                    value == null ? Integer.toString(run.metrics().size()) : number(value)));
            if (programs) {
                cells.add(PROGRAM, run.program());
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static String groups(History history, int columns, boolean unicode) {
        TextTable table = TextTable.of(
                TextTable.left(history.by().name().toLowerCase(Locale.ROOT)),
                TextTable.right("runs"),
                TextTable.right("median"),
                TextTable.right("least"),
                TextTable.right("most"),
                TextTable.right("change"));
        for (Group group : history.groups()) {
            table.row(
                    group.name().isEmpty() ? "not known" : group.name(),
                    Integer.toString(group.runs()),
                    number(group.median()),
                    number(group.least()),
                    number(group.most()),
                    group.change()
                            .map(c -> String.format(Locale.ROOT, "%+.1f %%", c * 100))
                            .orElse(""));
        }
        String note = history.groups().stream().anyMatch(g -> g.runs() < 5)
                        && history.groups().size() > 1
                ? "\n" + FindingText.wrap("Fewer than five runs on a side: a change may be chance.", columns, "")
                : "";
        return FindingText.wrap(history.metric(), columns, "  ") + "\n" + table.render(columns, unicode) + note;
    }

    private static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 1000 ? "%.0f" : size >= 10 ? "%.1f" : "%.3f", value);
    }
}
