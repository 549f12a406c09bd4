package dev.nptune.kernel.lint;

import dev.nptune.kernel.lint.LintFinding.Kind;
import dev.nptune.kernel.lint.PatchText.Line;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Looks through a patch for known mistakes. Up to 16 MiB and 1000 findings.
public final class PatchLint {
    /// The most findings told of one patch.
    public static final int MOST = 1000;

    private PatchLint() {}

    /// Looks through a patch.
    ///
    /// @param text the patch, ISO 8859-1
    /// @return by line
    public static List<LintFinding> check(String text) {
        PatchText patch = PatchText.of(text);
        return Stream.of(
                        NameChecks.check(patch),
                        HunkChecks.check(patch),
                        TextChecks.check(patch),
                        AcsChecks.check(patch))
                .flatMap(List::stream)
                .sorted(Comparator.comparingInt(LintFinding::line).thenComparing(LintFinding::id))
                .limit(MOST)
                .toList();
    }

    /// Findings of one kind, told once with how many lines they are on: the first of them.
    static List<LintFinding> once(Kind kind, List<Line> lines, String what, String why, String mend, boolean mendable) {
        if (lines.isEmpty()) {
            return List.of();
        }
        String more = lines.size() == 1 ? "" : " (and on " + (lines.size() - 1) + " more lines)";
        return List.of(new LintFinding(kind, lines.getFirst().number(), what + more, why, mend, mendable));
    }
}
