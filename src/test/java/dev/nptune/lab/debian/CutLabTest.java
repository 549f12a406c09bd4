package dev.nptune.lab.debian;

import static dev.nptune.lab.debian.DebianTrial.assertSame;
import static dev.nptune.lab.debian.DebianTrial.defineVm;
import static dev.nptune.lab.debian.DebianTrial.disk;
import static dev.nptune.lab.debian.DebianTrial.out;
import static dev.nptune.lab.debian.DebianTrial.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.lab.debian.Cuts.Cut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A power cut at the steps of applying and of taking back. What is on the disk then boots, and a rollback finishes the
/// job.
///
/// Everything that the machine boots from must at each of them be whole, as before or as after; that is looked up on
/// the disk. Some of the disks are booted.
@Tag("lab")
class CutLabTest {
    private static final String MENU = "/boot/grub/grub.cfg";
    private static final String KEPT = "nptune-before-";
    /// What of the changes comes before anything that is booted from.
    private static final int FILES = 9;
    private static final int BY_CHANCE = 100;

    @TempDir
    Path folder;

    /// What was taken.
    ///
    /// @param found the state before all
    /// @param image the initramfs
    /// @param whole digests that files may have, by path
    /// @param steps of the disks, `N.qcow2` for the one at place N
    record Taken(String found, String image, Map<String, Set<String>> whole, List<String> steps) {
        Cut cut(int place, Path folder) {
            return new Cut(
                    steps.get(place),
                    new DebianDisk(DebianVariant.GRUB_INITRAMFS_TOOLS, folder.resolve(place + ".qcow2")));
        }
    }

    @Test
    void aPowerCutAtAnyStepLeavesAMachineThatBoots() throws Exception {
        Taken taken = take(folder, false);
        assertThat(taken.steps()).filteredOn(CutLabTest::isBooted).hasSize(2);
        for (int i = 0; i < taken.steps().size(); i++) {
            Cut cut = taken.cut(i, folder);
            allIsWhole(cut, taken);
            if (isBooted(cut.step())) {
                bootsAndIsTakenBack(cut, taken);
            }
            cut.delete();
        }
    }

    /// With `-Dnptune.cuts=FOLDER` all are booted, after a hundred or more from moments by chance. A line for each goes
    /// into `cuts.md` there; started again with the same folder, it goes on where it was broken off.
    @Test
    void allOfThemBoot() throws Exception {
        String place = System.getProperty("nptune.cuts", "");
        assumeTrue(!place.isEmpty(), "takes hours: -Dnptune.cuts=FOLDER");
        Path kept = Files.createDirectories(Path.of(place));
        Path file = kept.resolve("taken.json");
        if (!Files.exists(file)) {
            Files.writeString(file, Json.pretty(take(kept, true)));
        }
        Taken taken = Json.read(Files.readString(file), Taken.class);
        boolean all = true;
        for (int i = 0; i < taken.steps().size(); i++) {
            Cut cut = taken.cut(i, kept);
            if (Files.exists(cut.disk().file())) {
                all &= writeLine(cut, taken, kept.resolve("cuts.md"));
            }
        }
        assertThat(all).as("all boot, see " + kept).isTrue();
    }

    /// Lets a run go from step to step and takes the disks.
    ///
    /// @param into where they go
    /// @param byChance whether to begin with others, from moments by chance
    private Taken take(Path into, boolean byChance) throws Exception {
        List<Cut> cuts = new ArrayList<>();
        try (DebianMachine machine = DebianMachine.boot(disk(DebianVariant.GRUB_INITRAMFS_TOOLS, folder), folder)) {
            defineVm(machine);
            String found = state(machine);
            String image =
                    "/boot/initrd.img-" + out(machine.call("uname", "-r")).strip();
            Map<String, Set<String>> whole = new TreeMap<>();
            addDigests(machine, image, whole);
            out(machine.nptune("plan", DebianTrial.VM, "--bind", "boot", "-o", "/lab/plan.json"));
            Cuts all = new Cuts(machine, into);
            cuts.addAll(all.take("apply", "/lab/plan.json", step -> byChance || matters(step)));
            addDigests(machine, image, whole);
            cuts.addAll(all.take("rollback", "rollback", step -> byChance || matters(step)));
            assertSame(found, state(machine));
            if (byChance) {
                cuts.addAll(0, byChance(machine, all, image, whole));
            }
            for (int i = 0; i < cuts.size(); i++) {
                Files.move(cuts.get(i).disk().file(), into.resolve(i + ".qcow2"));
            }
            return new Taken(found, image, whole, cuts.stream().map(Cut::step).toList());
        }
    }

    /// At moments by chance, while the program runs as users run it, over and over; in an order by chance.
    private static List<Cut> byChance(DebianMachine machine, Cuts all, String image, Map<String, Set<String>> whole)
            throws Exception {
        Random random = new Random(1);
        List<Cut> taken = new ArrayList<>();
        while (taken.size() < BY_CHANCE) {
            taken.addAll(all.random("apply", random, "apply", "/lab/plan.json"));
            // an image that is built again has other times in it
            addDigests(machine, image, whole);
            taken.addAll(all.random("rollback", random, "rollback"));
        }
        Collections.shuffle(taken, random);
        return taken;
    }

    private static void addDigests(DebianMachine machine, String image, Map<String, Set<String>> whole)
            throws Exception {
        out(machine.call("sha256sum", MENU, image, "/etc/default/grub"))
                .lines()
                .forEach(line -> whole.computeIfAbsent(line.substring(66), _ -> new TreeSet<>())
                        .add(line.substring(0, 64)));
    }

    /// Goes on after a disk that fails: its line says so, and the disk is kept by its step's name.
    ///
    /// @return whether it did not fail
    private boolean writeLine(Cut cut, Taken taken, Path report) throws Exception {
        String seen;
        boolean well = false;
        try {
            allIsWhole(cut, taken);
            seen = bootsAndIsTakenBack(cut, taken);
            well = true;
        } catch (AssertionError | Exception failed) {
            Files.move(cut.disk().file(), report.resolveSibling(cut.step().replace(' ', '-') + ".qcow2"));
            seen = "FAILED: " + failed.toString().lines().limit(5).toList();
        }
        Files.writeString(
                report,
                "| " + cut.step() + " | " + seen + " |\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        Files.deleteIfExists(cut.disk().file());
        return well;
    }

    /// The steps at which what is booted from may change.
    private static boolean matters(String step) {
        int index = Integer.parseInt(step.substring(step.lastIndexOf(' ') + 1));
        return !step.contains("BEFORE") && (index > FILES || step.startsWith("rollback"));
    }

    /// The new menu with the old image; the menu being taken back.
    private static boolean isBooted(String step) {
        return step.equals("apply DURING_ACT 17") || step.equals("rollback DURING_UNDO 16");
    }

    private void allIsWhole(Cut cut, Taken taken) throws Exception {
        String image = taken.image();
        Map<String, Set<String>> whole = taken.whole();
        Path raw = folder.resolve("cut.raw");
        try (GrubFiles files = cut.disk().filesForGrub(raw)) {
            for (String path : List.of(MENU, image)) {
                assertThat(files.digest(path))
                        .as(cut.step() + ", as GRUB sees it: " + path)
                        .hasValueSatisfying(d -> assertThat(whole.get(path)).contains(d));
            }
        }
        try (DebianFiles files = cut.disk().files(raw)) {
            for (Map.Entry<String, Set<String>> file : whole.entrySet()) {
                assertThat(files.digest(file.getKey()))
                        .as(cut.step() + ": " + file.getKey())
                        .hasValueSatisfying(d -> assertThat(file.getValue()).contains(d));
            }
            boolean newMenu = files.read(MENU).orElseThrow().contains("nptune_trial");
            if (newMenu) {
                assertThat(files.read("/boot/grub/grubenv").orElseThrow())
                        .as(cut.step())
                        .contains("nptune_trial=");
                assertThat(files.read("/boot/grub/" + KEPT + "grub.cfg").orElseThrow())
                        .as(cut.step())
                        .contains(KEPT + "initrd.img");
                assertThat(files.digest(image.replace("/boot/", "/boot/" + KEPT)))
                        .as(cut.step())
                        .hasValueSatisfying(d -> assertThat(whole.get(image)).contains(d));
            }
        }
    }

    /// @return what was seen, for people
    private String bootsAndIsTakenBack(Cut cut, Taken taken) throws Exception {
        try (DebianMachine machine = DebianMachine.boot(cut.disk(), folder)) {
            String arguments = machine.commandLine().contains("nptune.bind=") ? "new" : "old";
            Exec.Result rollback = machine.startNptune("rollback").await(DebianMachine.CALL);
            out(rollback);
            assertSame(taken.found(), state(machine));
            return "boots with the " + arguments + " arguments; rollback: "
                    + rollback.out().strip().replaceFirst(":.*", "") + ", all files as before";
        }
    }
}
