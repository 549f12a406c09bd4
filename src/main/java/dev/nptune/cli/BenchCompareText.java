package dev.nptune.cli;

import dev.nptune.bench.compare.Compared;
import dev.nptune.bench.compare.Comparison;
import dev.nptune.bench.compare.MetricResult;
import dev.nptune.bench.compare.RunMetric.Scale;
import dev.nptune.bench.compare.Verdict;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.TextTable;
import dev.nptune.report.IntervalPlot;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A comparison for people.
final class BenchCompareText {
    private BenchCompareText() {}

    static String render(Comparison comparison, int columns, boolean unicode) {
        StringBuilder text = new StringBuilder();
        text.append(FindingText.wrap(BenchVerdict.sentence(comparison), columns, ""));
        others(comparison, Verdict.WORSE, "Worse as well: ", columns, text);
        others(comparison, Verdict.BETTER, "Better: ", columns, text);
        undecided(comparison, columns, text);
        text.append('\n').append(table(comparison, columns, unicode));
        text.append("\nEach mark is a threshold, ")
                .append(thresholds(comparison))
                .append(".\n");
        text.append(plot(comparison, columns, unicode)).append('\n');
        paragraph(definitions(comparison), columns, text);
        comparison.refused().forEach(refused -> paragraph(refusal(refused), columns, text));
        paragraph(spread(comparison.headline().orElseThrow()), columns, text);
        comparison.notes().forEach(note -> paragraph(note, columns, text));
        paragraph(
                "Seed " + comparison.settings().seed() + ", "
                        + comparison.settings().resamples()
                        + " resamples of each run: the same again gives the same.",
                columns,
                text);
        return unicode ? text.toString() : ascii(text.toString());
    }

    private static String ascii(String text) {
        return text.lines().map(line -> Printable.ascii(line) + "\n").collect(Collectors.joining());
    }

    private static void paragraph(String sentence, int columns, StringBuilder text) {
        text.append(FindingText.wrap(sentence, columns, "  "));
    }

    private static void others(
            Comparison comparison, Verdict verdict, String heading, int columns, StringBuilder text) {
        Compared first = comparison.headline().orElseThrow();
        List<String> names = comparison.compared().stream()
                .filter(c -> !c.equals(first) && c.verdict() == verdict)
                .map(c -> c.metric().name())
                .toList();
        boolean alone = verdict == Verdict.WORSE && first.verdict() != Verdict.WORSE;
        if (!names.isEmpty()) {
            String start = alone ? "Worse: " : heading;
            text.append(FindingText.wrap(start + String.join(", ", names) + ".", columns, "  "));
        }
    }

    private static void undecided(Comparison comparison, int columns, StringBuilder text) {
        comparison
                .headline()
                .orElseThrow()
                .runsNeeded()
                .ifPresent(runs -> text.append(FindingText.wrap(
                        "About " + runs + " runs of each side would decide it, if all else stays as it is.",
                        columns,
                        "  ")));
    }

    private static String table(Comparison comparison, int columns, boolean unicode) {
        TextTable table = TextTable.of(
                TextTable.left("metric"),
                TextTable.right("bare"),
                TextTable.right("VM"),
                TextTable.right("change"),
                TextTable.right("95 % interval"),
                TextTable.right("p"),
                TextTable.left("verdict"));
        for (Compared c : comparison.compared()) {
            table.row(
                    label(c, comparison) + ", " + c.metric().unit(),
                    value(c.bare()),
                    value(c.vm()),
                    signed(c.difference(), unicode) + unit(c),
                    signed(c.low(), unicode) + " to " + signed(c.high(), unicode),
                    c.permutation().map(p -> BenchVerdict.small(p.p())).orElse(""),
                    c.verdict().name().toLowerCase(Locale.ROOT));
        }
        return table.render(columns, unicode);
    }

    /// The title; where two have the same, with the tool.
    private static String label(Compared c, Comparison comparison) {
        long same = comparison.compared().stream()
                .filter(other -> other.metric().title().equals(c.metric().title()))
                .count();
        return same == 1
                ? c.metric().title()
                : c.metric().title() + " (" + c.metric().tool() + ")";
    }

    private static String definitions(Comparison comparison) {
        return comparison.compared().stream()
                .map(c -> c.metric().title() + " (" + c.metric().tool() + ")")
                .collect(Collectors.joining("; ", "As defined by: ", "."));
    }

    private static String unit(Compared c) {
        return c.metric().scale() == Scale.RATIO ? " %" : " pt";
    }

    private static String value(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }

    private static String signed(double value, boolean unicode) {
        String text = String.format(Locale.ROOT, Math.abs(value) < 0.095 ? "%+.2f" : "%+.1f", value);
        return unicode ? text.replace('-', '−') : text;
    }

    private static String thresholds(Comparison comparison) {
        return comparison.compared().stream()
                .map(BenchVerdict::threshold)
                .distinct()
                .collect(Collectors.joining(" or "));
    }

    /// In thresholds, since those of ratios and of points differ.
    private static String plot(Comparison comparison, int columns, boolean unicode) {
        return IntervalPlot.draw(
                comparison.compared().stream()
                        .map(c -> IntervalPlot.Line.of(
                                label(c, comparison),
                                c.low(),
                                c.difference(),
                                c.high(),
                                c.threshold(),
                                c.metric().higherIsBetter()))
                        .toList(),
                columns,
                unicode);
    }

    private static String refusal(MetricResult.Refused refused) {
        return "No " + refused.metric().name() + ": " + refused.reason() + ".";
    }

    private static String spread(Compared c) {
        Compared.Spread spread = c.spread();
        String unit = c.metric().scale() == Scale.RATIO ? " %" : " points";
        String within = String.format(
                Locale.ROOT,
                "frames within a run account for %.1f and %.1f%s",
                spread.bareWithin(),
                spread.vmWithin(),
                unit);
        if (c.withinRunOnly()) {
            return "How much runs vary is not known; " + within + ": "
                    + c.metric().name() + ".";
        }
        return String.format(
                Locale.ROOT,
                "Runs vary by %.1f%s on bare metal and %.1f%s in the VM; %s: %s.",
                spread.bare(),
                unit,
                spread.vm(),
                unit,
                within,
                c.metric().name());
    }
}
