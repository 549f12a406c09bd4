package dev.nptune.kernel.lint;

import dev.nptune.kernel.lint.LintFinding.Kind;
import dev.nptune.kernel.lint.PatchText.FilePart;
import dev.nptune.kernel.lint.PatchText.HunkPart;
import dev.nptune.kernel.lint.PatchText.Line;
import java.util.ArrayList;
import java.util.List;

/// Mistakes in the form of hunks: counts, context, lines without a sign.
final class HunkChecks {
    private final PatchText patch;
    private final List<LintFinding> found = new ArrayList<>();

    private HunkChecks(PatchText patch) {
        this.patch = patch;
    }

    static List<LintFinding> check(PatchText patch) {
        HunkChecks checks = new HunkChecks(patch);
        for (FilePart file : patch.files()) {
            for (HunkPart hunk : file.hunks()) {
                checks.lines(hunk);
                checks.counts(hunk);
                checks.context(file, hunk);
            }
        }
        return checks.found;
    }

    private void lines(HunkPart hunk) {
        List<Line> body = patch.body(hunk);
        List<Line> lost = body.stream()
                .filter(l -> l.sign() == '?' && l.text().startsWith("\t"))
                .toList();
        List<Line> wrapped = body.stream()
                .filter(l -> l.sign() == '?' && !l.text().startsWith("\t"))
                .toList();
        boolean whole = PatchMender.isWhole(patch, hunk);
        found.addAll(PatchLint.once(
                Kind.SIGN_LOST,
                lost,
                "a line that begins with a tab",
                "the blank that lines of context begin with got lost, mostly by copying from a web page",
                "put a blank before it",
                whole));
        found.addAll(PatchLint.once(
                Kind.WRAPPED,
                wrapped,
                "a line without a sign: the end of the line above",
                "a mail program broke long lines in two",
                "join the two; better get the patch anew, as an attachment or raw file",
                whole));
    }

    private void counts(HunkPart hunk) {
        long olds = patch.olds(hunk);
        long news = patch.news(hunk);
        boolean strange = patch.body(hunk).stream().anyMatch(l -> l.sign() == '?');
        if (!strange && (olds != hunk.oldCount() || news != hunk.newCount())) {
            found.add(new LintFinding(
                    Kind.WRONG_COUNT,
                    hunk.at() + 1,
                    "the head says " + hunk.oldCount() + " old and " + hunk.newCount() + " new lines; there are " + olds
                            + " and " + news,
                    "it was edited by hand, or is cut off; patch says \"malformed patch\" and git \"corrupt patch\"",
                    "if nothing is missing, write -" + hunk.oldStart() + "," + olds + " +" + hunk.newStart() + ","
                            + news,
                    true));
        }
    }

    private void context(FilePart file, HunkPart hunk) {
        long context = patch.body(hunk).stream()
                .filter(l -> l.sign() == ' ' || l.sign() == '0')
                .count();
        if (context <= 1 && !file.isWhole() && hunk.oldStart() > 1) {
            found.add(new LintFinding(
                    Kind.NO_CONTEXT,
                    hunk.at() + 1,
                    context == 0 ? "no line of context" : "one line of context",
                    "where it belongs is told by the line's number alone, which is another in another kernel: git refuses"
                            + " it, patch may put it anywhere",
                    "make it anew with three lines of context (git diff, diff -u)",
                    false));
        }
    }
}
