package dev.nptune.apply;

import java.io.IOException;

/// The places where tests make a run fail or die. Does nothing outside tests.
@FunctionalInterface
interface FaultHook {
    FaultHook NONE = (_, _) -> {};

    /// Where a run is.
    enum Phase {
        BEFORE_ACT,
        DURING_ACT,
        AFTER_ACT,
        IN_VERIFY,
        BEFORE_UNDO,
        DURING_UNDO,
        AFTER_UNDO,
        JOURNAL
    }

    /// Told that a run is at a place; an exception from here is what would go wrong there.
    ///
    /// @param index the change's index; for the journal, the number of the line about to be written
    void at(Phase phase, int index) throws IOException;
}
