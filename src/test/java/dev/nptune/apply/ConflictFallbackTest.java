package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.apply.ApplyResult.Leftover;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is on the disk of a machine whose trial failed, after a rollback that met with what its owner has edited since:
/// it must still start with what it had before. And that a second rollback leaves nothing.
class ConflictFallbackTest {
    private static final String IMAGE = "/boot/initrd.img-6.1";
    private static final String KEPT_IMAGE = "/boot/nptune-before-initrd.img-6.1";
    private static final String MODPROBE = "/etc/modprobe.d/vfio.conf";
    private static final String DECISION = "if failed: configfile nptune-before-grub.cfg";

    @TempDir
    Path folder;

    private Box box;

    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder).with("mkinitramfs").withGrubVariables();
        box.put(MODPROBE, "# nothing\n");
        box.put(IMAGE, "image of old\n");
    }

    private static Change keepImage() {
        return new Change.KeepCopy("keep", List.of(), IMAGE, KEPT_IMAGE, Map.of());
    }

    private static Change fallback(String path, String text) {
        return new Change.EditFile("fallback " + path, List.of(), path, null, text, true);
    }

    private static Change armed(String block) {
        return new Change.SetGrubVariable("begin the trial", List.of(), block, "nptune_trial", "pending");
    }

    private static Change image() {
        return new Change.Rebuild("build", List.of(), Builder.MKINITRAMFS, "6.1", List.of(IMAGE), List.of("vfio-pci"));
    }

    private static Change modprobe() {
        return Box.edit(MODPROBE, "# nothing\n", "options vfio-pci ids=1:2\n");
    }

    private Map<String, String> applied(Change... changes) throws IOException {
        Map<String, String> before = snapshot();
        ApplyResult result = box.apply(changes);
        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.Committed.class);
        return before;
    }

    /// Without the files that programs write anew, whose time is nobody's to keep.
    private Map<String, String> snapshot() throws IOException {
        Map<String, String> all = new TreeMap<>(box.snapshot());
        for (String rewritten : List.of("boot/grub/grub.cfg", "boot/grub2/grubenv", "boot/grub/grubenv")) {
            if (all.containsKey(rewritten)) {
                all.put(rewritten, box.text("/" + rewritten));
            }
        }
        return all;
    }

    /// What is left by a conflict, and what stays for it.
    private List<Leftover> left(String what) throws IOException {
        ApplyResult result = box.rollback(false);
        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.Partial.class);
        List<Leftover> left = new ArrayList<>(((ApplyResult.Partial) result).left());
        Leftover first = left.removeFirst();
        assertThat(first.conflict()).isTrue();
        assertThat(first.why()).contains(what + " was edited after the change was made");
        assertThat(left).allMatch(l -> l.why().startsWith("the machine may still fall back to it"));
        left.addFirst(first);
        return left;
    }

    /// What the owner is told to do.
    private static void byHand(Leftover left) throws IOException {
        assertThat(Exec.run(Duration.ofMinutes(1), List.of("sh", "-c", left.byHand()))
                        .ok())
                .isTrue();
    }

    private void takenBack(Map<String, String> before) throws IOException {
        ApplyResult result = box.rollback(false);
        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(snapshot()).isEqualTo(before);
    }

    private void mkconfig() throws IOException {
        assertThat(Exec.run(
                                Duration.ofMinutes(1),
                                List.of(
                                        box.tools.resolve("grub-mkconfig").toString(),
                                        "-o",
                                        box.at("/boot/grub/grub.cfg").toString()))
                        .ok())
                .isTrue();
    }

    /// The menu is built anew by the owner before the rollback, or by an update after it.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void grub(boolean builtBefore) throws IOException {
        Path program = Files.writeString(
                box.tools.resolve("grub-mkconfig"),
                "#!/bin/sh\n{ for f in ROOT/etc/grub.d/*_*; do sh $f; done; cat ROOT/etc/default/grub; } > $2\n"
                        .replace("ROOT", box.root.toString()));
        program.toFile().setExecutable(true);
        box.put("/etc/grub.d/10_linux", "echo initrd /boot/initrd.img-6.1\n");
        box.put("/etc/default/grub", "quiet\n");
        box.put("/boot/grub/grubenv", Box.grubenv());
        mkconfig();
        Map<String, String> before = applied(
                keepImage(),
                new Change.KeepCopy(
                        "keep the menu",
                        List.of(),
                        "/boot/grub/grub.cfg",
                        "/boot/grub/nptune-before-grub.cfg",
                        Map.of("initrd.img-6.1", "nptune-before-initrd.img-6.1")),
                fallback("/etc/grub.d/06_nptune", "#!/bin/sh\necho '" + DECISION + "'\n"),
                fallback("/etc/grub.d/45_nptune", "#!/bin/sh\necho offer\n"),
                modprobe(),
                Box.edit("/etc/default/grub", "quiet\n", "quiet iommu=pt\n"),
                armed("/boot/grub/grubenv"),
                new Change.Rebuild(
                        "menu",
                        List.of(),
                        Builder.GRUB_MKCONFIG,
                        "",
                        List.of("/boot/grub/grub.cfg"),
                        List.of("iommu=pt")),
                image());
        box.put("/boot/grub/grubenv", Box.grubenv("nptune_trial=failed"));
        box.put("/etc/default/grub", "quiet iommu=pt\ntimeout 9\n");
        if (builtBefore) {
            mkconfig();
        }
        List<Leftover> left = left("/etc/default/grub");
        if (!builtBefore) {
            assertThat(box.text("/boot/grub/grub.cfg")).isEqualTo("initrd /boot/initrd.img-6.1\nquiet\n");
            mkconfig();
        }

        assertThat(box.text("/boot/grub/grub.cfg")).contains("iommu=pt", DECISION);
        assertThat(box.text("/boot/grub/grubenv")).contains("nptune_trial=failed\n");
        assertThat(box.text("/boot/grub/nptune-before-grub.cfg"))
                .isEqualTo("initrd /boot/nptune-before-initrd.img-6.1\nquiet\n");
        assertThat(box.text(KEPT_IMAGE)).isEqualTo("image of old\n");
        assertThat(box.text(IMAGE)).isEqualTo("image of old\n");
        assertThat(left).extracting(Leftover::index).containsExactly(5, 3, 2, 6, 1, 0);

        byHand(left.getFirst());
        takenBack(before);
    }

    @Test
    void grubWithEntries() throws IOException {
        String entry = "/boot/loader/entries/f-6.1.conf";
        String kept = "/boot/loader/entries/f-6.1~nptune-before.conf";
        box.put(entry, "title Fedora\ninitrd /initrd.img-6.1\noptions quiet\n");
        box.put("/boot/grub2/grubenv", Box.grubenv());
        Map<String, String> before = applied(
                keepImage(),
                fallback(kept, "title before\ninitrd /nptune-before-initrd.img-6.1\noptions quiet\n"),
                fallback("/boot/grub2/custom.cfg", "if failed: set default=f-6.1~nptune-before\n"),
                armed("/boot/grub2/grubenv"),
                modprobe(),
                Box.edit(
                        entry,
                        "title Fedora\ninitrd /initrd.img-6.1\noptions quiet\n",
                        "title Fedora\ninitrd /initrd.img-6.1\noptions quiet iommu=pt\n"),
                image());
        box.put("/boot/grub2/grubenv", Box.grubenv("nptune_trial=failed"));
        box.put(entry, "title Fedora\ninitrd /initrd.img-6.1\noptions quiet iommu=pt x\n");
        List<Leftover> left = left(entry);

        assertThat(box.text(entry)).contains("iommu=pt x");
        assertThat(box.text("/boot/grub2/custom.cfg")).contains("f-6.1~nptune-before");
        assertThat(box.text("/boot/grub2/grubenv")).contains("nptune_trial=failed\n");
        assertThat(box.text(kept)).contains("/nptune-before-initrd.img-6.1", "options quiet\n");
        assertThat(box.text(KEPT_IMAGE)).isEqualTo("image of old\n");
        assertThat(left).extracting(Leftover::index).containsExactly(5, 3, 2, 1, 0);

        byHand(left.getFirst());
        takenBack(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void systemdBoot(boolean force) throws IOException {
        String entry = "/boot/loader/entries/arch.conf";
        String kept = "/boot/loader/entries/0-nptune-before-arch.conf";
        String tried = "/boot/loader/entries/arch+0-1.conf";
        box.put(entry, "title Arch\ninitrd /initrd.img-6.1\noptions quiet\n");
        box.put("/etc/kernel/cmdline", "quiet\n");
        Map<String, String> before = applied(
                keepImage(),
                fallback(kept, "title before\ninitrd /nptune-before-initrd.img-6.1\noptions quiet\n"),
                modprobe(),
                new Change.EditBootEntry(
                        "entry",
                        List.of(),
                        entry,
                        "title Arch\ninitrd /initrd.img-6.1\noptions quiet\n",
                        "title Arch\ninitrd /initrd.img-6.1\noptions iommu=pt\n",
                        true),
                Box.edit("/etc/kernel/cmdline", "quiet\n", "iommu=pt\n"),
                image());
        Files.delete(box.at("/boot/loader/entries/arch+1.conf"));
        box.put(tried, "title Arch\ninitrd /initrd.img-6.1\noptions iommu=pt nomodeset\n");
        List<Leftover> left = left(tried);

        assertThat(box.at(entry)).doesNotExist();
        assertThat(box.text(tried)).contains("nomodeset");
        assertThat(box.text(kept)).contains("/nptune-before-initrd.img-6.1", "options quiet\n");
        assertThat(box.text(KEPT_IMAGE)).isEqualTo("image of old\n");
        assertThat(box.text("/etc/kernel/cmdline")).isEqualTo("quiet\n");
        assertThat(left).extracting(Leftover::index).containsExactly(3, 1, 0);

        if (force) {
            assertThat(box.rollback(true)).isInstanceOf(ApplyResult.RolledBack.class);
            assertThat(snapshot()).isEqualTo(before);
        } else {
            byHand(left.getFirst());
            takenBack(before);
        }
    }

    /// The owner removed the entry that failed; without another the kept one is all that the machine starts with.
    @Test
    void anEntryIsPutBackWhereItsKernelIs() throws IOException {
        String entry = "/boot/loader/entries/arch.conf";
        String text = "title Arch\nlinux /vmlinuz-linux\noptions quiet\n";
        box.put("/boot/vmlinuz-linux", "a kernel\n");
        box.put(entry, text);
        Map<String, String> before = applied(
                fallback("/boot/loader/entries/0-nptune-before-arch.conf", text),
                new Change.EditBootEntry("entry", List.of(), entry, text, text.replace("quiet", "iommu=pt"), true));
        Files.delete(box.at("/boot/loader/entries/arch+1.conf"));
        takenBack(before);
    }

    /// Between two rollbacks a kernel update has built an image that was put back: the old one is not put in its place.
    @Test
    void anImageThatWasPutBackOnceIsNobodysToPutBackAgain() throws IOException {
        box.with("mkinitcpio");
        String image = "/boot/initramfs-linux.img";
        box.put(image, "image of old\n");
        box.put("/etc/a.conf", "a\n");
        Path program = box.tools.resolve("mkinitcpio");
        String works = Files.readString(program);
        Files.writeString(
                program,
                "#!/bin/sh\necho mine > ROOT/etc/a.conf\n: > ROOT/boot/initramfs-linux.img\nexit 1\n"
                        .replace("ROOT", box.root.toString()));
        assertThat(box.apply(
                        Box.edit("/etc/a.conf", "a\n", "b\n"),
                        new Change.Rebuild(
                                "build", List.of(), Builder.MKINITCPIO_PRESETS, "", List.of(image), List.of())))
                .isInstanceOf(ApplyResult.Partial.class);
        assertThat(box.text(image)).isEqualTo("image of old\n");

        Files.writeString(program, works);
        box.put(image, "image of a kernel update\n");
        assertThat(box.rollback(true)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.text("/etc/a.conf")).isEqualTo("a\n");
        assertThat(box.text(image)).isEqualTo("image of linux\n# nothing\n");
    }

    @Test
    void aJournalFromBeforeHasNoSuchMark() {
        Undo.OfFile old = new Undo.OfFile("/etc/a", "/etc/.a", null, "x", List.of(), false);
        assertThat(Json.compact(old)).doesNotContain("fallback");
        assertThat(Json.read(Json.compact(old), Undo.class)).isEqualTo(old);
    }

    /// A tool that makes the menu has written a kernel into it that was installed since; what was added goes, and the
    /// new
    /// kernel's entry stays.
    @Test
    void aMenuThatAToolHasWrittenSinceOnlyLosesWhatWasAddedToIt() throws IOException {
        String menu = "/boot/limine.conf";
        String kept = "\n/linux before NPTune\n    path: boot():/nptune-before-vmlinuz\n";
        box.put(menu, "/linux\n    path: boot():/vmlinuz\n");
        applied(
                keepImage(),
                new Change.EditFile("keep the entry", List.of(), menu, box.text(menu), box.text(menu) + kept, true),
                modprobe());
        String newer = "/linux-new\n    path: boot():/vmlinuz-new\n/linux\n    path: boot():/vmlinuz\n";
        box.put(menu, newer + kept);

        ApplyResult result = box.rollback(false);

        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.text(menu)).isEqualTo(newer);
    }

    /// Without the check that ends it, GRUB would take a good boot for a failed one the next time.
    @Test
    void theCheckThatEndsATrialStaysWithIt() throws IOException {
        String entry = "/boot/loader/entries/f-6.1.conf";
        String check = "/etc/nptune/boot-check";
        box.put(entry, "options quiet\n");
        box.put("/boot/grub2/grubenv", Box.grubenv());
        Map<String, String> before = applied(
                fallback(check, "#!/bin/sh\n"),
                fallback("/boot/grub2/custom.cfg", "if failed: set default=f-6.1~nptune-before\n"),
                armed("/boot/grub2/grubenv"),
                Box.edit(entry, "options quiet\n", "options quiet iommu=pt\n"));
        box.put(entry, "options quiet iommu=pt x\n");
        List<Leftover> left = left(entry);

        assertThat(box.text(check)).isEqualTo("#!/bin/sh\n");
        assertThat(box.text("/boot/grub2/grubenv")).contains("nptune_trial=pending");
        assertThat(left).extracting(Leftover::index).containsExactly(3, 2, 1, 0);

        byHand(left.getFirst());
        takenBack(before);
    }

    /// A hook that its owner has edited is no reason to go on starting what was kept.
    @Test
    void whatIsOnlyOfVmsLeavesNothingToFallBackTo() throws IOException {
        String hook = "/etc/libvirt/hooks/qemu.d/nptune-win";
        box.put(hook, "#!/bin/sh\n");
        box.put("/boot/grub2/grubenv", Box.grubenv());
        applied(
                fallback("/boot/grub2/custom.cfg", "if failed: set default=f-6.1~nptune-before\n"),
                armed("/boot/grub2/grubenv"),
                Box.edit(hook, "#!/bin/sh\n", "#!/bin/sh\nexit 0\n"));
        box.put(hook, "#!/bin/sh\nmine\n");

        assertThat(left(hook)).hasSize(1);

        assertThat(box.text("/boot/grub2/grubenv")).doesNotContain("nptune_trial");
        assertThat(box.at("/boot/grub2/custom.cfg")).doesNotExist();
        assertThat(box.text(hook)).contains("mine");
    }

    /// The claim, for which the folder was made, is taken back long before the check.
    @Test
    void aFolderThatWasMadeGoesWithTheLastFileInIt() throws IOException {
        Map<String, String> before = applied(
                Box.edit("/etc/nptune/vfio-claim", null, "#!/bin/sh\n"),
                fallback("/etc/nptune/boot-check", "#!/bin/sh\n"),
                fallback("/etc/systemd/system/multi-user.target.d/nptune.conf", "[Unit]\n"));
        takenBack(before);
        assertThat(box.at("/etc/nptune")).doesNotExist();
        assertThat(box.at("/etc/systemd/system/multi-user.target.d")).doesNotExist();
    }
}
