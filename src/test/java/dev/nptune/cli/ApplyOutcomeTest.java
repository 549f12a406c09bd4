package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.apply.ApplyEvent;
import dev.nptune.apply.ApplyResult;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyOutcomeTest {
    private static final Change CHANGE =
            new Change.ReloadModule("Turn nested paging on", List.of("npt-off"), "kvm_amd", "npt", "N", "Y");

    @Test
    void whatWasCommittedIsItsJournal() throws UserException {
        assertThat(ApplyOutcome.journalOrFailure(new ApplyResult.Committed("20260501-1")))
                .isEqualTo("20260501-1");
    }

    @Test
    void aRefusalListsWhatDiffers() {
        UserException e = failure(new ApplyResult.Refused(
                "the machine has changed",
                "shut it down",
                List.of(new ApplyResult.Difference(1, "Turn nested paging on", List.of("npt is Y", "not N")))));

        assertThat(e.exit()).isEqualTo(Exit.CANNOT);
        assertThat(e.exit().code()).isEqualTo(3);
        assertThat(e).hasMessage("the machine has changed\n    2. Turn nested paging on: npt is Y; not N");
        assertThat(e.nextStep()).isEqualTo("shut it down");
    }

    @Test
    void whatWasRolledBackNamesTheJournal() {
        UserException e = failure(new ApplyResult.RolledBack("20260501-1", "npt stayed N", false));

        assertThat(e.exit().code()).isEqualTo(4);
        assertThat(e).hasMessage("npt stayed N; everything was rolled back");
        assertThat(e.nextStep()).isEqualTo("see what was done with: nptune history 20260501-1");
    }

    @Test
    void whatAPersonStoppedIsInterrupted() {
        assertThat(failure(new ApplyResult.RolledBack("1", "stopped", true))
                        .exit()
                        .code())
                .isEqualTo(130);
    }

    @Test
    void whatIsLeftIsListedWithTheWayToUndoItByHand() {
        UserException e = failure(new ApplyResult.Partial(
                "20260501-1",
                "npt stayed N",
                true,
                List.of(
                        new ApplyResult.Leftover(1, "Edit kvm.conf", true, "somebody changed it", "vi kvm.conf"),
                        new ApplyResult.Leftover(0, "Turn nested paging on", false, "in use", ""))));

        assertThat(e.exit().code()).isEqualTo(5);
        assertThat(e).hasMessage("""
                npt stayed N; not everything could be taken back:
                    2. Edit kvm.conf: somebody changed it
                       by hand: vi kvm.conf
                    1. Turn nested paging on: in use""");
        assertThat(e.nextStep())
                .startsWith("nptune rollback 20260501-1 --force overwrites")
                .endsWith("for the rest, see to the cause first");
    }

    /// Nothing was touched by then.
    @Test
    void whoStopsItBeforeItBeginsIsInterruptedToo() {
        ApplyResult stopped = new ApplyResult.Refused("stopped", "again", List.of(), true);
        assertThat(failure(stopped).exit().code()).isEqualTo(130);
        assertThat(ApplyDocument.of(stopped).interrupted()).isTrue();
    }

    @Test
    void eachEndHasItsDocument() {
        assertThat(ApplyDocument.of(new ApplyResult.Committed("1")))
                .isEqualTo(new ApplyDocument(2, "1", "applied", "", "", false, List.of(), List.of()));
        assertThat(Json.pretty(
                        ApplyDocument.of(new ApplyResult.Refused("changed", "see", List.of(difference("differs"))))))
                .contains(
                        "\"schemaVersion\" : 2",
                        "\"journal\" : \"\"",
                        "\"result\" : \"refused\"",
                        "\"reason\" : \"changed\"",
                        "\"nextStep\" : \"see\"",
                        "\"interrupted\" : false",
                        "\"index\" : 1");
        assertThat(ApplyDocument.of(new ApplyResult.RolledBack("1", "npt stayed N", true)))
                .isEqualTo(new ApplyDocument(
                        2,
                        "1",
                        "rolled-back",
                        "npt stayed N",
                        "see what was done with: nptune history 1",
                        true,
                        List.of(),
                        List.of()));
        ApplyDocument partial = ApplyDocument.of(new ApplyResult.Partial(
                "1", "", true, List.of(new ApplyResult.Leftover(0, "Edit", true, "why", "vi"))));
        assertThat(partial.result()).isEqualTo("partly-applied");
        assertThat(partial.interrupted()).isTrue();
        assertThat(partial.nextStep()).startsWith("nptune rollback 1 --force overwrites");
        assertThat(partial.left()).containsExactly(new ApplyDocument.Leftover(1, "Edit", true, "why", "vi"));
    }

    /// A lock that cannot be taken, as below a `/var` that is read-only.
    @Test
    void whereNoJournalCanBeKeptThereIsADocumentToo(@TempDir Path root) throws IOException {
        Files.createDirectories(root.resolve("var/lib/nptune/lock"));
        LocalMachine machine = new LocalMachine(root, new Libvirt("test:///default"), Map.of());
        ApplyDocument document = ApplyDocument.of(
                LocalTune.carryOut(machine.applier(), Plan.of("win10", List.of(CHANGE)), Progress.SILENT));
        assertThat(document.result()).isEqualTo("refused");
        assertThat(document.reason()).startsWith("no journal can be kept, and without one nothing is changed: ");
        assertThat(document.nextStep()).startsWith("nothing was changed; make room or see to the permissions");
    }

    private static ApplyResult.Difference difference(String what) {
        return new ApplyResult.Difference(0, "Turn nested paging on", List.of(what));
    }

    @Test
    void forceIsOfferedOnlyWhereItWouldHelp() {
        assertThat(partial(true).nextStep())
                .isEqualTo("nptune rollback 1 --force overwrites what somebody else has changed since");
        assertThat(partial(false).nextStep())
                .isEqualTo("see to the cause, then try again with: nptune rollback 1")
                .doesNotContain("--force");
    }

    private static UserException partial(boolean conflict) {
        return failure(new ApplyResult.Partial(
                "1", "asked for", false, List.of(new ApplyResult.Leftover(0, "Edit", conflict, "why", ""))));
    }

    @Test
    void aNameFromElsewhereForgesNoLine() {
        Change forged = new Change.ReloadModule("Turn\n2. harmless\u001b[2J", List.of(), "kvm_amd", "npt", "N", "Y");
        assertThat(ApplyOutcome.line(new ApplyEvent.Verified(0, forged))).contains("1. Turn\\x0a2. harmless\\x1b[2J");
    }

    @Test
    void eventsAreLinesThatCountFromOne() {
        assertThat(List.of(
                                new ApplyEvent.Started(0, CHANGE),
                                new ApplyEvent.Verified(0, CHANGE),
                                new ApplyEvent.Failed(1, CHANGE, "in use"),
                                new ApplyEvent.Undone(0, CHANGE, ""),
                                new ApplyEvent.Undone(0, CHANGE, "was undone already"),
                                new ApplyEvent.Left(0, CHANGE, "in use"),
                                new ApplyEvent.JournalTrouble("disk full"))
                        .stream()
                        .flatMap(event -> ApplyOutcome.line(event).stream()))
                .containsExactly(
                        "1. Turn nested paging on",
                        "2. Turn nested paging on FAILED: in use",
                        "undone 1. Turn nested paging on",
                        "undone 1. Turn nested paging on (was undone already)",
                        "LEFT 1. Turn nested paging on: in use",
                        "the journal cannot be written: disk full");
    }

    private static UserException failure(ApplyResult result) {
        return catchThrowableOfType(UserException.class, () -> ApplyOutcome.journalOrFailure(result));
    }
}
