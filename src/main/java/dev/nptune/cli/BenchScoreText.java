package dev.nptune.cli;

import dev.nptune.bench.score.Score;
import dev.nptune.bench.score.Score.Kind;
import dev.nptune.bench.score.ScoreComparison;
import dev.nptune.bench.score.ScoreComparison.Change;
import dev.nptune.bench.score.ScoreComparison.Cores;
import dev.nptune.bench.score.ScoreComparison.PerCore;
import dev.nptune.bench.score.ScoreSheet;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.TextTable;
import java.util.Locale;

/// What `nptune bench score` shows.
final class BenchScoreText {
    /// A smaller difference is none in practice.
    private static final double THRESHOLD = 0.03;

    private BenchScoreText() {}

    /// Whether the second run is more than the threshold below the first in what a VM can be blamed for. A CPU score
    /// with another number of cores is held against the higher of the two modelled ratios, which [#model] tells.
    static boolean isWorse(Change change) {
        double ratio = change.perCore().map(PerCore::higher).orElse(change.ratio());
        return (change.kind() == Kind.GRAPHICS || change.kind() == Kind.CPU) && ratio < 1 - THRESHOLD;
    }

    static String render(BenchScoreCommand.Document document, int columns, boolean unicode) {
        StringBuilder out = new StringBuilder();
        if (document.comparisons().isEmpty()) {
            BenchScoreCommand.Run run = document.runs().getFirst();
            out.append(single(run.sheet(), columns, unicode)).append(notRun(run.file(), run.sheet(), columns));
        } else {
            document.runs().forEach(run -> out.append(notRun(run.file(), run.sheet(), columns)));
            String first = document.runs().getFirst().file();
            for (int i = 0; i < document.comparisons().size(); i++) {
                out.append(out.isEmpty() ? "" : "\n");
                out.append(pair(
                        first,
                        document.runs().get(i + 1).file(),
                        document.comparisons().get(i),
                        columns,
                        unicode));
            }
        }
        return unicode ? out.toString() : Printable.ascii(out.toString());
    }

    private static String single(ScoreSheet sheet, int columns, boolean unicode) {
        TextTable table = TextTable.of(TextTable.left("test"), TextTable.left("part"), TextTable.right("score"));
        for (Score score : sheet.scores()) {
            table.row(score.test(), part(score.kind()), number(score.value()));
        }
        return table.render(columns, unicode);
    }

    private static String notRun(String file, ScoreSheet sheet, int columns) {
        return sheet.notRun().isEmpty()
                ? ""
                : FindingText.wrap(
                        "not run in " + Printable.line(file) + ": " + String.join(", ", sheet.notRun()), columns, "  ");
    }

    private static String pair(String first, String second, ScoreComparison comparison, int columns, boolean unicode) {
        StringBuilder out = new StringBuilder();
        out.append(FindingText.wrap("A = " + first, columns, "    "));
        out.append(FindingText.wrap("B = " + second, columns, "    ")).append('\n');
        TextTable table = TextTable.of(
                TextTable.left("test"),
                TextTable.left("part"),
                TextTable.right("A"),
                TextTable.right("B"),
                TextTable.right("B of A"),
                TextTable.left(""));
        for (Change change : comparison.changes()) {
            table.row(
                    change.test(),
                    part(change.kind()),
                    number(change.first()),
                    number(change.second()),
                    percent(change.ratio()),
                    isWorse(change) ? "worse" : "");
        }
        out.append(table.render(columns, unicode));
        comparison
                .changes()
                .forEach(c -> c.perCore()
                        .ifPresent(p -> out.append('\n')
                                .append(model(c, p, comparison.cores().orElseThrow(), columns))));
        only(comparison, columns, out);
        out.append('\n')
                .append(FindingText.wrap(
                        "One run each: chance is in these numbers. Less than 3 % is no difference in practice.",
                        columns, ""));
        return out.toString();
    }

    private static String model(Change change, PerCore perCore, Cores cores, int columns) {
        return FindingText.wrap(
                "modelled, " + change.test() + " CPU: with as many cores B would be at "
                        + percent(perCore.ifNoGrowth()) + " of A if the score does not grow with cores at all, and at "
                        + percent(perCore.ifInProportion()) + " if it grows in proportion to them ("
                        + number(change.first() / cores.first()) + " per core in A, "
                        + number(change.second() / cores.second())
                        + " in B); equal clocks are assumed. The score counts as worse only if it is so by the higher of the two.",
                columns,
                "  ");
    }

    private static void only(ScoreComparison comparison, int columns, StringBuilder out) {
        if (!comparison.onlyFirst().isEmpty()) {
            out.append(FindingText.wrap("only in A: " + String.join(", ", comparison.onlyFirst()), columns, "  "));
        }
        if (!comparison.onlySecond().isEmpty()) {
            out.append(FindingText.wrap("only in B: " + String.join(", ", comparison.onlySecond()), columns, "  "));
        }
    }

    private static String part(Kind kind) {
        return switch (kind) {
            case OVERALL -> "overall";
            case GRAPHICS -> "graphics";
            case CPU -> "CPU";
            case COMBINED -> "combined";
            case OTHER -> "";
        };
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.1f %%", ratio * 100);
    }
}
