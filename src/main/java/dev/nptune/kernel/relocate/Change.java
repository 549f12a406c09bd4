package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import dev.nptune.kernel.diff.TextLine;
import java.util.ArrayList;
import java.util.List;

/// Lines of a hunk that are removed and added with no context between.
///
/// @param from the first removed line, an index of the old side; for a pure insertion the line it stands before
/// @param to the index after the last removed line; equal to `from` for a pure insertion
/// @param added in order
record Change(int from, int to, List<TextLine> added) {
    Change {
        added = List.copyOf(added);
    }

    boolean isInsertion() {
        return from == to;
    }

    static List<Change> of(Hunk hunk) {
        List<Change> changes = new ArrayList<>();
        List<TextLine> added = new ArrayList<>();
        int old = 0;
        int removed = 0;
        for (HunkLine line : hunk.lines()) {
            switch (line.kind()) {
                case ADDED -> added.add(line.line());
                case REMOVED -> {
                    removed++;
                    old++;
                }
                case CONTEXT -> {
                    if (removed > 0 || !added.isEmpty()) {
                        changes.add(new Change(old - removed, old, added));
                        added.clear();
                        removed = 0;
                    }
                    old++;
                }
            }
        }
        if (removed > 0 || !added.isEmpty()) {
            changes.add(new Change(old - removed, old, added));
        }
        return changes;
    }

    List<String> squeezed() {
        return added.stream().map(line -> Source.squeeze(line.text())).toList();
    }
}
