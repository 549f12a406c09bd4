package dev.nptune.internal.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Differences of two texts in unified format, as `diff -u` and `git diff` print it, without time stamps.
///
/// The difference is minimal as long as the changed middle of the texts has at most 4 million pairs of lines; beyond
/// that the middle is shown as replaced whole, which is correct but long.
public final class UnifiedDiff {
    private static final int CONTEXT = 3;
    private static final long MAX_CELLS = 4_000_000;

    private UnifiedDiff() {}

    /// Compares.
    ///
    /// @param path name shown after `a/` and `b/`, without a leading slash
    /// @param before old text; null if there was none, shown as `/dev/null`
    /// @param after new text; null if there is none
    /// @return the difference, every line ended; empty if the texts are equal
    public static String of(String path, @Nullable String before, @Nullable String after) {
        List<Line> script = script(lines(before), lines(after));
        String hunks = hunks(script);
        if (hunks.isEmpty()) {
            return "";
        }
        return "--- " + (before == null ? "/dev/null" : "a/" + path) + "\n" + "+++ "
                + (after == null ? "/dev/null" : "b/" + path) + "\n" + hunks;
    }

    /// One line of an edit script: ' ' kept, '-' dropped, '+' new.
    private record Line(char mark, String text) {}

    /// Lines with their ends, so that a missing last one shows.
    private static List<String> lines(@Nullable String text) {
        return text == null || text.isEmpty() ? List.of() : List.of(text.split("(?<=\\n)"));
    }

    private static List<Line> script(List<String> a, List<String> b) {
        int head = 0;
        while (head < a.size() && head < b.size() && a.get(head).equals(b.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < a.size() - head
                && tail < b.size() - head
                && a.get(a.size() - 1 - tail).equals(b.get(b.size() - 1 - tail))) {
            tail++;
        }
        List<Line> script = new ArrayList<>();
        a.subList(0, head).forEach(l -> script.add(new Line(' ', l)));
        middle(a.subList(head, a.size() - tail), b.subList(head, b.size() - tail), script);
        a.subList(a.size() - tail, a.size()).forEach(l -> script.add(new Line(' ', l)));
        return script;
    }

    private static void middle(List<String> a, List<String> b, List<Line> script) {
        int[][] common = (long) a.size() * b.size() <= MAX_CELLS ? commonLengths(a, b) : new int[0][];
        int i = 0;
        int j = 0;
        while (i < a.size() || j < b.size()) {
            if (i < a.size() && j < b.size() && common.length > 0 && a.get(i).equals(b.get(j))) {
                script.add(new Line(' ', a.get(i)));
                i++;
                j++;
            } else if (i < a.size() && (j == b.size() || common.length == 0 || common[i + 1][j] >= common[i][j + 1])) {
                script.add(new Line('-', a.get(i++)));
            } else {
                script.add(new Line('+', b.get(j++)));
            }
        }
    }

    /// Length of the longest common subsequence of the rests from (i, j).
    private static int[][] commonLengths(List<String> a, List<String> b) {
        int[][] length = new int[a.size() + 1][b.size() + 1];
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                length[i][j] = a.get(i).equals(b.get(j))
                        ? length[i + 1][j + 1] + 1
                        : Math.max(length[i + 1][j], length[i][j + 1]);
            }
        }
        return length;
    }

    private static String hunks(List<Line> script) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        int oldLine = 1;
        int newLine = 1;
        while (true) {
            int first = nextChange(script, at);
            if (first == script.size()) {
                return out.toString();
            }
            int start = Math.max(at, first - CONTEXT);
            oldLine += start - at;
            newLine += start - at;
            int end = hunkEnd(script, first);
            List<Line> hunk = script.subList(start, end);
            int olds = (int) hunk.stream().filter(l -> l.mark != '+').count();
            int news = (int) hunk.stream().filter(l -> l.mark != '-').count();
            out.append("@@ -")
                    .append(range(oldLine, olds))
                    .append(" +")
                    .append(range(newLine, news))
                    .append(" @@\n");
            hunk.forEach(l -> print(l, out));
            oldLine += olds;
            newLine += news;
            at = end;
        }
    }

    private static int nextChange(List<Line> script, int from) {
        int at = from;
        while (at < script.size() && script.get(at).mark == ' ') {
            at++;
        }
        return at;
    }

    /// Changes with no more than twice the context between them share a hunk.
    private static int hunkEnd(List<Line> script, int firstChange) {
        int at = firstChange;
        while (true) {
            while (at < script.size() && script.get(at).mark != ' ') {
                at++;
            }
            int next = nextChange(script, at);
            if (next == script.size() || next - at > 2 * CONTEXT) {
                return Math.min(script.size(), at + CONTEXT);
            }
            at = next;
        }
    }

    private static String range(int line, int count) {
        if (count == 1) {
            return Integer.toString(line);
        }
        return (count == 0 ? line - 1 : line) + "," + count;
    }

    private static void print(Line line, StringBuilder out) {
        out.append(line.mark).append(line.text);
        if (!line.text.endsWith("\n")) {
            out.append("\n\\ No newline at end of file\n");
        }
    }
}
