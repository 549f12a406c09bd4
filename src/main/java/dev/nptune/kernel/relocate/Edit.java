package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.TextLine;
import java.util.List;

/// A change in terms of the file.
///
/// @param at the line before which lines are added, the first of those removed, from 0
/// @param removed how many are removed
/// @param added in their stead
record Edit(int at, int removed, List<TextLine> added) {
    Edit {
        added = List.copyOf(added);
    }
}
