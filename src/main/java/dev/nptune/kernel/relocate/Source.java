package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.TextLine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A file's lines, and the same with blanks squeezed, which is how lines are compared.
final class Source {
    /// Longer lines are compared whole only.
    static final int MAX_LINE = 1000;

    private final List<TextLine> lines;
    private final String[] squeezed;
    private final Map<String, Integer> counts = new HashMap<>();

    Source(List<TextLine> lines) {
        this.lines = List.copyOf(lines);
        squeezed = new String[lines.size()];
        for (int i = 0; i < squeezed.length; i++) {
            squeezed[i] = squeeze(lines.get(i).text());
            counts.merge(squeezed[i], 1, Integer::sum);
        }
    }

    int size() {
        return squeezed.length;
    }

    List<TextLine> lines() {
        return lines;
    }

    TextLine line(int i) {
        return lines.get(i);
    }

    String text(int i) {
        return lines.get(i).text();
    }

    /// Without blanks at both ends, other runs of blanks made one.
    String squeezed(int i) {
        return squeezed[i];
    }

    /// How many lines read like this, blanks aside.
    int count(String squeezed) {
        return counts.getOrDefault(squeezed, 0);
    }

    static String squeeze(String text) {
        String stripped = text.strip();
        StringBuilder out = null;
        boolean blank = false;
        for (int i = 0; i < stripped.length(); i++) {
            char c = stripped.charAt(i);
            boolean now = c == ' ' || c == '\t';
            if (out == null && now && (blank || c == '\t')) {
                out = new StringBuilder(stripped.length()).append(stripped, 0, i);
                if (!blank) {
                    out.append(' ');
                }
            } else if (out != null && !(now && blank)) {
                out.append(now ? ' ' : c);
            }
            blank = now;
        }
        return out == null ? stripped : out.toString();
    }

    static String indent(String text) {
        int i = 0;
        while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i++;
        }
        return text.substring(0, i);
    }
}
