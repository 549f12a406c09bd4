package dev.nptune.kernel.recipe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Edits of one text, collected and made at once, so that places stay what they were while they are looked for.
final class Splices {
    private final String text;
    private final List<Splice> splices = new ArrayList<>();

    /// @param from where the old text begins
    /// @param to where it ends; the same for an insertion
    private record Splice(int from, int to, String instead) {}

    Splices(String text) {
        this.text = text;
    }

    void replace(int from, int to, String instead) {
        if (!text.substring(from, to).equals(instead)) {
            splices.add(new Splice(from, to, instead));
        }
    }

    /// Insertions at one place come out in the order in which they were made.
    void insert(int at, String what) {
        splices.add(new Splice(at, at, what));
    }

    String apply() {
        StringBuilder out = new StringBuilder();
        int at = 0;
        List<Splice> ordered =
                splices.stream().sorted(Comparator.comparingInt(Splice::from)).toList();
        for (Splice each : ordered) {
            if (each.from() < at) {
                throw new IllegalStateException("two edits of one place");
            }
            out.append(text, at, each.from()).append(each.instead());
            at = each.to();
        }
        return out.append(text, at, text.length()).toString();
    }

    /// The line of a place, counted from 1.
    static int line(String text, int at) {
        return 1
                + (int) text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }

    /// Where the line of a place begins.
    static int lineStart(String text, int at) {
        return text.lastIndexOf('\n', at - 1) + 1;
    }

    /// Where the line of a place ends: at its line feed, or at the end of the text.
    static int lineEnd(String text, int at) {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    /// The blanks that the line of a place begins with.
    static String indent(String text, int at) {
        int start = lineStart(text, at);
        int end = start;
        while (end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
            end++;
        }
        return text.substring(start, end);
    }
}
