package dev.nptune.kernel.relocate;

import dev.nptune.internal.text.UnifiedDiff;
import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import java.util.List;

/// What became of a hunk that was looked for in a file.
public sealed interface Relocation {
    /// The hunk that was looked for.
    Hunk oldHunk();

    /// In plain words: where it belongs and how that was found, or why it was not placed.
    String why();

    /// It has a place.
    ///
    /// @param oldHunk as the patch has it
    /// @param newHunk makes the same change and applies exactly: its context and its removed lines are the
    ///     file's own
    /// @param line the first line of the new hunk in the file, from 1
    /// @param score how much of the old side was found there, 0 to 1, lines weighted by their rarity
    /// @param runnerUp the score of the next best place; 0 if there is none
    /// @param notes what was done to the added lines, such as a renamed variable; empty if they are unchanged
    record Moved(Hunk oldHunk, Hunk newHunk, int line, double score, double runnerUp, List<String> notes, String why)
            implements Relocation {
        public Moved {
            notes = List.copyOf(notes);
        }

        /// The difference between the two hunks, in unified format; empty if only line numbers differ.
        public String diff() {
            return UnifiedDiff.of("hunk", text(oldHunk), text(newHunk));
        }

        private static String text(Hunk hunk) {
            StringBuilder text = new StringBuilder();
            for (HunkLine line : hunk.lines()) {
                text.append(line).append('\n');
                if (!line.terminated()) {
                    text.append("\\ No newline at end of file\n");
                }
            }
            return text.toString();
        }
    }

    /// The file has the change already.
    ///
    /// @param line the first line of the change in the file, from 1
    record AlreadyIn(Hunk oldHunk, int line, String why) implements Relocation {}

    /// It was not placed.
    ///
    /// @param nearest the places that came closest, best first, at most three
    record Refused(Hunk oldHunk, String why, List<Place> nearest) implements Relocation {
        public Refused {
            nearest = List.copyOf(nearest);
        }
    }

    /// A place in the file.
    ///
    /// @param line from 1
    /// @param score 0 to 1
    /// @param in the function, table, or other piece of the file it lies in; empty if in none
    record Place(int line, double score, String in) {}
}
