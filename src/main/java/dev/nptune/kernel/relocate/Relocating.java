package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.FileDiff;
import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.Rescue;
import dev.nptune.kernel.diff.TextLine;
import dev.nptune.kernel.relocate.Relocation.Moved;
import java.util.List;
import java.util.Optional;

/// Finds places by relocation for hunks that have none by line numbers and fuzz.
public final class Relocating implements Rescue {
    @Override
    public Optional<Found> rescue(FileDiff file, Hunk failed, List<TextLine> lines) {
        return Relocator.relocate(lines, failed) instanceof Moved moved
                ? Optional.of(new Found(List.of(moved.newHunk()), moved.why(), moved.diff()))
                : Optional.empty();
    }
}
