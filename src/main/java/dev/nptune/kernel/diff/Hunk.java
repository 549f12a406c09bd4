package dev.nptune.kernel.diff;

import dev.nptune.kernel.diff.HunkLine.Kind;
import java.util.List;

/// A hunk of a unified diff.
///
/// @param oldStart its first line on the old side, counted from 1; the line before it if there are none
/// @param newStart its first line on the new side, likewise
/// @param section what follows the second `@@`, without the blank; empty if nothing does
/// @param lines its lines, in order
public record Hunk(int oldStart, int newStart, String section, List<HunkLine> lines) {
    public Hunk {
        lines = List.copyOf(lines);
    }

    /// The lines of the old side: context and removed.
    public List<TextLine> oldSide() {
        return side(Kind.ADDED);
    }

    /// The lines of the new side: context and added.
    public List<TextLine> newSide() {
        return side(Kind.REMOVED);
    }

    private List<TextLine> side(Kind not) {
        return lines.stream()
                .filter(line -> line.kind() != not)
                .map(HunkLine::line)
                .toList();
    }

    /// How many lines of context it begins with.
    public int prefix() {
        int n = 0;
        while (n < lines.size() && lines.get(n).kind() == Kind.CONTEXT) {
            n++;
        }
        return n;
    }

    /// How many lines of context it ends with.
    public int suffix() {
        int n = 0;
        while (n < lines.size() && lines.get(lines.size() - 1 - n).kind() == Kind.CONTEXT) {
            n++;
        }
        return n;
    }

    /// The hunk that takes this one back.
    public Hunk reversed() {
        return new Hunk(
                newStart,
                oldStart,
                section,
                lines.stream().map(HunkLine::reversed).toList());
    }

    /// Its first line, `@@ -1,2 +1,3 @@` and so on.
    public String header() {
        String head = "@@ -" + range(oldStart, oldSide().size()) + " +"
                + range(newStart, newSide().size()) + " @@";
        return section.isEmpty() ? head : head + " " + section;
    }

    private static String range(int start, int count) {
        return count == 1 ? Integer.toString(start) : start + "," + count;
    }

    /// As it stands in a unified diff, every line ended.
    public String text() {
        StringBuilder text = new StringBuilder(header()).append('\n');
        for (HunkLine line : lines) {
            text.append(line.kind().sign()).append(line.text()).append('\n');
            if (!line.terminated()) {
                text.append("\\ No newline at end of file\n");
            }
        }
        return text.toString();
    }
}
