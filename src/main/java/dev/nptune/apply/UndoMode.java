package dev.nptune.apply;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// What taking a change back may assume.
///
/// @param force whether to overwrite what somebody else has made of it since
/// @param settled whether the change was once in force: if so, any other value now is somebody else's, if not, it may
///     be the change itself, half done
/// @param rebooted whether the machine was started anew since, which takes back by itself what does not last
/// @param again whether it was taken back before, so that what differs now is somebody else's for certain
/// @param since when the run was planned: what is newer came after it
/// @param made directories that the run made for files, absolute below the root: each goes with the last file in it
/// @param later files that are taken back after it, absolute below the root
record UndoMode(
        boolean force,
        boolean settled,
        boolean rebooted,
        boolean again,
        Instant since,
        Set<String> made,
        Set<String> later) {
    UndoMode {
        made = Set.copyOf(made);
        later = Set.copyOf(later);
    }

    /// The directories that were made and that a file lies in, the innermost first.
    List<String> madeFor(String path) {
        return made.stream()
                .filter(d -> path.startsWith(d + "/"))
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }
}
