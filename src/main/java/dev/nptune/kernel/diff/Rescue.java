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
}
