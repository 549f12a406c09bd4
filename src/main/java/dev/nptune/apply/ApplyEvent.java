package dev.nptune.apply;

import dev.nptune.plan.Change;

/// Progress of a run. `index` counts the plan's changes from 0.
public sealed interface ApplyEvent {
    /// All preconditions hold; the journal is open.
    record Began(String journal, int changes) implements ApplyEvent {}

    /// A change is being made.
    record Started(int index, Change change) implements ApplyEvent {}

    /// A change is in force.
    record Verified(int index, Change change) implements ApplyEvent {}

    /// A change could not be made; what was done is taken back next.
    record Failed(int index, Change change, String reason) implements ApplyEvent {}

    /// Everything done is being taken back.
    record RollingBack(String journal, String reason, int steps) implements ApplyEvent {}

    /// A change was taken back.
    ///
    /// @param note what is worth knowing about it, e.g. that a reboot had taken it back already; empty if nothing
    record Undone(int index, Change change, String note) implements ApplyEvent {}

    /// A change could not be taken back.
    record Left(int index, Change change, String reason) implements ApplyEvent {}

    /// The journal could not be written while taking changes back; taking back goes on without it.
    record JournalTrouble(String reason) implements ApplyEvent {}
}
