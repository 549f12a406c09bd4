package dev.nptune.cli;

import dev.nptune.apply.Applier;
import dev.nptune.apply.ApplyEvent;
import dev.nptune.apply.ApplyResult;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Change;
import java.util.List;
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
                        Exit.CANNOT,
                        refused.reason()
                                + refused.differences().stream()
                                        .map(d -> "\n    " + (d.index() + 1) + ". " + Printable.line(d.summary()) + ": "
                                                + String.join("; ", d.what()))
                                        .collect(Collectors.joining()),
                        refused.nextStep());
            case ApplyResult.RolledBack back ->
                throw new UserException(
                        back.interrupted() ? Exit.INTERRUPTED : Exit.ROLLED_BACK,
                        back.reason() + "; everything was rolled back",
                        "see what was done with: nptune history " + back.journal());
            case ApplyResult.Partial partial ->
                throw new UserException(
                        Exit.PARTLY_APPLIED,
                        (partial.reason().equals(Applier.ASKED_FOR) ? "" : partial.reason() + "; ")
                                + "not everything could be taken back:"
                                + partial.left().stream()
                                        .map(l -> "\n    " + (l.index() + 1) + ". " + Printable.line(l.summary()) + ": "
                                                + l.why()
                                                + (l.byHand().isEmpty() ? "" : "\n       by hand: " + l.byHand()))
                                        .collect(Collectors.joining()),
                        afterPartial(partial));
        };
    }

    /// How a run ended, for `--json` of `apply` and `rollback`.
    ///
    /// @param journal the run's name; empty if nothing was touched
    /// @param result `applied`, `already-applied`, `refused`, `rolled-back`, `partly-applied` or
    ///     `nothing-to-take-back`
    /// @param reason why it was not applied; empty if it was
    /// @param differences where the machine is not what the plan was made from
    /// @param left what could not be taken back
    record Document(
            int schemaVersion,
            String journal,
            String result,
            String reason,
            List<ApplyResult.Difference> differences,
            List<ApplyResult.Leftover> left) {
        static final int SCHEMA_VERSION = 1;

        Document {
            differences = List.copyOf(differences);
            left = List.copyOf(left);
        }
    }

    static Document document(ApplyResult result) {
        return switch (result) {
            case ApplyResult.Committed(String journal) -> document(journal, "applied", "");
            case ApplyResult.AlreadyApplied(String journal) -> document(journal, "already-applied", "");
            case ApplyResult.Refused refused ->
                new Document(
                        Document.SCHEMA_VERSION, "", "refused", refused.reason(), refused.differences(), List.of());
            case ApplyResult.RolledBack back -> document(back.journal(), "rolled-back", back.reason());
            case ApplyResult.Partial partial ->
                new Document(
                        Document.SCHEMA_VERSION,
                        partial.journal(),
                        "partly-applied",
                        partial.reason(),
                        List.of(),
                        partial.left());
        };
    }

    /// There is no run to take back.
    static Document nothing() {
        return document("", "nothing-to-take-back", "");
    }

    private static Document document(String journal, String result, String reason) {
        return new Document(Document.SCHEMA_VERSION, journal, result, reason, List.of(), List.of());
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
