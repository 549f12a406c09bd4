package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.plan.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandingTest {
    private static final Instant LATER = Instant.parse("2099-05-01T10:00:00Z");

    private static final String ENTRY = "/boot/loader/entries/arch.conf";

    @TempDir
    Path folder;

    private Box box;

    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder);
        box.put("/proc/sys/kernel/random/boot_id", "one\n");
        box.put("/boot/image", "image");
        box.put("/sys/v", "0\n");
    }

    private Standing standing() throws IOException {
        return box.applier().standings(box.journals().list().journals()).of(box.latest());
    }

    private void keepCopy() throws IOException {
        box.apply(new Change.KeepCopy("keep", List.of(), "/boot/image", "/boot/kept", Map.of()));
    }

    @Test
    void whatTheMachineBootsFromWaitsForAReboot() throws IOException {
        keepCopy();
        assertThat(standing()).isEqualTo(new Standing.WaitsForReboot());
        box.put("/proc/sys/kernel/random/boot_id", "two\n");
        assertThat(standing()).isEqualTo(new Standing.Applied());
        box.put("/" + BootState.FILE, "confirmed 2099-05-01T10:00:00Z\n");
        assertThat(standing()).isEqualTo(new Standing.Confirmed(LATER));
        box.put("/" + BootState.FILE, "reverted " + LATER.getEpochSecond());
        assertThat(standing()).as("nothing was on trial").isEqualTo(new Standing.Applied());
        box.put("/" + BootState.FILE, "confirmed 2001-05-01T10:00:00Z\n");
        assertThat(standing()).as("a state from before the run is not its own").isEqualTo(new Standing.Applied());
        box.rollback(false);
        assertThat(standing()).isEqualTo(new Standing.TakenBack());
    }

    private String tried(String before, String after) throws IOException {
        ApplyResult result = box.apply(trial(before, after));
        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.Committed.class);
        return box.latest().id();
    }

    private static Change trial(String before, String after) {
        return new Change.EditBootEntry("entry", List.of(), ENTRY, before, after, true);
    }

    private Standing standing(String run) throws IOException {
        return box.applier()
                .standings(box.journals().list().journals())
                .of(box.journals().open(run));
    }

    /// systemd-boot's and the check's part.
    private void boots(String id, String outcome) throws IOException {
        box.put("/proc/sys/kernel/random/boot_id", id + "\n");
        Path onTrial = box.at(ENTRY).resolveSibling("arch+1.conf");
        Files.move(onTrial, outcome.equals("confirmed") ? box.at(ENTRY) : onTrial.resolveSibling("arch+0-1.conf"));
        box.put("/" + BootState.FILE, outcome + " " + Instant.now() + "\n");
    }

    /// One state for all runs: only the one that was on trial failed.
    @Test
    void onlyTheRunOnTrialIsBlamed() throws Exception {
        box.put(ENTRY, "a\n");
        String first = tried("a\n", "b\n");
        boots("two", "confirmed");
        assertThat(standing(first)).isInstanceOf(Standing.Confirmed.class);
        String second = tried("b\n", "c\n");
        keepCopy();
        String third = box.latest().id();
        boots("three", "reverted");

        assertThat(standing(second)).isInstanceOf(Standing.Reverted.class);
        assertThat(standing(first)).isEqualTo(new Standing.Applied());
        assertThat(standing(third)).isEqualTo(new Standing.Applied());

        box.applier().rollback(second, false, ApplyListener.SILENT);
        assertThat(standing(second)).isEqualTo(new Standing.TakenBack());
        assertThat(standing(first)).as("still the second one's").isEqualTo(new Standing.Applied());
    }

    /// What is taken back before the boot is not what the boot tried.
    @Test
    void aRunThatWasTakenBackBeforeIsNotTheOneThatFailed() throws Exception {
        box.put(ENTRY, "a\n");
        String first = tried("a\n", "b\n");
        Files.move(box.at(ENTRY).resolveSibling("arch+1.conf"), box.at(ENTRY));
        String second = tried("b\n", "c\n");
        box.applier().rollback(second, false, ApplyListener.SILENT);
        Files.move(box.at(ENTRY), box.at(ENTRY).resolveSibling("arch+1.conf"));
        boots("two", "reverted");
        assertThat(standing(first)).isInstanceOf(Standing.Reverted.class);
    }

    @Test
    void aPlanThatFailedIsNotAppliedAlready() throws Exception {
        box.put(ENTRY, "a\n");
        String run = tried("a\n", "b\n");
        boots("two", "reverted");
        assertThat(box.apply(trial("a\n", "b\n"))).isInstanceOfSatisfying(ApplyResult.Refused.class, r -> {
            assertThat(r.reason())
                    .isEqualTo("run " + run
                            + " applied this plan, and the machine did not come up with it and went back to what it"
                            + " had before");
            assertThat(r.nextStep()).endsWith("take the run back first: nptune rollback " + run);
        });
        assertThat(box.applier().preview(Box.plan(trial("a\n", "b\n")), true).fits())
                .isFalse();
        assertThat(box.rollback(false)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.text(ENTRY)).isEqualTo("a\n");
        tried("a\n", "b\n");
    }

    /// A run that a process is at was not cut off; one that another process left in the middle before was.
    @Test
    void whatIsGoingOnWasNotCutOff() throws Exception {
        Journal cutOff = box.journals().create(Box.plan(Box.sysfs("/sys/v", "0", "1")), "one");
        cutOff.append(new Entry.Started(0, new Undo.OfSysfs("/sys/v", "0", "1"), List.of()));
        Files.setLastModifiedTime(
                cutOff.folder().resolve("journal.jsonl"), FileTime.from(Instant.parse("2026-05-01T10:00:00Z")));
        assertThat(standing()).isEqualTo(new Standing.CutOff());
        try (Journals.Lock _ = box.journals().lock()) {
            assertThat(standing()).isEqualTo(new Standing.CutOff());
            Journal now = box.journals().create(Box.plan(Box.sysfs("/sys/v", "0", "1")), "one");
            now.append(new Entry.Started(0, new Undo.OfSysfs("/sys/v", "0", "1"), List.of()));
            assertThat(standing(now.id())).isInstanceOfSatisfying(Standing.GoingOn.class, going -> {
                assertThat(going.process()).isEqualTo(ProcessHandle.current().pid());
                assertThat(going.since()).isNotNull();
            });
            assertThat(standing(cutOff.id())).isEqualTo(new Standing.CutOff());
            assertThat(box.applier().previewBack(now.id(), false).obstacle())
                    .startsWith("another nptune is changing this machine: process ");
        }
        assertThat(standing()).isEqualTo(new Standing.CutOff());
    }

    @Test
    void aValueDoesNot() throws IOException {
        box.apply(Box.sysfs("/sys/v", "0", "1"));
        assertThat(standing()).isEqualTo(new Standing.Applied());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "confirmed", "confirmed now", "broken 2099-05-01T10:00:00Z", "confirmed 1 2", "confirmed -1"
            })
    void aStateThatMakesNoSenseIsNone(String text) {
        assertThat(BootState.parse(text)).isEmpty();
    }
}
