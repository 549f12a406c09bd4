package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final Undo UNDO = new Undo.OfSysfs("/sys/v", "0", "1");

    @TempDir
    Path base;

    private Journals journals;
    private Journal journal;
    private Path file;

    @BeforeEach
    void begin() throws IOException {
        journals = new Journals(base);
        journal = journals.create(Box.plan(Box.sysfs("/sys/v", "0", "1")), "boot");
        file = journal.folder().resolve("journal.jsonl");
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        journal.append(new Entry.Started(0, UNDO, List.of()));
        journal.append(new Entry.Applied(0, UNDO));
        journal.append(new Entry.Verified(0));
        journal.append(new Entry.Committed(Instant.now()));
        assertThat(journals.open(journal.id()).state()).isEqualTo(journal.state());
        journal.append(new Entry.RollingBack(Instant.now(), "asked for"));
        journal.append(new Entry.Left(0, "why"));
        journal.append(new Entry.Broken(Instant.now()));
        journal.append(new Entry.RollingBack(Instant.now(), "asked for"));
        journal.append(new Entry.Undone(0));
        journal.append(new Entry.RolledBack(Instant.now()));
        assertThat(journals.open(journal.id()).state()).isEqualTo(journal.state());
        assertThat(journal.state()).isInstanceOf(RunState.RolledBack.class);
    }

    @Test
    void aLineCutOffAnywhereCountsAsNotWritten() throws IOException {
        journal.append(new Entry.Started(0, UNDO, List.of()));
        byte[] whole = Files.readAllBytes(file);
        RunState state = journal.state();
        journal.append(new Entry.Applied(0, UNDO));
        byte[] more = Files.readAllBytes(file);
        for (int length = whole.length; length < more.length; length++) {
            Files.write(file, Arrays.copyOf(more, length));
            Journal torn = journals.open(journal.id());
            assertThat(torn.state()).as("%d bytes", length).isEqualTo(state);
            torn.append(new Entry.Failed(0, "cut off"));
            assertThat(journals.open(journal.id()).state()).isEqualTo(torn.state());
        }
        byte[] zeros = Arrays.copyOf(whole, more.length);
        zeros[zeros.length - 1] = '\n';
        Files.write(file, zeros);
        assertThat(journals.open(journal.id()).state()).isEqualTo(state);
    }

    @Test
    void aJournalThatMakesNoSenseIsSaidToBeSoWithTheLine() throws IOException {
        String good = Files.readString(file);
        Files.writeString(file, good + "nonsense\n{\"event\":\"verified\",\"index\":0}\n");
        assertThatThrownBy(() -> journals.open(journal.id())).hasMessageContaining("journal.jsonl, line 2");
        Files.writeString(file, good + "{\"event\":\"undone\",\"index\":0}\n");
        assertThatThrownBy(() -> journals.open(journal.id())).hasMessageContaining("'Undone' cannot follow");
        Files.writeString(file, "");
        assertThat(journals.list().journals()).isEmpty();
        assertThat(journals.list().unreadable()).singleElement().satisfies(u -> {
            assertThat(u.id()).isEqualTo(journal.id());
            assertThat(u.reason()).contains("the run ended before it changed anything");
            assertThat(u.beganNothing()).isTrue();
        });
        Files.writeString(journal.folder().resolve("backup/0"), "a file as it was");
        assertThat(journals.list().unreadable()).noneMatch(Journals.Unreadable::beganNothing);
    }

    /// It is whole, and what it says has happened.
    @Test
    void aLastLineOfALaterProgramIsNotOneThatWasCutOff() throws IOException {
        Journal journal = journals.create(Box.plan(), "");
        Path file = journal.folder().resolve("journal.jsonl");
        Files.writeString(
                file,
                "{\"event\":\"started\",\"index\":0,\"undo\":{\"kind\":\"of-tomorrow\"}}\n",
                java.nio.file.StandardOpenOption.APPEND);
        assertThatThrownBy(() -> journals.open(journal.id()))
                .isInstanceOf(UnreadableRunException.class)
                .hasMessageContaining("line 2");
    }

    @Test
    void aRunThatEndedBeforeItsFirstLineBeganNothing() throws IOException {
        Files.delete(file);
        assertThat(journals.list().unreadable()).allMatch(Journals.Unreadable::beganNothing);
        Files.delete(journal.folder().resolve("backup"));
        assertThat(journals.list().unreadable()).hasSize(1).allMatch(Journals.Unreadable::beganNothing);
        Files.createDirectory(file);
        assertThat(journals.list().unreadable()).hasSize(1).noneMatch(Journals.Unreadable::beganNothing);
    }

    @Test
    void onlyTheOwnerMayLookAndTheLatestComesFirst() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(journal.folder())))
                .isEqualTo("rwx------");
        Thread.sleep(2);
        Journal later = journals.create(Box.plan(), "boot");
        assertThat(journals.list().journals()).extracting(Journal::id).containsExactly(later.id(), journal.id());
    }

    @Test
    void whatTheDiskRefusesIsWrittenBeforeTheNextLine() throws IOException {
        int[] room = {1};
        Journals full = new Journals(base, (phase, _) -> {
            if (phase == FaultHook.Phase.JOURNAL && room[0]-- <= 0) {
                throw new IOException("no space left on device");
            }
        });
        Journal refused = full.create(Box.plan(Box.sysfs("/sys/v", "0", "1")), "boot");
        for (Entry entry : List.of(
                new Entry.Started(0, UNDO, List.of()),
                new Entry.Failed(0, "no space"),
                new Entry.RollingBack(Instant.now(), ""))) {
            assertThatThrownBy(() -> refused.append(entry)).hasMessageContaining("no space left");
            assertThat(journals.open(refused.id()).state()).isInstanceOf(RunState.Planned.class);
        }
        room[0] = 1;
        refused.append(new Entry.Undone(0));
        assertThat(journals.open(refused.id()).state()).isEqualTo(refused.state());
        assertThatThrownBy(() -> refused.append(new Entry.RolledBack(Instant.now())))
                .hasMessageContaining("no space left");
        assertThat(journals.open(refused.id()).state()).isInstanceOf(RunState.RollingBack.class);
    }

    @Test
    void theLatestToTakeBackIsOneOfWhichSomethingMayBeInForce() throws Exception {
        assertThat(journals.latestToTakeBack()).isEmpty();
        journal.append(new Entry.Started(0, UNDO, List.of()));
        journal.append(new Entry.Applied(0, UNDO));
        journal.append(new Entry.Verified(0));
        journal.append(new Entry.Committed(Instant.now()));
        for (boolean taken : new boolean[] {false, true}) {
            Thread.sleep(2);
            Journal later = journals.create(Box.plan(), "boot");
            if (taken) {
                later.append(new Entry.RollingBack(Instant.now(), "failed"));
                later.append(new Entry.RolledBack(Instant.now()));
            }
            assertThat(journals.latestToTakeBack().orElseThrow().id()).isEqualTo(journal.id());
        }
        Thread.sleep(2);
        Journal damaged = journals.create(Box.plan(), "boot");
        Path lines = damaged.folder().resolve("journal.jsonl");
        Files.writeString(lines, "nonsense\nnonsense\n");
        assertThatThrownBy(() -> journals.latestToTakeBack())
                .isInstanceOfSatisfying(
                        UnreadableRunException.class,
                        e -> assertThat(e.nextStep()).contains("mv " + damaged.folder()));
        assertThatThrownBy(() -> journals.open(damaged.id())).isInstanceOf(UnreadableRunException.class);
        Files.writeString(lines, "");
        assertThat(journals.latestToTakeBack().orElseThrow().id()).isEqualTo(journal.id());
        journal.append(new Entry.RollingBack(Instant.now(), "asked for"));
        journal.append(new Entry.Left(0, "why"));
        journal.append(new Entry.Broken(Instant.now()));
        assertThat(journals.latestToTakeBack().orElseThrow().id()).isEqualTo(journal.id());
    }

    @Test
    void noTransitionThatIsNotLegal() {
        assertThatThrownBy(() -> journal.append(new Entry.Applied(0, UNDO))).hasMessageContaining("never begun");
        assertThatThrownBy(() -> journal.append(new Entry.Started(1, UNDO, List.of())))
                .hasMessageContaining("cannot begin");
        assertThatThrownBy(() -> journal.append(new Entry.RolledBack(Instant.now())))
                .hasMessageContaining("cannot follow in a run that is applying");
    }
}
