package dev.nptune.kernel.diff;

import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.FileDiff.Action;
import dev.nptune.kernel.diff.FileResult.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// Patches one after another on a tree, all in memory: each sees what those before it did. Of a patch that fails, the
/// hunks that did find a place count for those after it.
public final class Series {
    private final SourceTree tree;
    private final List<PatchResult> results = new ArrayList<>();
    private final List<Overlay.Change> changes;

    private Series(SourceTree tree, List<PatchFile> patches, Options options) throws UserException {
        this.tree = tree;
        Overlay overlay = new Overlay(tree);
        for (PatchFile file : options.reverse ? patches.reversed() : patches) {
            for (Patch patch : options.reverse ? file.patches().reversed() : file.patches()) {
                results.add(run(file.name(), options.reverse ? patch.reversed() : patch, overlay, options));
            }
        }
        this.changes = overlay.changes();
    }

    /// How patches are applied.
    ///
    /// @param strip how many of their first folders names lose; empty to guess
    /// @param maxFuzz the greatest fuzz
    /// @param reverse whether they are taken back, the last first
    /// @param noticeApplied whether to look for hunks that are in already
    /// @param rescue what to do with hunks that find no place
    public record Options(OptionalInt strip, int maxFuzz, boolean reverse, boolean noticeApplied, Rescue rescue) {
        /// The strip level guessed, the usual fuzz, forward, nothing done with hunks that find no place.
        public static final Options USUAL =
                new Options(OptionalInt.empty(), Placing.USUAL_FUZZ, false, true, Rescue.NONE);
    }

    /// Tries patches on a tree. Nothing is written.
    ///
    /// @throws UserException if a file of the tree cannot be read
    public static Series of(SourceTree tree, List<PatchFile> patches, Options options) throws UserException {
        return new Series(tree, patches, options);
    }

    private static PatchResult run(String file, Patch patch, Overlay overlay, Options options) throws UserException {
        overlay.begin();
        StripLevel strip = options.strip.isPresent()
                ? new StripLevel(options.strip.getAsInt(), false)
                : StripLevel.guess(patch, overlay);
        Set<String> leaving = new HashSet<>();
        for (FileDiff diff : patch.files()) {
            String name = StripLevel.strip(diff.oldName(), strip.level());
            if (name != null && (diff.action() == Action.RENAME || diff.action() == Action.DELETE)) {
                leaving.add(name);
            }
        }
        List<FileResult> files = new ArrayList<>();
        for (FileDiff diff : patch.files()) {
            files.add(new FileRun(diff, strip.level(), overlay, options, leaving).run());
        }
        return new PatchResult(file, patch, strip, files);
    }

    /// What came of the patches, in the order in which they were tried.
    public List<PatchResult> results() {
        return List.copyOf(results);
    }

    /// Whether none fails.
    public boolean applies() {
        return results.stream().noneMatch(r -> r.verdict() == Verdict.FAILS);
    }

    /// How many files are changed, made or deleted; none if all of it is in the tree already.
    public int changedFiles() {
        return changes.size();
    }

    List<Overlay.Change> changes() {
        return changes;
    }

    SourceTree tree() {
        return tree;
    }
}
