package dev.nptune.cli;

import dev.nptune.apply.ApplyResult;
import java.util.List;

/// How a run ended, for `--json` of `apply` and `rollback`.
///
/// @param journal the run's name; empty if nothing was touched
/// @param result `applied`, `already-applied`, `refused`, `rolled-back`, `partly-applied` or `nothing-to-take-back`
/// @param reason why it was not applied; empty if it was
/// @param nextStep what a person can do about that, in one line; empty if there is nothing to do
/// @param interrupted whether a person stopped it
/// @param differences where the machine is not what the plan was made from
/// @param left what could not be taken back
record ApplyDocument(
        int schemaVersion,
        String journal,
        String result,
        String reason,
        String nextStep,
        boolean interrupted,
        List<Difference> differences,
        List<Leftover> left) {
    /// In version 1 an index counted from 0.
    static final int SCHEMA_VERSION = 2;

    ApplyDocument {
        differences = List.copyOf(differences);
        left = List.copyOf(left);
    }

    /// A change whose precondition does not hold.
    ///
    /// @param index its place in the plan, from 1
    /// @param what what differs, one sentence or line each
    record Difference(int index, String summary, List<String> what) {
        Difference {
            what = List.copyOf(what);
        }

        static Difference of(ApplyResult.Difference d) {
            return new Difference(d.index() + 1, d.summary(), d.what());
        }
    }

    /// A change that could not be taken back.
    ///
    /// @param index its place in the plan, from 1
    /// @param conflict whether the machine was changed by somebody else since, so that force would overwrite that
    /// @param why the reason
    /// @param byHand the commands that would take it back
    record Leftover(int index, String summary, boolean conflict, String why, String byHand) {
        static Leftover of(ApplyResult.Leftover l) {
            return new Leftover(l.index() + 1, l.summary(), l.conflict(), l.why(), l.byHand());
        }
    }

    static ApplyDocument of(ApplyResult result) {
        String next = ApplyOutcome.nextStep(result);
        return switch (result) {
            case ApplyResult.Committed(String journal) -> of(journal, "applied", "", next, false);
            case ApplyResult.AlreadyApplied(String journal) -> of(journal, "already-applied", "", next, false);
            case ApplyResult.Refused refused ->
                new ApplyDocument(
                        SCHEMA_VERSION,
                        "",
                        "refused",
                        refused.reason(),
                        next,
                        refused.interrupted(),
                        refused.differences().stream().map(Difference::of).toList(),
                        List.of());
            case ApplyResult.RolledBack back ->
                of(back.journal(), "rolled-back", back.reason(), next, back.interrupted());
            case ApplyResult.Partial partial ->
                new ApplyDocument(
                        SCHEMA_VERSION,
                        partial.journal(),
                        "partly-applied",
                        partial.reason(),
                        next,
                        partial.interrupted(),
                        List.of(),
                        partial.left().stream().map(Leftover::of).toList());
        };
    }

    /// There is no run to take back.
    static ApplyDocument nothing() {
        return of("", "nothing-to-take-back", "", "", false);
    }

    private static ApplyDocument of(
            String journal, String result, String reason, String nextStep, boolean interrupted) {
        return new ApplyDocument(SCHEMA_VERSION, journal, result, reason, nextStep, interrupted, List.of(), List.of());
    }
}
