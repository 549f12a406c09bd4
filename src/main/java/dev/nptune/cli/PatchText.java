package dev.nptune.cli;

import dev.nptune.internal.text.DisplayWidth;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UnifiedDiff;
import dev.nptune.kernel.diff.FileResult;
import dev.nptune.kernel.diff.HunkOutcome;
import dev.nptune.kernel.diff.HunkOutcome.AlreadyIn;
import dev.nptune.kernel.diff.HunkOutcome.Applied;
import dev.nptune.kernel.diff.HunkOutcome.Doubtful;
import dev.nptune.kernel.diff.HunkOutcome.Failed;
import dev.nptune.kernel.diff.HunkOutcome.Nearest;
import dev.nptune.kernel.diff.HunkOutcome.Rescued;
import dev.nptune.kernel.diff.PatchResult;
import dev.nptune.kernel.diff.Series;
import dev.nptune.kernel.diff.TextLine;
import java.util.List;
import java.util.stream.Collectors;

/// What came of patches, for people: a line for each file, more for hunks that are not where the patch says, and for
/// one
/// that fails what it expects and what stands there.
final class PatchText {
    private static final String INDENT = "            ";
    /// The most lines shown of a place.
    private static final int EXCERPT = 14;

    private static final int TAB = 8;

    private final int columns;
    private final boolean unicode;
    private final boolean reverse;
    private boolean legend;

    /// What was done with the result.
    enum Done {
        /// Nothing was to be written.
        CHECKED,
        /// The tree is changed.
        WRITTEN,
        /// It could not be.
        NOTHING
    }

    /// @param reverse whether the patches are taken back
    PatchText(int columns, boolean unicode, boolean reverse) {
        this.columns = columns;
        this.unicode = unicode;
        this.reverse = reverse;
    }

    String results(Series series) {
        return series.results().stream().map(this::patch).collect(Collectors.joining());
    }

    String summary(Series series, Done done) {
        List<PatchResult> results = series.results();
        long fails = results.stream()
                .filter(r -> r.verdict() == FileResult.Verdict.FAILS)
                .count();
        if (fails > 0) {
            return wrap(
                    (results.size() == 1
                                    ? "The patch does not apply"
                                    : fails + " of " + results.size() + " patches fail")
                            + "; nothing was changed.",
                    "");
        }
        String what = results.size() == 1 ? "The patch " : "All " + results.size() + " patches ";
        String verb = results.size() == 1 ? "is" : "are";
        if (series.changedFiles() == 0) {
            return wrap(what + verb + (reverse ? " out" : " in") + " already; there is nothing to do.", "");
        }
        return wrap(
                switch (done) {
                    case WRITTEN ->
                        what + verb + (reverse ? " taken back: " : " applied: ")
                                + Plural.of(series.changedFiles(), "file") + " changed.";
                    case CHECKED, NOTHING ->
                        what + (reverse ? "can be taken back" : results.size() == 1 ? "applies" : "apply")
                                + "; nothing was changed.";
                },
                "");
    }

    private String patch(PatchResult result) {
        StringBuilder text = new StringBuilder();
        String subject = result.patch().subject();
        text.append(
                wrap(Printable.line(result.file()) + (subject.isEmpty() ? "" : ": " + Printable.line(subject)), "  "));
        if (result.strip().guessed()) {
            text.append(wrap(
                    "  names lose " + Plural.of(result.strip().level(), "folder") + " (-p"
                            + result.strip().level() + ", guessed)",
                    "  "));
        }
        result.files().forEach(file -> text.append(file(file)));
        return text.toString();
    }

    private String file(FileResult file) {
        StringBuilder text = new StringBuilder(
                wrap(String.format("  %-9s %s", verdict(file), Printable.line(file.shownName())), INDENT + "  "));
        if (!file.words().isEmpty()) {
            text.append(wrap(INDENT + Printable.line(file.words()), INDENT));
        }
        for (int i = 0; i < file.hunks().size(); i++) {
            text.append(hunk(i + 1, file.hunks().size(), file.hunks().get(i), file.verdict()));
        }
        return text.toString();
    }

    private String verdict(FileResult file) {
        return switch (file.verdict()) {
            case APPLIES -> reverse ? "comes off" : "applies";
            case ALREADY_IN -> reverse ? "out" : "in";
            case FAILS -> "FAILS";
        };
    }

    private String hunk(int number, int of, HunkOutcome outcome, FileResult.Verdict verdict) {
        String name = INDENT + "hunk " + number + " of " + of;
        return switch (outcome) {
            case Applied a when a.offset() == 0 && a.fuzz() == 0 -> "";
            case Applied a ->
                wrap(name + " applies at line " + a.at() + moved(a.offset()) + fuzz(a.fuzz()), INDENT + "  ");
            case Doubtful d ->
                wrap(
                        name + " applies at line " + d.applied().at()
                                + moved(d.applied().offset()) + fuzz(d.applied().fuzz())
                                + ", but " + Printable.line(d.words())
                                + (d.kept() ? "" : "; --relocate puts it there"),
                        INDENT + "  ");
            case AlreadyIn a ->
                verdict == FileResult.Verdict.ALREADY_IN
                        ? ""
                        : wrap(name + " is " + (reverse ? "out" : "in") + " already, at line " + a.at(), INDENT + "  ");
            case Rescued r ->
                wrap(name + " is relocated to line " + r.at() + ": " + Printable.line(r.how()), INDENT + "  ")
                        + difference(r);
            case Failed f ->
                wrap(name + " fails, expected at line " + f.at() + ": " + Printable.line(f.why()), INDENT + "  ")
                        + excerpt(f);
        };
    }

    private String difference(Rescued rescued) {
        StringBuilder text = new StringBuilder();
        rescued.difference()
                .lines()
                .filter(line -> !line.startsWith("---") && !line.startsWith("+++"))
                .forEach(line -> text.append(INDENT)
                        .append(DisplayWidth.cut(
                                shown(new TextLine(line, true), TAB), columns - INDENT.length(), dots()))
                        .append('\n'));
        return text.toString();
    }

    private static String moved(int offset) {
        if (offset == 0) {
            return "";
        }
        return ", " + Plural.of(Math.abs(offset), "line") + " further " + (offset > 0 ? "down" : "up")
                + " than it says";
    }

    private static String fuzz(int fuzz) {
        return fuzz == 0 ? "" : ", " + Plural.of(fuzz, "line") + " of context unlooked at (fuzz " + fuzz + ")";
    }

    private String excerpt(Failed failed) {
        Nearest nearest = failed.nearest();
        if (nearest == null || nearest.firstDifference() == nearest.expected().size()) {
            return "";
        }
        List<String> lines = difference(nearest, TAB);
        if (lines.isEmpty()) {
            lines = difference(nearest, 0);
        }
        StringBuilder text = new StringBuilder();
        if (!legend) {
            legend = true;
            text.append(wrap(INDENT + "- the patch expects, + stands in the file:", INDENT));
        }
        for (String line : lines.subList(0, Math.min(EXCERPT, lines.size()))) {
            text.append(INDENT)
                    .append(DisplayWidth.cut(line, columns - INDENT.length(), dots()))
                    .append('\n');
        }
        if (lines.size() > EXCERPT) {
            text.append(INDENT).append(dots()).append('\n');
        }
        return text.toString();
    }

    private static List<String> difference(Nearest nearest, int tab) {
        return UnifiedDiff.of("", text(nearest.expected(), tab), text(nearest.standing(), tab))
                .lines()
                .skip(2)
                .filter(l -> !l.startsWith("@@"))
                .toList();
    }

    private String dots() {
        return unicode ? "…" : "...";
    }

    private static String text(List<TextLine> lines, int tab) {
        return lines.stream().map(line -> shown(line, tab)).collect(Collectors.joining("\n", "", "\n"));
    }

    /// A line with its carriage return, if any, to be seen.
    ///
    /// @param tab how many columns a tab goes to the next multiple of; 0 to show it
    private static String shown(TextLine line, int tab) {
        StringBuilder shown = new StringBuilder();
        line.shown().codePoints().forEach(c -> {
            if (c == '\t') {
                shown.append(tab == 0 ? "\\t" : " ".repeat(tab - shown.length() % tab));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return Printable.line(shown.toString()).replace("\\x0d", "\\r") + (line.terminated() ? "" : "\\ no line feed");
    }

    private String wrap(String text, String indent) {
        return FindingText.wrap(unicode ? text : Printable.ascii(text), columns, indent);
    }
}
