package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.FileDiff;
import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.Rescue;
import dev.nptune.kernel.diff.TextLine;
import dev.nptune.kernel.relocate.Relocation.Moved;
import java.util.List;
import java.util.Optional;

/// Finds places by relocation for hunks that have none by line numbers and fuzz, or a worse one.
///
/// Each hunk costs some passes over the file. So a better place is looked for only in files of up to [#MOST_TEXT]
/// bytes, and only if the file's size times the hunks is no more than [#MOST_WORK].
///
/// @param moves whether hunks are put there; if not, only a better place is told
public record Relocating(boolean moves) implements Rescue {
    /// The largest file in which better places are looked for.
    public static final int MOST_TEXT = 8 << 20;

    /// The most bytes of the file times hunks with fuzz or an offset; if there is more, no hunk is looked at.
    public static final long MOST_WORK = 512L << 20;

    @Override
    public Optional<Found> rescue(FileDiff file, Hunk failed, List<TextLine> lines) {
        return moves && Relocator.relocate(lines, failed) instanceof Moved moved
                ? Optional.of(found(moved))
                : Optional.empty();
    }

    /// The file is read once, for all hunks.
    @Override
    public Better better(List<TextLine> lines, int hunks) {
        long text = lines.stream().mapToLong(line -> line.text().length() + 1L).sum();
        if (hunks == 0 || text > MOST_TEXT || text * hunks > MOST_WORK) {
            return (_, _) -> Optional.empty();
        }
        Relocator relocator = Relocator.of(lines);
        return (hunk, line) -> relocator.better(hunk, line - 1).map(Relocating::found);
    }

    private static Found found(Moved moved) {
        return new Found(List.of(moved.newHunk()), moved.why(), moved.diff());
    }
}
