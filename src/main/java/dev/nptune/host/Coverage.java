package dev.nptune.host;

import java.util.Optional;

/// What a missing file means: that the machine has none, or only that nobody brought it along.
@FunctionalInterface
public interface Coverage {
    /// A tree that holds all the machine has; a file that is not there does not exist.
    Coverage WHOLE = _ -> Optional.empty();

    /// A tree of which nobody said what was left out; a missing file may exist on the machine.
    Coverage UNSTATED = _ -> Optional.of("not in the snapshot");

    /// Why a file that is missing may nevertheless exist on the machine; empty if it certainly does not.
    ///
    /// @param path absolute as on that machine
    Optional<String> whyMissing(String path);
}
