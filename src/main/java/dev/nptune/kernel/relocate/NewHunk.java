package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import dev.nptune.kernel.diff.HunkLine.Kind;
import dev.nptune.kernel.diff.TextLine;
import java.util.ArrayList;
import java.util.List;

/// Writes edits of a file as a hunk, with as much context as the old hunk had.
final class NewHunk {
    private NewHunk() {}

    static Hunk of(Source file, Hunk old, List<Edit> edits) {
        int begin = Math.max(0, edits.getFirst().at() - old.prefix());
        Edit last = edits.getLast();
        int end = Math.min(file.size(), last.at() + last.removed() + old.suffix());
        List<HunkLine> lines = new ArrayList<>();
        int at = begin;
        for (Edit edit : edits) {
            add(lines, Kind.CONTEXT, file.lines().subList(at, edit.at()));
            at = edit.at() + edit.removed();
            add(lines, Kind.REMOVED, file.lines().subList(edit.at(), at));
            add(lines, Kind.ADDED, edit.added());
        }
        add(lines, Kind.CONTEXT, file.lines().subList(at, end));
        boolean noOld = lines.stream().allMatch(line -> line.kind() == Kind.ADDED);
        int start = noOld ? begin : begin + 1;
        return new Hunk(start, Math.max(0, start + old.newStart() - old.oldStart()), section(file, begin, old), lines);
    }

    private static void add(List<HunkLine> to, Kind kind, List<TextLine> lines) {
        lines.forEach(line -> to.add(new HunkLine(kind, line.text(), line.terminated())));
    }

    /// As `diff -p` finds it: the last line above that begins with a name in the first column.
    private static String section(Source file, int begin, Hunk old) {
        if (old.section().isEmpty()) {
            return "";
        }
        for (int i = begin - 1; i >= 0; i--) {
            if (Headers.opens(file.text(i))) {
                String text = file.text(i).stripTrailing();
                return text.substring(0, Math.min(80, text.length()));
            }
        }
        return "";
    }
}
