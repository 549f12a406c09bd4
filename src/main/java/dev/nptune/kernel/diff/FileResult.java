package dev.nptune.kernel.diff;

import dev.nptune.kernel.diff.HunkOutcome.Failed;
import java.util.List;
import java.util.stream.IntStream;

/// What came of a file's diff.
///
/// @param diff the diff, the other way round if it was to be taken back
/// @param name the file's name in the tree; the one after, where a patch changes it
/// @param verdict whether it applies
/// @param words what is to be said of the file as a whole, in words; empty if its hunks say all
/// @param hunks what came of its hunks, in order; none if it did not come to them
public record FileResult(FileDiff diff, String name, Verdict verdict, String words, List<HunkOutcome> hunks) {
    /// Whether a diff applies.
    public enum Verdict {
        APPLIES,
        ALREADY_IN,
        FAILS
    }

    public FileResult {
        hunks = List.copyOf(hunks);
    }

    static FileResult fails(FileDiff diff, String name, String words) {
        return new FileResult(diff, name, Verdict.FAILS, words, List.of());
    }

    /// The hunks that found no place; all, if it did not come to them and the file fails.
    public List<Hunk> failedHunks() {
        if (hunks.isEmpty()) {
            return verdict == Verdict.FAILS ? diff.hunks() : List.of();
        }
        return IntStream.range(0, hunks.size())
                .filter(i -> hunks.get(i) instanceof Failed)
                .mapToObj(i -> diff.hunks().get(i))
                .toList();
    }

    /// The name for people: its bytes as UTF-8 where they are that.
    public String shownName() {
        return FileNames.decoded(name);
    }
}
