package dev.nptune.cli;

import dev.nptune.bench.why.Coincidence;
import dev.nptune.bench.why.Coincidences;
import dev.nptune.bench.why.EventSeries;
import dev.nptune.internal.text.TextTable;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// What `nptune bench why` prints.
final class BenchWhyText {
    private static final int SHOWN = 12;

    private BenchWhyText() {}

    static String render(BenchWhyDocument document, int columns, boolean unicode) {
        Coincidences found = document.found();
        StringBuilder text = new StringBuilder();
        text.append(FindingText.wrap(head(document), columns, ""));
        if (document.stutters() == 0) {
            return text.toString();
        }
        if (found.isTooFew()) {
            text.append(FindingText.wrap(
                    "Of fewer than " + Coincidences.FEWEST
                            + " stutters within the recording nothing can be said. Record and capture for longer.",
                    columns,
                    ""));
        } else {
            text.append(FindingText.wrap(verdict(document), columns, ""));
            if (!found.named().isEmpty()) {
                text.append('\n').append(table(found, columns, unicode)).append('\n');
                text.append(FindingText.wrap(
                        "They coincide. Whether one is the cause shows only when the same is run again without it: see"
                                + " nptune bench compare.",
                        columns,
                        ""));
            }
        }
        text.append('\n').append(FindingText.wrap(limits(document), columns, ""));
        return text.toString();
    }

    private static String head(BenchWhyDocument document) {
        Coincidences found = document.found();
        String stutters = document.stutters() == 0 ? "no stutter" : Plural.of(document.stutters(), "stutter");
        return String.format(
                Locale.ROOT,
                "%s in %s (%s)%s%s",
                stutters,
                Plural.of(document.frames(), "frame"),
                document.definition(),
                document.stutters() == 0 ? "" : String.format(Locale.ROOT, ", %.0f ms lost", document.lostMillis()),
                found.outside() > 0 ? "; " + found.outside() + " outside the recording, left out" : "");
    }

    private static String verdict(BenchWhyDocument document) {
        Coincidences found = document.found();
        String looked = Plural.of(found.causes().size(), "cause") + " looked at";
        if (found.named().isEmpty()) {
            return "They coincide with nothing that was recorded (" + looked + ", 5 % for all together).";
        }
        return "They coincide with "
                + found.named().stream().map(Coincidence::cause).limit(3).collect(Collectors.joining("; "))
                + (found.named().size() > 3 ? "; and " + (found.named().size() - 3) + " more" : "")
                + " (" + looked + ", 5 % for all together).";
    }

    private static String table(Coincidences found, int columns, boolean unicode) {
        TextTable table = TextTable.of(
                TextTable.left("coincides with"),
                TextTable.right("in a stutter"),
                TextTable.right("else"),
                TextTable.right("times"),
                TextTable.right("p"),
                TextTable.right("explains"),
                TextTable.right("sampled"));
        for (Coincidence cause : found.named().stream().limit(SHOWN).toList()) {
            table.row(
                    cause.cause(),
                    amount(cause.kind(), cause.observed()),
                    amount(cause.kind(), cause.expected()),
                    cause.lift().isPresent()
                            ? String.format(Locale.ROOT, "%.1f", cause.lift().getAsDouble())
                            : "",
                    String.format(Locale.ROOT, "%.4f", cause.adjustedP()),
                    percent(cause.explains()),
                    String.format(Locale.ROOT, "%.0f ms", cause.resolutionMillis()));
        }
        return table.render(columns, unicode);
    }

    private static String amount(EventSeries.Kind kind, double amount) {
        return switch (kind) {
            case NANOSECONDS -> String.format(Locale.ROOT, "%.2f ms", amount / 1e6);
            case COUNT -> String.format(Locale.ROOT, "%.1f", amount);
        };
    }

    private static String percent(OptionalDouble part) {
        return part.isPresent() ? String.format(Locale.ROOT, "%.0f %%", 100 * part.getAsDouble()) : "";
    }

    private static String limits(BenchWhyDocument document) {
        String text = String.format(
                Locale.ROOT,
                "Clocks: %s. Which of the frames within a sample was met cannot be told.",
                document.clock());
        if (!document.absent().isEmpty()) {
            text += " Not recorded: "
                    + document.absent().stream()
                            .map(each -> each.source() + " (" + each.why() + ")")
                            .collect(Collectors.joining("; "))
                    + ".";
        }
        if (document.torn() != null) {
            text += " The recording ends early: " + document.torn() + ".";
        }
        return text;
    }
}
