package dev.nptune.kernel.lint;

import dev.nptune.kernel.lint.LintFinding.Kind;
import dev.nptune.kernel.lint.PatchText.FilePart;
import dev.nptune.kernel.lint.PatchText.Line;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What web pages, mail programs and editors do to the text of a patch.
final class TextChecks {
    private static final Pattern BLANKS = Pattern.compile("[ +-] {8,}\\S.*|[ +-] {4}[^ *].*");
    private static final Pattern TRAILING = Pattern.compile("\\+.*[ \\t]+");
    /// So many lines indented by blanks are no accident where no line has a tab.
    private static final int INDENTED = 2;

    private final PatchText patch;
    private final List<LintFinding> found = new ArrayList<>();

    private TextChecks(PatchText patch) {
        this.patch = patch;
    }

    static List<LintFinding> check(PatchText patch) {
        TextChecks checks = new TextChecks(patch);
        if (!patch.files().isEmpty()) {
            checks.ends();
            checks.characters();
            checks.mail();
            patch.files().forEach(checks::tabs);
        }
        return checks.found;
    }

    private void ends() {
        found.addAll(PatchLint.once(
                Kind.CRLF,
                patch.lines().stream().filter(l -> l.end().equals("\r\n")).toList(),
                "the line ends in CR LF",
                "the kernel's lines end in LF, so no line of context is found; an editor or a download on Windows does that",
                "take the CRs out (dos2unix)",
                true));
        Line last = patch.lines().getLast();
        if (last.end().isEmpty()) {
            found.add(new LintFinding(
                    Kind.NO_FINAL_NEWLINE,
                    last.number(),
                    "the last line does not end",
                    "git says \"corrupt patch\"; the line may also be cut off",
                    "end it with a line feed",
                    true));
        }
        found.addAll(PatchLint.once(
                Kind.TRAILING_BLANK,
                patch.bodies().stream()
                        .filter(l -> TRAILING.matcher(l.text()).matches())
                        .toList(),
                "an added line ends in blanks",
                "git warns of it and checkpatch refuses it; where many do, a web page padded them",
                "take the blanks out",
                true));
    }

    private void characters() {
        Stream<Line> heads = patch.files().stream()
                .flatMap(f -> Stream.concat(
                        patch.lines().subList(f.at(), f.at() + 2).stream(),
                        f.hunks().stream().map(h -> patch.lines().get(h.at()))));
        Stream<Line> first =
                patch.lines().stream().limit(1).filter(l -> l.text().startsWith("\u00ef\u00bb\u00bf"));
        found.addAll(PatchLint.once(
                Kind.HIDDEN_CHARACTER,
                Stream.of(first, heads, code(_ -> true).stream())
                        .flatMap(s -> s)
                        .filter(l -> Characters.hasHidden(l.text()))
                        .distinct()
                        .sorted(Comparator.comparingInt(Line::number))
                        .toList(),
                "a no-break space or a character of no width",
                "it looks like a blank, or like nothing, and is neither: lines of context are not found, and the compiler"
                        + " says \"stray\"",
                "write a blank instead, or nothing",
                true));
        found.addAll(PatchLint.once(
                Kind.SMART_QUOTES,
                code(l -> Characters.hasQuotes(l.text())),
                "typographic quotes",
                "a forum made them of ' and \", and the compiler knows only these",
                "write ' and \"",
                true));
        found.addAll(PatchLint.once(
                Kind.HTML_ENTITY,
                code(l -> Characters.hasEntities(l.text())),
                "a character as HTML writes it, such as &gt; or &amp;",
                "the page's source was copied, not its text",
                "write the characters themselves",
                true));
    }

    /// Lines of hunks that are code, where no such characters belong.
    private List<Line> code(Predicate<Line> wanted) {
        return patch.files().stream()
                .filter(f -> !KernelPaths.isProse("/" + f.name()))
                .flatMap(f -> f.hunks().stream())
                .flatMap(h -> patch.body(h).stream())
                .filter(wanted)
                .toList();
    }

    private void mail() {
        List<Line> before = patch.lines().subList(0, patch.files().getFirst().at());
        found.addAll(PatchLint.once(
                Kind.FORMAT_FLOWED,
                before.stream()
                        .filter(l -> l.text().toLowerCase(Locale.ROOT).matches(".*\\bformat=\"?flowed\\b.*"))
                        .toList(),
                "the mail is format=flowed",
                "its sender allowed every program on the way to break and join lines",
                "get the patch anew, as an attachment or from an archive's raw view",
                false));
    }

    private void tabs(FilePart file) {
        if (!KernelPaths.hasTabs(file.name())) {
            return;
        }
        List<Line> all =
                file.hunks().stream().flatMap(h -> patch.body(h).stream()).toList();
        List<Line> blanks = all.stream()
                .filter(l -> l.isOld() && BLANKS.matcher(l.text()).matches())
                .toList();
        if (blanks.size() >= INDENTED && all.stream().noneMatch(l -> l.text().contains("\t"))) {
            found.addAll(PatchLint.once(
                    Kind.TABS_LOST,
                    blanks,
                    "blanks where the kernel has tabs",
                    "copying from a terminal or a web page made them; no line of context is found",
                    "get the patch anew as a raw file; patch -l passes over it, and adds its own lines with blanks",
                    false));
        }
    }
}
