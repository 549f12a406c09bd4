package dev.nptune.kernel.diff;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of a hunk. Lines count from 1.
public sealed interface HunkOutcome {
    /// It found its place.
    ///
    /// @param at its first line in the file as it comes out
    /// @param offset how many lines further down than the patch says, earlier hunks' changes taken off; negative
    ///     for up
    /// @param fuzz how many lines of context at either end were not looked at
    record Applied(int at, int offset, int fuzz) implements HunkOutcome {}

    /// It found its place, but another one is clearly more like what it expects.
    ///
    /// @param applied where it was put
    /// @param line the first line of its form for that other place, in the file as it was
    /// @param how how that place was found, in words
    /// @param kept whether it was to be put there and was not, since another hunk would have lost its place
    record Doubtful(Applied applied, int line, String how, boolean kept) implements HunkOutcome {
        /// What is to be said of the other place.
        public String words() {
            return "line " + line + " is much more like what it expects: " + how
                    + (kept ? "; it was not put there, since not every hunk would find its place then" : "");
        }
    }

    /// What it does is in the file already.
    ///
    /// @param at where
    record AlreadyIn(int at) implements HunkOutcome {}

    /// It found no place itself, but another form of it did.
    ///
    /// @param at the first line of that form
    /// @param hunks that form, as it was applied
    /// @param how how the place was found, in words
    /// @param difference a diff from the hunk to that form of it
    record Rescued(int at, List<Hunk> hunks, String how, String difference) implements HunkOutcome {
        public Rescued {
            hunks = List.copyOf(hunks);
        }
    }

    /// It found no place.
    ///
    /// @param at where it was expected
    /// @param why why not, in words
    /// @param nearest the place most like the one it wants; null if none is
    record Failed(int at, String why, @Nullable Nearest nearest) implements HunkOutcome {}

    /// The place in a file that is most like what a hunk expects.
    ///
    /// @param line its first line
    /// @param same how many of the lines that are expected stand there, each at its place
    /// @param expected what is expected
    /// @param standing what stands there, fewer lines at the end of the file
    record Nearest(int line, int same, List<TextLine> expected, List<TextLine> standing) {
        public Nearest {
            expected = List.copyOf(expected);
            standing = List.copyOf(standing);
        }

        /// The first line that differs, counted from 0; as many as are expected if none does.
        public int firstDifference() {
            int i = 0;
            while (i < expected.size() && i < standing.size() && expected.get(i).equals(standing.get(i))) {
                i++;
            }
            return i;
        }
    }
}
