package dev.nptune.lab.debian;

import static dev.nptune.lab.debian.DebianTrial.assertSame;
import static dev.nptune.lab.debian.DebianTrial.defineVm;
import static dev.nptune.lab.debian.DebianTrial.disk;
import static dev.nptune.lab.debian.DebianTrial.out;
import static dev.nptune.lab.debian.DebianTrial.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.proc.Exec;
import dev.nptune.lab.debian.Cuts.Cut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A power cut at the steps of applying and of taking back. What is on the disk then boots, and a rollback finishes the
/// job.
///
/// Everything that the machine boots from must at each of them be whole, as before or as after; that is looked up on
/// the disk. Some of the disks are booted. With `-Dnptune.cuts=FILE` all of them are, after a hundred or more from
/// moments by chance; a line for each goes into the file.
@Tag("lab")
class CutLabTest {
    private static final String MENU = "/boot/grub/grub.cfg";
    private static final String KEPT = "nptune-before-";
    /// What of the changes comes before anything that is booted from.
    private static final int FILES = 8;
    private static final int BY_CHANCE = 100;

    @TempDir
    Path folder;

    private Map<String, Set<String>> whole = Map.of();
    private String image = "";
    private String found = "";

    @Test
    void aPowerCutAtAnyStepLeavesAMachineThatBoots() throws Exception {
        String report = System.getProperty("nptune.cuts", "");
        List<Cut> cuts = new ArrayList<>();
        try (DebianMachine machine = DebianMachine.boot(disk(DebianVariant.GRUB_INITRAMFS_TOOLS, folder), folder)) {
            defineVm(machine);
            found = state(machine);
            image = "/boot/initrd.img-" + out(machine.call("uname", "-r")).strip();
            Map<String, String> before = digests(machine);
            out(machine.nptune("plan", DebianTrial.VM, "--bind", "boot", "-o", "/lab/plan.json"));
            Cuts all = new Cuts(machine, folder);
            cuts.addAll(all.take("apply", "/lab/plan.json", CutLabTest::matters));
            Map<String, String> after = digests(machine);
            whole = new TreeMap<>();
            before.forEach((path, digest) -> whole.put(path, new HashSet<>(Set.of(digest))));
            after.forEach((path, digest) ->
                    whole.computeIfAbsent(path, _ -> new HashSet<>()).add(digest));
            cuts.addAll(all.take("rollback", "rollback", CutLabTest::matters));
            assertSame(found, state(machine));
            if (!report.isEmpty()) {
                cuts.addAll(0, byChance(machine, all));
            }
        }
        for (Cut cut : cuts) {
            if (!report.isEmpty()) {
                if (!writeLine(cut, Path.of(report))) {
                    continue;
                }
            } else {
                allIsWhole(cut);
                if (isBooted(cut.step())) {
                    bootsAndIsTakenBack(cut);
                }
            }
            cut.delete();
        }
    }

    /// At moments by chance, while the program runs as users run it, over and over; in an order by chance.
    private List<Cut> byChance(DebianMachine machine, Cuts all) throws Exception {
        Random random = new Random(1);
        List<Cut> taken = new ArrayList<>();
        while (taken.size() < BY_CHANCE) {
            taken.addAll(all.random("apply", random, "apply", "/lab/plan.json"));
            // an image that is built again has other times in it
            digests(machine)
                    .forEach((path, digest) ->
                            whole.computeIfAbsent(path, _ -> new HashSet<>()).add(digest));
            taken.addAll(all.random("rollback", random, "rollback"));
        }
        Collections.shuffle(taken, random);
        return taken;
    }

    /// Goes on after a disk that fails: its line says so, and the disk is kept beside the report.
    ///
    /// @return whether it did not fail
    private boolean writeLine(Cut cut, Path report) throws Exception {
        String seen;
        try {
            allIsWhole(cut);
            seen = bootsAndIsTakenBack(cut);
        } catch (AssertionError | Exception failed) {
            Files.move(cut.disk().file(), report.resolveSibling(cut.step().replace(' ', '-') + ".qcow2"));
            seen = "FAILED: " + failed.toString().lines().limit(5).toList();
        }
        Files.writeString(
                report,
                "| " + cut.step() + " | " + seen + " |\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return !seen.startsWith("FAILED");
    }

    /// The steps at which what is booted from may change.
    private static boolean matters(String step) {
        int index = Integer.parseInt(step.substring(step.lastIndexOf(' ') + 1));
        return !step.contains("BEFORE") && (index > FILES || step.startsWith("rollback"));
    }

    /// The new menu with the old image; the menu being taken back.
    private static boolean isBooted(String step) {
        return step.equals("apply DURING_ACT 16") || step.equals("rollback DURING_UNDO 15");
    }

    private Map<String, String> digests(DebianMachine machine) throws Exception {
        Map<String, String> digests = new TreeMap<>();
        out(machine.call("sha256sum", MENU, image, "/etc/default/grub"))
                .lines()
                .forEach(line -> digests.put(line.substring(66), line.substring(0, 64)));
        return digests;
    }

    private void allIsWhole(Cut cut) throws Exception {
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
    private String bootsAndIsTakenBack(Cut cut) throws Exception {
        try (DebianMachine machine = DebianMachine.boot(cut.disk(), folder)) {
            String arguments = machine.commandLine().contains("nptune.bind=") ? "new" : "old";
            Exec.Result rollback = machine.nptune("rollback");
            out(rollback);
            assertSame(found, state(machine));
            return "boots with the " + arguments + " arguments; rollback: "
                    + rollback.out().strip().replaceFirst(":.*", "") + ", all files as before";
        }
    }
}
