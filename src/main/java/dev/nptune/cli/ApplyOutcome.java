package dev.nptune.cli;

import dev.nptune.apply.Applier;
import dev.nptune.apply.ApplyEvent;
import dev.nptune.apply.ApplyResult;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Change;
import java.util.Optional;
import java.util.stream.Collectors;

/// How a run of changes is told to people.
final class ApplyOutcome {
    private ApplyOutcome() {}

    /// A line for an event; none for those that say no more than the line before.
    static Optional<String> line(ApplyEvent event) {
        return switch (event) {
            case ApplyEvent.Began(String _, int _) -> Optional.empty();
            case ApplyEvent.Started(int _, var _) -> Optional.empty();
            case ApplyEvent.Verified(int index, var change) -> Optional.of(named(index, change));
            case ApplyEvent.Failed(int index, var change, String reason) ->
                Optional.of(named(index, change) + " FAILED: " + reason);
            case ApplyEvent.RollingBack(String _, String reason, int _) ->
                Optional.of("taking everything back" + (reason.equals(Applier.ASKED_FOR) ? "" : ": " + reason));
            case ApplyEvent.Undone(int index, var change, String note) ->
                Optional.of("undone " + named(index, change) + (note.isEmpty() ? "" : " (" + note + ")"));
            case ApplyEvent.Left(int index, var change, String reason) ->
                Optional.of("LEFT " + named(index, change) + ": " + reason);
            case ApplyEvent.JournalTrouble(String reason) -> Optional.of("the journal cannot be written: " + reason);
        };
    }

    private static String named(int index, Change change) {
        return (index + 1) + ". " + Printable.line(change.summary());
    }

    /// Checks that a run was taken back.
    ///
    /// @throws UserException saying what happened instead, with the exit code for it
    static void takenBackOrFailure(ApplyResult result) throws UserException {
        if (!(result instanceof ApplyResult.RolledBack)) {
            journalOrFailure(result);
        }
    }

    /// The journal's id if all went well.
    ///
    /// @throws UserException saying what else happened, with the exit code for it
    static String journalOrFailure(ApplyResult result) throws UserException {
        return switch (result) {
            case ApplyResult.Committed(String journal) -> journal;
            case ApplyResult.AlreadyApplied(String journal) -> journal;
            case ApplyResult.Refused refused ->
                throw new UserException(
                        exit(result),
                        refused.reason()
                                + refused.differences().stream()
                                        .map(d -> "\n    " + (d.index() + 1) + ". " + Printable.line(d.summary()) + ": "
                                                + String.join("; ", d.what()))
                                        .collect(Collectors.joining()),
                        nextStep(result));
            case ApplyResult.RolledBack back ->
                throw new UserException(exit(result), back.reason() + "; everything was rolled back", nextStep(result));
            case ApplyResult.Partial partial ->
                throw new UserException(
                        exit(result),
                        (partial.reason().equals(Applier.ASKED_FOR) ? "" : partial.reason() + "; ")
                                + "not everything could be taken back:"
                                + partial.left().stream()
                                        .map(l -> "\n    " + (l.index() + 1) + ". " + Printable.line(l.summary()) + ": "
                                                + l.why()
                                                + (l.byHand().isEmpty() ? "" : "\n       by hand: " + l.byHand()))
                                        .collect(Collectors.joining()),
                        nextStep(result));
        };
    }

    /// What the program ends with.
    static Exit exit(ApplyResult result) {
        return switch (result) {
            case ApplyResult.Committed _, ApplyResult.AlreadyApplied _ -> Exit.OK;
            case ApplyResult.Refused refused -> refused.interrupted() ? Exit.INTERRUPTED : Exit.CANNOT;
            case ApplyResult.RolledBack back -> back.interrupted() ? Exit.INTERRUPTED : Exit.ROLLED_BACK;
            case ApplyResult.Partial _ -> Exit.PARTLY_APPLIED;
        };
    }

    /// What a person can do, in one line; empty if there is nothing to do.
    static String nextStep(ApplyResult result) {
        return switch (result) {
            case ApplyResult.Committed _, ApplyResult.AlreadyApplied _ -> "";
            case ApplyResult.Refused refused -> refused.nextStep();
            case ApplyResult.RolledBack back -> "see what was done with: nptune history " + back.journal();
            case ApplyResult.Partial partial -> afterPartial(partial);
        };
    }

    private static String afterPartial(ApplyResult.Partial partial) {
        String again = "nptune rollback " + partial.journal();
        long conflicts =
                partial.left().stream().filter(ApplyResult.Leftover::conflict).count();
        if (conflicts == 0) {
            return "see to the cause, then try again with: " + again;
        }
        return again + " --force overwrites what somebody else has changed since"
                + (conflicts < partial.left().size() ? "; for the rest, see to the cause first" : "");
    }
}
