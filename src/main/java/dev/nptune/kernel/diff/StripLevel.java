package dev.nptune.kernel.diff;

import dev.nptune.kernel.diff.FileDiff.Action;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How many of their first folders the names of a patch lose.
///
/// @param level how many
/// @param guessed whether nobody said so
public record StripLevel(int level, boolean guessed) {
    /// The most folders that are tried.
    private static final int DEEPEST = 12;

    /// Guesses: 1 where all names begin with `a/` and `b/`, as git and the kernel have it; else none, then one, two
    /// and so on, the first with which all files are there that should be, else that with most of them.
    static StripLevel guess(Patch patch, Overlay files) {
        if (patch.files().stream().allMatch(StripLevel::isPrefixed)) {
            return new StripLevel(1, true);
        }
        List<FileDiff> present =
                patch.files().stream().filter(f -> f.action() != Action.CREATE).toList();
        int deepest = Math.min(
                DEEPEST,
                patch.files().stream().mapToInt(StripLevel::depth).max().orElse(0));
        int best = 0;
        long most = 0;
        for (int level = 0; level <= deepest; level++) {
            long fits = present.isEmpty() ? fitting(patch.files(), level, files) : there(present, level, files);
            if (fits > most) {
                most = fits;
                best = level;
            }
        }
        return new StripLevel(best, true);
    }

    private static long there(List<FileDiff> diffs, int level, Overlay files) {
        return diffs.stream().filter(d -> names(d, level).anyMatch(files::has)).count();
    }

    /// New files whose folder is there.
    private static long fitting(List<FileDiff> diffs, int level, Overlay files) {
        return diffs.stream()
                .flatMap(d -> names(d, level))
                .filter(name -> files.tree().refusal(name).isEmpty())
                .filter(name -> files.tree()
                        .isFolder(Objects.requireNonNull(files.tree().path(name).getParent())))
                .count();
    }

    private static Stream<String> names(FileDiff diff, int level) {
        return Stream.of(strip(diff.oldName(), level), strip(diff.newName(), level))
                .flatMap(Stream::ofNullable)
                .distinct();
    }

    static @Nullable String strip(@Nullable String name, int level) {
        return name == null ? null : FileNames.strip(name, level);
    }

    private static boolean isPrefixed(FileDiff diff) {
        String before = diff.oldName();
        String after = diff.newName();
        return (before == null || before.startsWith("a/")) && (after == null || after.startsWith("b/"));
    }

    private static int depth(FileDiff diff) {
        return Stream.of(diff.oldName(), diff.newName())
                .flatMap(Stream::ofNullable)
                .mapToInt(n -> (int) n.chars().filter(c -> c == '/').count())
                .min()
                .orElse(0);
    }
}
