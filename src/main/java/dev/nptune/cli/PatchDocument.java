package dev.nptune.cli;

import dev.nptune.kernel.diff.FileResult;
import dev.nptune.kernel.diff.HunkOutcome;
import dev.nptune.kernel.diff.HunkOutcome.AlreadyIn;
import dev.nptune.kernel.diff.HunkOutcome.Applied;
import dev.nptune.kernel.diff.HunkOutcome.Doubtful;
import dev.nptune.kernel.diff.HunkOutcome.Failed;
import dev.nptune.kernel.diff.HunkOutcome.Nearest;
import dev.nptune.kernel.diff.HunkOutcome.Rescued;
import dev.nptune.kernel.diff.PatchResult;
import dev.nptune.kernel.diff.Series;
import dev.nptune.kernel.diff.TextLine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of patches, as JSON.
///
/// @param applies whether none fails
/// @param changedFiles how many files it changes, makes or deletes; none if all of it is in the tree already
record PatchDocument(int schemaVersion, boolean applies, int changedFiles, List<PatchPart> patches) {
    static PatchDocument of(Series series) {
        return new PatchDocument(
                1,
                series.applies(),
                series.changedFiles(),
                series.results().stream().map(PatchPart::of).toList());
    }

    /// @param strip how many folders its names lost
    record PatchPart(
            String file,
            String subject,
            String author,
            int strip,
            boolean stripGuessed,
            String verdict,
            List<FilePart> files) {
        static PatchPart of(PatchResult r) {
            return new PatchPart(
                    r.file(),
                    r.patch().subject(),
                    r.patch().author(),
                    r.strip().level(),
                    r.strip().guessed(),
                    r.verdict().name(),
                    r.files().stream().map(FilePart::of).toList());
        }
    }

    /// @param action what the patch does to the file
    /// @param words what is to be said of the file as a whole; may be empty
    record FilePart(String name, String action, String verdict, String words, List<HunkPart> hunks) {
        static FilePart of(FileResult r) {
            List<HunkPart> hunks = new ArrayList<>();
            for (HunkOutcome outcome : r.hunks()) {
                hunks.add(HunkPart.of(hunks.size() + 1, outcome));
            }
            return new FilePart(
                    r.shownName(), r.diff().action().name(), r.verdict().name(), r.words(), hunks);
        }
    }

    /// @param line where it applies or is in; where it was expected if it fails
    /// @param offset how many lines further down than the patch says; null if it did not apply
    /// @param fuzz how many lines of context were not looked at, likewise
    /// @param words how it was rescued, which other place is better, or why it fails; empty otherwise
    /// @param nearest the most similar place, if it fails and there is one
    record HunkPart(
            int number,
            String outcome,
            int line,
            @Nullable Integer offset,
            @Nullable Integer fuzz,
            String words,
            @Nullable PlacePart nearest) {
        static HunkPart of(int number, HunkOutcome outcome) {
            return switch (outcome) {
                case Applied a -> new HunkPart(number, "APPLIES", a.at(), a.offset(), a.fuzz(), "", null);
                case Doubtful d ->
                    new HunkPart(
                            number,
                            "DOUBTFUL",
                            d.applied().at(),
                            d.applied().offset(),
                            d.applied().fuzz(),
                            d.words(),
                            null);
                case AlreadyIn a -> new HunkPart(number, "ALREADY_IN", a.at(), null, null, "", null);
                case Rescued r -> new HunkPart(number, "RESCUED", r.at(), null, null, r.how(), null);
                case Failed f -> new HunkPart(number, "FAILS", f.at(), null, null, f.why(), PlacePart.of(f.nearest()));
            };
        }
    }

    /// @param line its first line
    /// @param expected the lines that the patch expects there
    /// @param standing the lines that stand there
    record PlacePart(int line, List<String> expected, List<String> standing) {
        static @Nullable PlacePart of(@Nullable Nearest nearest) {
            return nearest == null
                    ? null
                    : new PlacePart(
                            nearest.line(),
                            nearest.expected().stream().map(TextLine::shown).toList(),
                            nearest.standing().stream().map(TextLine::shown).toList());
        }
    }
}
