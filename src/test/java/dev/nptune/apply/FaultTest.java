package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever goes wrong and wherever: after the rollback the tree is what it was.
class FaultTest {
    @TempDir(factory = MemoryFolder.class)
    Path folder;

    private int boxes;

    /// The end of a process, as far as a test can have it: nothing of the run catches it.
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    enum Kind {
        /// One call fails.
        ONCE,
        /// All calls from there on fail: a full disk.
        FROM_THERE_ON,
        /// The process ends.
        CRASH
    }

    /// Lets the n-th place a run passes fail. Counts the places.
    private static final class Fault implements FaultHook {
        private final Kind kind;
        private final int n;
        private final boolean failAtEnd;
        private final int last;
        private boolean failedAtEnd;
        private int passed;

        /// @param last the last change's index if verifying it is to fail first, so that the run goes backwards; or -1
        Fault(Kind kind, int n, int last) {
            this.kind = kind;
            this.n = n;
            this.last = last;
            this.failAtEnd = last >= 0;
        }

        @Override
        public void at(Phase phase, int index) throws IOException {
            int now = passed++;
            if (failAtEnd && !failedAtEnd && phase == Phase.IN_VERIFY && index == last) {
                failedAtEnd = true;
                throw new IOException("the last change fails");
            }
            if (now == n || (kind == Kind.FROM_THERE_ON && now > n)) {
                if (kind == Kind.CRASH) {
                    throw new Crash();
                }
                throw new IOException("fault at " + phase + " " + index);
            }
        }
    }

    private interface Scene {
        Plan make(Box box) throws IOException;
    }

    /// A module parameter with its file, a value, a file made, one removed.
    private static Plan tune(Box box) throws IOException {
        box.put("/sys/module/kvm_amd/parameters/npt", "0\n");
        box.put("/sys/module/kvm_amd/refcnt", "0\n");
        box.put("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "0\n");
        Path conf = box.put("/etc/modprobe.d/kvm.conf", "options kvm_amd npt=0\n");
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rw-r-----"));
        box.put("/etc/old.conf", "old\n");
        return Box.plan(
                Box.edit("/etc/modprobe.d/kvm.conf", "options kvm_amd npt=0\n", "options kvm_amd npt=1\n"),
                Box.reload("0", "1"),
                Box.sysfs("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "0", "512"),
                Box.edit("/etc/libvirt/hooks/qemu.d/win11", null, "#!/bin/sh\n"),
                Box.edit("/etc/old.conf", "old\n", null));
    }

    /// What GRUB starts with: images and menu kept, built anew where they are told to be, a variable for one try.
    private static Plan grub(Box box) throws IOException {
        box.with("mkinitramfs", "grub-mkconfig").withGrubVariables();
        box.put("/etc/modprobe.d/vfio.conf", "# nothing\n");
        box.put("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"quiet\"\n");
        box.put("/boot/initrd.img-6.1", "image of old\n");
        Path menu = box.put("/boot/grub/grub.cfg", "linux quiet\ninitrd /boot/initrd.img-6.1\n");
        Files.setPosixFilePermissions(menu, PosixFilePermissions.fromString("r--r--r--"));
        box.put("/boot/grub/grubenv", Box.grubenv("saved_entry=0"));
        box.put("/boot/grub/nptune.cfg", "of an earlier run\n");
        List<String> rule = List.of("rule");
        return Box.plan(
                new Change.KeepCopy(
                        "keep the image", rule, "/boot/initrd.img-6.1", "/boot/initrd.img-6.1.nptune", Map.of()),
                new Change.KeepCopy(
                        "keep the menu",
                        rule,
                        "/boot/grub/grub.cfg",
                        "/boot/grub/nptune.cfg",
                        Map.of("initrd.img-6.1", "initrd.img-6.1.nptune")),
                Box.edit("/etc/modprobe.d/vfio.conf", "# nothing\n", "options vfio-pci ids=1:2\n"),
                new Change.Rebuild(
                        "build the image",
                        rule,
                        Builder.MKINITRAMFS,
                        "6.1",
                        List.of("/boot/initrd.img-6.1"),
                        List.of()),
                Box.edit("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"quiet\"\n", "GRUB_CMDLINE_LINUX=\"iommu=pt\"\n"),
                new Change.Rebuild(
                        "build the menu",
                        rule,
                        Builder.GRUB_MKCONFIG,
                        "",
                        List.of("/boot/grub/grub.cfg"),
                        List.of("iommu=pt")),
                new Change.SetGrubVariable("try it once", rule, "/boot/grub/grubenv", "nptune_trial", "1"));
    }

    /// What systemd-boot starts with: an entry on trial, images built in place; and the arguments of an ostree system.
    private static Plan entries(Box box) throws IOException {
        box.with("mkinitcpio", "rpm-ostree");
        box.put("/etc/modprobe.d/vfio.conf", "# nothing\n");
        box.put("/boot/initramfs-linux.img", "image of old\n");
        box.put("/boot/initramfs-linux-fallback.img", "image of old fallback\n");
        box.put("/boot/loader/entries/arch.conf", "title Arch\noptions quiet\n");
        box.put("/boot/loader/entries/other.conf", "title Other\noptions quiet\n");
        box.put("/ostree/kargs", "root=/dev/sda quiet\n");
        List<String> rule = List.of("rule");
        return Box.plan(
                Box.edit("/etc/modprobe.d/vfio.conf", "# nothing\n", "options vfio-pci ids=1:2\n"),
                new Change.Rebuild(
                        "build the images",
                        rule,
                        Builder.MKINITCPIO_PRESETS,
                        "",
                        List.of("/boot/initramfs-linux.img", "/boot/initramfs-linux-fallback.img"),
                        List.of()),
                new Change.EditBootEntry(
                        "edit the entry",
                        rule,
                        "/boot/loader/entries/arch.conf",
                        "title Arch\noptions quiet\n",
                        "title Arch\noptions iommu=pt\n",
                        true),
                new Change.EditBootEntry(
                        "edit the other",
                        rule,
                        "/boot/loader/entries/other.conf",
                        "title Other\noptions quiet\n",
                        "title Other\noptions iommu=pt\n",
                        false),
                new Change.OstreeArguments(
                        "arguments", rule, "root=/dev/sda quiet\n", List.of("iommu=pt"), List.of("quiet")));
    }

    /// Files made, changed, removed and changed again, and values, by chance.
    private static Plan random(Box box, long seed) throws IOException {
        Random random = new Random(seed);
        List<Change> changes = new ArrayList<>();
        Map<String, String> files = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            String path = "/etc/d" + random.nextInt(2) + "/f" + i;
            String text = "text " + random.nextInt() + "\nä\n";
            Path file = box.put(path, text);
            Files.setPosixFilePermissions(
                    file, PosixFilePermissions.fromString(random.nextBoolean() ? "rw-------" : "rwxr-xr-x"));
            files.put(path, text);
            box.put("/sys/v" + i, i + "\n");
        }
        for (int i = 0; i < 6; i++) {
            String path = List.copyOf(files.keySet()).get(random.nextInt(files.size()));
            switch (random.nextInt(4)) {
                case 0 -> {
                    String after = "changed " + random.nextInt();
                    changes.add(Box.edit(path, files.put(path, after), after));
                }
                case 1 -> {
                    if (files.size() > 1) {
                        changes.add(Box.edit(path, files.remove(path), null));
                    }
                }
                case 2 -> {
                    String made = "/etc/new" + random.nextInt(3) + "/deep/" + i;
                    String text = random.nextBoolean() ? "#!/bin/sh\n" : "";
                    changes.add(Box.edit(made, null, text));
                    files.put(made, text);
                }
                default -> {
                    String value = "/sys/v" + random.nextInt(4);
                    String now = changes.stream()
                            .filter(c ->
                                    c instanceof Change.WriteSysfs w && w.path().equals(value))
                            .map(c -> ((Change.WriteSysfs) c).after())
                            .reduce((_, b) -> b)
                            .orElse(box.text(value).strip());
                    changes.add(Box.sysfs(value, now, Integer.toString(100 + i)));
                }
            }
        }
        return Box.plan(changes.toArray(Change[]::new));
    }

    private Box box() throws IOException {
        return new Box(folder.resolve(Integer.toString(boxes++)));
    }

    /// Lets every place fail in turn.
    private void everyPlace(Scene scene, Kind kind, boolean backwards) throws IOException {
        int n = 0;
        while (true) {
            Box box = box();
            Plan plan = scene.make(box);
            Map<String, String> before = box.snapshot();
            Fault fault = new Fault(kind, n, backwards ? plan.changes().size() - 1 : -1);
            String place = kind + " at place " + n;
            run(box, plan, fault);
            takeBack(box, place);
            assertThat(box.snapshot()).as(place).isEqualTo(before);
            takeBack(box, place);
            assertThat(box.snapshot()).as(place + ", twice").isEqualTo(before);
            if (fault.passed <= n) {
                return;
            }
            n++;
        }
    }

    private static void run(Box box, Plan plan, Fault fault) {
        try {
            ApplyResult result = box.applier(fault).apply(plan, ApplyListener.SILENT);
            assertThat(result).isNotInstanceOf(ApplyResult.Refused.class);
        } catch (Crash | IOException e) {
            // The process has ended, or could not even begin its journal.
        }
    }

    private static void takeBack(Box box, String place) throws IOException {
        assertThat(box.journals().list().unreadable())
                .as(place)
                .allMatch(Journals.Unreadable::beganNothing, "changed nothing");
        for (Journal journal : box.journals().list().journals()) {
            ApplyResult result = box.applier().rollback(journal.id(), false, ApplyListener.SILENT);
            assertThat(result).as(place).isInstanceOf(ApplyResult.RolledBack.class);
            assertThat(box.journals().open(journal.id()).state()).isInstanceOf(RunState.RolledBack.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aRunThatFailsOnTheWayForward(Kind kind) throws IOException {
        everyPlace(FaultTest::tune, kind, false);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aRunThatFailsOnTheWayBack(Kind kind) throws IOException {
        everyPlace(FaultTest::tune, kind, true);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatGrubStartsWith(Kind kind) throws IOException {
        everyPlace(FaultTest::grub, kind, false);
        everyPlace(FaultTest::grub, kind, true);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void entriesAndImagesInPlace(Kind kind) throws IOException {
        everyPlace(FaultTest::entries, kind, false);
        everyPlace(FaultTest::entries, kind, true);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void anyPlanCutOffAnywhere(long seed) throws IOException {
        everyPlace(box -> random(box, seed), Kind.CRASH, false);
        everyPlace(box -> random(box, seed), Kind.ONCE, true);
    }

    @Test
    void anyPlanAppliedAndTakenBack() throws IOException {
        for (long seed = 100; seed < 125; seed++) {
            Box box = box();
            Plan plan = random(box, seed);
            Map<String, String> before = box.snapshot();
            assertThat(box.applier().apply(plan, ApplyListener.SILENT)).isInstanceOf(ApplyResult.Committed.class);
            takeBack(box, "seed " + seed);
            assertThat(box.snapshot()).as("seed " + seed).isEqualTo(before);
        }
    }

    @Test
    void aSingleFailureIsTakenBackInTheSameRun() throws IOException {
        for (int n = 0; n < 25; n++) {
            Box box = box();
            Plan plan = tune(box);
            Map<String, String> before = box.snapshot();
            try {
                ApplyResult result = box.applier(new Fault(Kind.ONCE, n, -1)).apply(plan, ApplyListener.SILENT);
                assertThat(result).as("place " + n).isInstanceOf(ApplyResult.RolledBack.class);
            } catch (IOException e) {
                assertThat(n).as("only the journal's first line may fail so").isZero();
            }
            assertThat(box.snapshot()).as("place " + n).isEqualTo(before);
        }
    }
}
