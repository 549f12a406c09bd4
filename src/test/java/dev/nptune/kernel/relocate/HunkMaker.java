package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import dev.nptune.kernel.diff.HunkLine.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes what a patch does to a draft as a hunk, with three lines of context and the heading that `diff -p`
/// gives.
final class HunkMaker {
    private static final int CONTEXT = 3;

    private HunkMaker() {}

    /// The hunk; empty if the changes are too far from each other for one.
    static Optional<Hunk> hunk(List<String> original, Draft patched) {
        List<HunkLine> all = all(original, patched);
        int first = -1;
        int last = -1;
        int lastChange = -1;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).kind() != Kind.CONTEXT) {
                if (lastChange >= 0 && i - lastChange > 2 * CONTEXT) {
                    return Optional.empty();
                }
                lastChange = i;
                first = first < 0 ? i : first;
                last = i;
            }
        }
        int begin = Math.max(0, first - CONTEXT);
        int end = Math.min(all.size(), last + 1 + CONTEXT);
        int start = 1
                + (int) all.subList(0, begin).stream()
                        .filter(line -> line.kind() != Kind.ADDED)
                        .count();
        return Optional.of(new Hunk(start, start, section(original, start - 1), all.subList(begin, end)));
    }

    private static List<HunkLine> all(List<String> original, Draft patched) {
        List<HunkLine> lines = new ArrayList<>();
        List<HunkLine> added = new ArrayList<>();
        for (Draft.Cell cell : patched.cells()) {
            String text = cell.text();
            boolean whole = cell.id() >= 0 && !cell.touched();
            if (whole) {
                lines.addAll(added);
                added.clear();
                lines.add(new HunkLine(Kind.CONTEXT, text, true));
                continue;
            }
            if (cell.id() >= 0) {
                lines.add(new HunkLine(Kind.REMOVED, original.get(cell.id()), true));
            }
            if (!cell.gone()) {
                added.add(new HunkLine(Kind.ADDED, text, true));
            }
        }
        lines.addAll(added);
        return lines;
    }

    private static String section(List<String> original, int begin) {
        for (int i = begin - 1; i >= 0; i--) {
            String line = original.get(i);
            if (!line.isEmpty() && (Character.isLetter(line.charAt(0)) || "_$".indexOf(line.charAt(0)) >= 0)) {
                return line.stripTrailing()
                        .substring(0, Math.min(80, line.stripTrailing().length()));
            }
        }
        return "";
    }
}
