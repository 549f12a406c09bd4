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
/// @param moves whether hunks are put there; if not, only a better place is told
public record Relocating(boolean moves) implements Rescue {
    @Override
    public Optional<Found> rescue(FileDiff file, Hunk failed, List<TextLine> lines) {
        return moves && Relocator.relocate(lines, failed) instanceof Moved moved
                ? Optional.of(found(moved))
                : Optional.empty();
    }

    @Override
    public Optional<Found> better(Hunk hunk, int line, List<TextLine> lines) {
        return Relocator.of(lines).better(hunk, line - 1).map(Relocating::found);
    }

    private static Found found(Moved moved) {
        return new Found(List.of(moved.newHunk()), moved.why(), moved.diff());
    }
}
