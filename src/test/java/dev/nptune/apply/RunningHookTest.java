package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.doctor.OwnHooks;
import dev.nptune.plan.Change.EditFile;
import dev.nptune.plan.HookScripts;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hooks of ours that have something to give back when their file changes. They are run; what they look at is led into
/// a folder.
class RunningHookTest {
    private static final String NAME = "it's";
    private static final UndoMode ASKED = new UndoMode(false, true, false, false, Instant.EPOCH, Set.of(), Set.of());
    private static final UndoMode FORCED = new UndoMode(true, true, false, false, Instant.EPOCH, Set.of(), Set.of());

    @TempDir
    Path folder = Path.of("");

    private Box box;
    private FileExecutor files;
    private Place place;

    @BeforeEach
    void machine() throws IOException {
        box = new Box(folder);
        Machine machine = new Machine(box.root, new Libvirt("test:///default"), new Modules("true"), new Tools(null));
        files = new FileExecutor(machine, Optional.of(box.root.resolve("run")));
        place = new Place(0, "run", Files.createDirectories(folder.resolve("backups")), FaultHook.NONE);
        box.put("/sys/devices/system/cpu/online", "0-7\n");
        box.put("/proc/irq/24/smp_affinity_list", "0-7\n");
    }

    private String here(String script) {
        return script.replace("/sys/", box.root + "/sys/")
                .replace("/proc/", box.root + "/proc/")
                .replace("in /run /var/run", "in " + box.root + "/run")
                .replace("state=/run", "state=" + box.root + "/run");
    }

    private Path hook(String path, String script) throws IOException {
        return box.put(path, here(script));
    }

    /// libvirt starts the VM: the hook confines the host.
    private Path confined() throws Exception {
        Path hook = hook(OwnHooks.cpus(NAME), HookScripts.cpus(NAME, "2-5"));
        Process start = new ProcessBuilder("/bin/sh", hook.toString(), NAME, "prepare", "begin", "-").start();
        assertThat(start.waitFor()).isZero();
        assertThat(box.text("/proc/irq/24/smp_affinity_list").strip()).isEqualTo("0,1,6,7");
        return hook;
    }

    private EditFile edit(Path hook, @Nullable String after) throws IOException {
        String path = "/" + box.root.relativize(hook);
        return new EditFile("edit", List.of(), path, Files.readString(hook), after);
    }

    private void assertGivenBack() throws IOException {
        assertThat(box.text("/proc/irq/24/smp_affinity_list").strip()).isEqualTo("0-7");
        try (var left = Files.list(box.at("/run/nptune"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void theHostHasItsCpusBackBeforeTheHookIsReplaced() throws Exception {
        EditFile change = edit(confined(), "#!/bin/sh\nexit 0\n");
        assertThat(files.differences(change)).isEmpty();
        Undo.OfFile undo = files.act(change, files.prepare(change, place), place);
        files.verify(change, undo);
        assertGivenBack();
    }

    @Test
    void theHostHasItsCpusBackBeforeTheHookIsRemoved() throws Exception {
        Path hook = confined();
        EditFile change = edit(hook, null);
        assertThat(files.steps(change))
                .containsExactly("run /bin/sh " + Text.word(hook.toString()) + " nptune release", "remove " + hook);
        files.act(change, files.prepare(change, place), place);
        assertGivenBack();
    }

    @Test
    void theHostHasItsCpusBackBeforeTheHookIsTakenBack() throws Exception {
        String path = OwnHooks.cpus(NAME);
        EditFile change = new EditFile("edit", List.of(), path, null, here(HookScripts.cpus(NAME, "2-5")));
        Undo.OfFile undo = files.act(change, files.prepare(change, place), place);
        Path hook = confined();
        assertThat(files.stepsBack(undo, place))
                .startsWith("run /bin/sh " + Text.word(hook.toString()) + " nptune release", "remove " + hook)
                .allMatch(s -> s.startsWith("run ") || s.startsWith("remove "));
        assertThat(files.undo(undo, place, ASKED)).isEmpty();
        assertThat(box.at(path)).doesNotExist();
        assertGivenBack();
    }

    @Test
    void whatGoesWrongIsARemark() throws Exception {
        String path = OwnHooks.cpus(NAME);
        String broken = "#!/bin/sh\n# Made by nptune\necho 'no good' >&2\nexit 7\n";
        EditFile change = new EditFile("edit", List.of(), path, null, broken);
        Undo.OfFile undo = files.act(change, files.prepare(change, place), place);
        String name = path.substring(path.lastIndexOf('/') + 1);
        box.put("/run/nptune/" + name + ".cpus", "2-5\n");
        assertThat(files.undo(undo, place, ASKED))
                .startsWith(box.at(path) + " could not give the host its CPUs back (no good)");
        assertThat(box.at(path)).doesNotExist();
    }

    @Test
    void aHookWithNothingToGiveBackAndOnesOfOthersAreNotRun() throws Exception {
        String loud = "touch " + box.root + "/loud\n";
        Path idle = box.put(OwnHooks.cpus("win"), "#!/bin/sh\n# Made by nptune\n" + loud);
        files.act(edit(idle, null), files.prepare(edit(idle, null), place), place);
        Path others = box.put(OwnHooks.cpus("win"), "#!/bin/sh\n# Made by me\n" + loud);
        Path elsewhere = box.put("/etc/nptune-win", "#!/bin/sh\n# Made by nptune\n" + loud);
        box.put("/run/nptune/nptune-win.cpus", "2-5\n");
        for (Path file : List.of(others, elsewhere)) {
            files.act(edit(file, null), files.prepare(edit(file, null), place), place);
        }
        assertThat(box.at("/loud")).doesNotExist();
    }

    @Test
    void onAnotherRootNothingIsRun() throws Exception {
        Path hook = confined();
        FileExecutor elsewhere = new FileExecutor(
                new Machine(box.root, new Libvirt("test:///default"), new Modules("true"), new Tools(null)));
        EditFile change = edit(hook, null);
        elsewhere.act(change, elsewhere.prepare(change, place), place);
        assertThat(box.text("/proc/irq/24/smp_affinity_list").strip()).isEqualTo("0,1,6,7");
    }

    @Test
    void theScreensHookStaysWhileTheVmRunsEvenByForce() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "flock is not installed");
        String path = OwnHooks.screen(NAME);
        EditFile made = new EditFile("edit", List.of(), path, null, here(HookScripts.screen(NAME)));
        Undo.OfFile undo = files.act(made, files.prepare(made, place), place);
        Path hook = box.at(path);
        String owner = "owner " + path.substring(path.lastIndexOf('/') + 1) + " 1\n";
        box.put("/run/nptune/screen/taken", owner);
        box.put("/run/libvirt/qemu/" + NAME + ".pid", "900");
        Path stat = box.put("/proc/900/stat", "900 (qemu) S" + " 0".repeat(18) + " 4711 0\n");

        assertThat(files.differences(edit(hook, "#!/bin/sh\n")))
                .singleElement()
                .asString()
                .contains("shut the VM down first")
                .endsWith(" nptune release");
        for (UndoMode mode : List.of(ASKED, FORCED)) {
            assertThatThrownBy(() -> files.undo(undo, place, mode))
                    .isInstanceOf(ConflictException.class)
                    .hasMessage(hook + " stays: the VM runs, and has the screen: shut it down first");
        }
        assertThat(hook).exists();
        assertThat(box.text("/run/nptune/screen/taken")).isEqualTo(owner);

        Files.delete(stat);
        assertThat(files.undo(undo, place, ASKED)).isEmpty();
        assertThat(hook).doesNotExist();
        assertThat(box.at("/run/nptune/screen/taken")).doesNotExist();
    }

    @Test
    void theScreensHookOfAVmThatDoesNotHaveItIsReplaced() throws Exception {
        Path hook = hook(OwnHooks.screen(NAME), HookScripts.screen(NAME));
        box.put("/run/nptune/screen/taken", "owner nptune_screen-another 1\n");
        assertThat(files.differences(edit(hook, null))).isEmpty();
    }
}
