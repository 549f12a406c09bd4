package dev.nptune.kernel.diff;

import dev.nptune.kernel.diff.HunkOutcome.Failed;
import dev.nptune.kernel.diff.HunkOutcome.Nearest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says why a hunk found no place.
final class Failures {
    /// The most comparisons of two lines that a search takes.
    private static final long MAX_WORK = 2_000_000;
    /// What a line counts that is the same, the same but for white space, or the same and hardly more than a brace.
    private static final int SAME = 4;

    private static final int ALIKE = 3;
    private static final int TRIVIAL = 1;

    private Failures() {}

    /// @param guess the line at which it was expected, which may lie outside
    /// @param frozen the lines that earlier hunks have gone over
    static Failed explain(Hunk hunk, List<TextLine> lines, int guess, int frozen) {
        int at = Math.clamp(guess, 1, Math.max(1, lines.size()));
        List<TextLine> expected = hunk.oldSide();
        Found old = nearest(expected, lines, at);
        if (old.score == 0) {
            return new Failed(at, lines.isEmpty() ? "the file is empty" : "none of its lines stands in the file", null);
        }
        Nearest nearest = old.nearest(expected, lines);
        Found after = nearest(hunk.newSide(), lines, at);
        return new Failed(at, why(hunk, nearest, after, old, frozen), nearest);
    }

    private static String why(Hunk hunk, Nearest nearest, Found after, Found old, int frozen) {
        int differs = nearest.firstDifference();
        if (differs == nearest.expected().size()) {
            return nearest.line() <= frozen
                    ? "its place at line " + nearest.line() + " lies before or in what an earlier hunk changes"
                    : "its lines stand at line " + nearest.line()
                            + ", but by its context they should begin or end the file";
        }
        String where = "nearest is line " + nearest.line() + ", where " + nearest.same() + " of "
                + nearest.expected().size() + " lines are the same; ";
        String what = differs < nearest.standing().size()
                ? "line " + (nearest.line() + differs) + " is the first that differs"
                        + kind(
                                nearest.expected().get(differs),
                                nearest.standing().get(differs))
                : "the file ends before line " + (nearest.line() + differs);
        boolean newer = (long) after.score * old.best > (long) old.score * after.best
                && !hunk.newSide().isEmpty();
        return where
                + what
                + (newer ? "; the place is more like what the patch makes, so another form of it may be in" : "");
    }

    private static String kind(TextLine expected, TextLine standing) {
        if (expected.text().equals(standing.text())) {
            return ", only in its line feed at the end of the file";
        }
        if (withoutReturn(expected.text()).equals(withoutReturn(standing.text()))) {
            return ", only in its carriage return: "
                    + (standing.text().endsWith("\r")
                            ? "the file has them, the patch has none"
                            : "the patch has them, the file has none");
        }
        return normal(expected).equals(normal(standing)) ? ", only in white space" : "";
    }

    private static String withoutReturn(String text) {
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /// A line with one blank for any white space, and none at its ends.
    private static String normal(TextLine line) {
        String text = line.text();
        StringBuilder normal = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            boolean white = text.charAt(i) <= ' ';
            if (!white) {
                normal.append(text.charAt(i));
            } else if (!normal.isEmpty() && normal.charAt(normal.length() - 1) != ' ') {
                normal.append(' ');
            }
        }
        return normal.toString().stripTrailing();
    }

    /// A place.
    ///
    /// @param line its first line; may lie before the file
    /// @param score how much of what is expected stands there
    /// @param best the score if all did
    private record Found(int line, int score, int best) {
        Nearest nearest(List<TextLine> expected, List<TextLine> lines) {
            int from = Math.max(1, line);
            int skipped = from - line;
            List<TextLine> rest = expected.subList(skipped, expected.size());
            List<TextLine> standing = lines.subList(from - 1, Math.min(lines.size(), from - 1 + rest.size()));
            int same = 0;
            for (int i = 0; i < standing.size(); i++) {
                same += rest.get(i).equals(standing.get(i)) ? 1 : 0;
            }
            return new Nearest(from, same, rest, standing);
        }
    }

    private static Found nearest(List<TextLine> expected, List<TextLine> lines, int guess) {
        int size = expected.size();
        long width = size == 0 ? 0 : MAX_WORK / size;
        int from = (int) Math.max(2 - size, guess - width / 2);
        int to = (int) Math.min(lines.size(), guess + width / 2);
        List<@Nullable String> normal = new ArrayList<>();
        for (int i = from; i < to + size; i++) {
            normal.add(i < 1 || i > lines.size() ? null : normal(lines.get(i - 1)));
        }
        List<String> wanted = expected.stream().map(Failures::normal).toList();
        int best =
                wanted.stream().mapToInt(w -> w.length() > 1 ? SAME : TRIVIAL).sum();
        Found found = new Found(guess, 0, best);
        for (int line = from; line <= to; line++) {
            int score = 0;
            for (int i = 0; i < size; i++) {
                String standing = normal.get(line - from + i);
                if (wanted.get(i).equals(standing)) {
                    boolean same = expected.get(i).equals(lines.get(line + i - 1));
                    score += standing.length() <= 1 ? TRIVIAL : same ? SAME : ALIKE;
                }
            }
            boolean nearer = Math.abs(line - guess) < Math.abs(found.line - guess);
            if (score > found.score || (score == found.score && score > 0 && nearer)) {
                found = new Found(line, score, best);
            }
        }
        return found;
    }
}
