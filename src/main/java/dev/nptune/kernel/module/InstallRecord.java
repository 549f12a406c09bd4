package dev.nptune.kernel.module;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A module that was installed: what `nptune patch remove` goes by.
///
/// @param schemaVersion 1
/// @param release the kernel it is for
/// @param module its name
/// @param file where it lies, from the root, without a `/` in front
/// @param sha256 of the file as it was put there
/// @param replacedSha256 of the file of ours that it took the place of, which is still there if the power went in
///     between; null if there was none
/// @param madeFolder whether its folder was made for it
/// @param patches what was done to the source
public record InstallRecord(
        int schemaVersion,
        String release,
        String module,
        String file,
        String sha256,
        @Nullable String replacedSha256,
        boolean madeFolder,
        List<BuildManifest.AppliedPatch> patches) {
    public InstallRecord {
        patches = List.copyOf(patches);
    }

    /// Whether a file is the one that was put there, or the one before it.
    boolean is(String digest) {
        return sha256.equals(digest) || digest.equals(replacedSha256);
    }
}
