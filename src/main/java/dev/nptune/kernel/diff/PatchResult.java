package dev.nptune.kernel.diff;

import dev.nptune.kernel.diff.FileResult.Verdict;
import java.util.List;

/// What came of a patch.
///
/// @param file the file it was read from
/// @param patch the patch
/// @param strip how many of their first folders its names lost
/// @param files what came of its files, in order
public record PatchResult(String file, Patch patch, StripLevel strip, List<FileResult> files) {
    public PatchResult {
        files = List.copyOf(files);
    }

    /// Fails if a file does, is in already if all files are.
    public Verdict verdict() {
        if (files.stream().anyMatch(f -> f.verdict() == Verdict.FAILS)) {
            return Verdict.FAILS;
        }
        return files.stream().allMatch(f -> f.verdict() == Verdict.ALREADY_IN) ? Verdict.ALREADY_IN : Verdict.APPLIES;
    }
}
