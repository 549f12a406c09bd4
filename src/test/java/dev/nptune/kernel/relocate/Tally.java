package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import dev.nptune.kernel.diff.TextLine;
import dev.nptune.kernel.relocate.Relocation.AlreadyIn;
import dev.nptune.kernel.relocate.Relocation.Moved;
import dev.nptune.kernel.relocate.Relocation.Refused;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Counts right, wrong and refused.
final class Tally {
    private final Map<DriftMaker.Kind, int[]> counts = new EnumMap<>(DriftMaker.Kind.class);
    private final List<String> wrong = new ArrayList<>();

    private static final int RIGHT = 0;
    private static final int WRONG = 1;
    private static final int REFUSED = 2;
    private static final int RIGHTLY_REFUSED = 3;

    void add(Corpus.Case one, Relocation relocation) {
        int kind = switch (relocation) {
            case Moved moved -> one.truths().contains(apply(one.file(), moved)) ? RIGHT : WRONG;
            case AlreadyIn _ -> WRONG;
            case Refused _ -> one.truths().isEmpty() ? RIGHTLY_REFUSED : REFUSED;
        };
        counts.computeIfAbsent(one.drift(), _ -> new int[4])[kind]++;
        if (kind == WRONG) {
            wrong.add(one.name() + " " + one.patch() + " " + one.drift()
                    + (one.truths().isEmpty() ? " (has no place)" : "") + ": " + relocation.why() + "\n"
                    + show(relocation.oldHunk())
                    + (relocation instanceof Moved moved
                            ? "---- new\n" + show(moved.newHunk()) + "score " + moved.score() + " " + moved.runnerUp()
                            : ""));
        }
    }

    private static String show(Hunk hunk) {
        StringBuilder out = new StringBuilder("@@ " + hunk.oldStart() + " @@ " + hunk.section() + "\n");
        for (HunkLine line : hunk.lines()) {
            out.append(line).append('\n');
        }
        return out.toString();
    }

    static List<TextLine> apply(List<TextLine> file, Moved moved) {
        int begin = moved.newHunk().oldSide().isEmpty()
                ? moved.newHunk().oldStart()
                : moved.newHunk().oldStart() - 1;
        int end = begin + moved.newHunk().oldSide().size();
        if (!file.subList(begin, end).equals(moved.newHunk().oldSide())) {
            throw new AssertionError("the new hunk does not apply");
        }
        List<TextLine> result = new ArrayList<>(file.subList(0, begin));
        result.addAll(moved.newHunk().newSide());
        result.addAll(file.subList(end, file.size()));
        return result;
    }

    int total() {
        return counts.values().stream().mapToInt(c -> c[0] + c[1] + c[2] + c[3]).sum();
    }

    int wrongCount() {
        return wrong.size();
    }

    int right() {
        return counts.values().stream().mapToInt(c -> c[RIGHT]).sum();
    }

    List<String> wrong() {
        return wrong;
    }

    String table() {
        StringBuilder out = new StringBuilder(
                "| drift | hunks | right | wrong | refused | refused, no place |\n|---|--:|--:|--:|--:|--:|\n");
        int[] sum = new int[4];
        counts.forEach((kind, c) -> {
            row(out, kind.words(), c);
            for (int i = 0; i < 4; i++) {
                sum[i] += c[i];
            }
        });
        row(out, "all", sum);
        return out.toString();
    }

    private static void row(StringBuilder out, String words, int[] c) {
        out.append(String.format(
                "| %s | %d | %d | %d | %d | %d |%n", words, c[0] + c[1] + c[2] + c[3], c[0], c[1], c[2], c[3]));
    }
}
