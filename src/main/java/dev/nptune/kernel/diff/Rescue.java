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

    /// Better places in one file, for hunks that found one with fuzz or at other lines than the patch says.
    @FunctionalInterface
    interface Better {
        /// Looks for one.
        ///
        /// @param hunk the hunk
        /// @param line where it was put: its first line in the file, from 1
        /// @return nothing if there is none that is clearly better
        Optional<Found> find(Hunk hunk, int line);
    }

    /// Gets ready to look for better places.
    ///
    /// @param lines the file, without any of the patch's hunks
    /// @param hunks how many will be asked for
    default Better better(List<TextLine> lines, int hunks) {
        return (_, _) -> Optional.empty();
    }

    /// Whether hunks are put where [#better] says; if not, it is only told.
    default boolean moves() {
        return true;
    }
}
