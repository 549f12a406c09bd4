package dev.nptune.kernel.diff;

import java.util.List;
import java.util.Optional;

/// Finds a place for a hunk for which the search by lines found none.
public interface Rescue {
    /// Never finds one.
    Rescue NONE = (_, _, _) -> Optional.empty();

    /// Another form of a hunk.
    ///
    /// @param hunks what to apply instead, in order, each with `oldStart` where it fits exactly into the lines
    ///     that were given and those before it applied
    /// @param how how it was found, in words
    /// @param difference a diff from the hunk to this form of it
    record Found(List<Hunk> hunks, String how, String difference) {
        public Found {
            hunks = List.copyOf(hunks);
        }
    }

    /// Looks for a place.
    ///
    /// @param file the diff that the hunk is of
    /// @param failed the hunk
    /// @param lines the file, with the hunks in it that did find a place
    Optional<Found> rescue(FileDiff file, Hunk failed, List<TextLine> lines);

    /// Looks for a better place for a hunk that found one with fuzz or at other lines than the patch says.
    ///
    /// @param hunk the hunk
    /// @param line where it was put: its first line in the file, from 1
    /// @param lines the file, without any of the patch's hunks
    /// @return nothing if there is none that is clearly better
    default Optional<Found> better(Hunk hunk, int line, List<TextLine> lines) {
        return Optional.empty();
    }

    /// Whether hunks are put where [#better] says; if not, it is only told.
    default boolean moves() {
        return true;
    }
}
