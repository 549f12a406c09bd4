package dev.nptune.kernel.diff;

import java.util.List;

/// A file of a tree.
///
/// @param lines its lines
/// @param mode its permission bits; [#USUAL_MODE] for a new file of which nothing is said
public record Content(List<TextLine> lines, int mode) {
    /// Whatever a new file gets.
    public static final int USUAL_MODE = -1;
}
