package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Taking back what the machine boots from, after others have worked on it too.
class BootChangesTest {
    private static final String IMAGE = "/boot/initrd.img-6.1";
    private static final String ENTRY = "/boot/loader/entries/arch.conf";
    private static final String BEFORE = "title Arch\noptions quiet\n";
    private static final String AFTER = "title Arch\noptions iommu=pt\n";

    @TempDir
    Path folder;

    private Box box;

    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder).with();
        box.put("/etc/modprobe.d/vfio.conf", "# nothing\n");
        box.put(IMAGE, "image of old\n");
        box.put(ENTRY, BEFORE);
        box.put("/boot/grub/grubenv", Box.grubenv("saved_entry=0"));
    }

    private static Change rebuild() {
        return new Change.Rebuild("build", List.of(), Builder.MKINITRAMFS, "6.1", List.of(IMAGE), List.of("vfio-pci"));
    }

    private static Change edit() {
        return Box.edit("/etc/modprobe.d/vfio.conf", "# nothing\n", "options vfio-pci ids=1:2\n");
    }

    private static Change entry() {
        return new Change.EditBootEntry("entry", List.of(), ENTRY, BEFORE, AFTER, true);
    }

    private void applied(Change... changes) throws IOException {
        ApplyResult result = box.apply(changes);
        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.Committed.class);
    }

    private void takenBack() throws IOException {
        ApplyResult result = box.rollback(false);
        assertThat(result).as(result.toString()).isInstanceOf(ApplyResult.RolledBack.class);
    }

    @Test
    void whatSomebodyElseBuiltAnewIsBuiltOnceMoreFromTheFilesAsBefore() throws IOException {
        applied(edit(), rebuild());
        assertThat(box.text(IMAGE)).isEqualTo("image of 6.1\noptions vfio-pci ids=1:2\n");
        box.put(IMAGE, "image of a kernel update\noptions vfio-pci ids=1:2\n");
        takenBack();
        assertThat(box.text(IMAGE)).isEqualTo("image of 6.1\n# nothing\n");
    }

    /// The menu says them, and images cannot.
    @Test
    void argumentsAreLookedForInTheTextThatIsBuiltAndNotInImages() throws IOException {
        String menu = "/boot/limine.conf";
        box.put(menu, "cmdline: quiet\n");
        box.put(IMAGE, "\0image\n");
        Path tool = box.tools.resolve("limine-mkinitcpio");
        String writes =
                "#!/bin/sh\necho 'cmdline: ARGUMENTS' > " + box.at(menu) + "\nprintf '\\0new' > " + box.at(IMAGE);
        Change build = new Change.Rebuild(
                "build", List.of(), Builder.LIMINE_MKINITCPIO, "", List.of(menu, IMAGE), List.of("iommu=pt"));
        Files.writeString(tool, writes.replace("ARGUMENTS", "quiet"));
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        assertThat(box.apply(build))
                .isInstanceOfSatisfying(
                        ApplyResult.RolledBack.class,
                        r -> assertThat(r.reason()).contains(menu + " does not say 'iommu=pt'"));
        assertThat(box.text(menu)).isEqualTo("cmdline: quiet\n");

        Files.writeString(tool, writes.replace("ARGUMENTS", "quiet iommu=pt"));
        applied(build);
    }

    @Test
    void whatNobodyTouchedIsPutBackToTheByte() throws IOException {
        Map<String, String> before = box.snapshot();
        applied(edit(), rebuild());
        takenBack();
        assertThat(box.snapshot()).isEqualTo(before);
    }

    @Test
    void aBuildThatLacksWhatItShouldSayIsTakenBack() throws IOException {
        Map<String, String> before = box.snapshot();
        assertThat(box.apply(rebuild()))
                .isInstanceOfSatisfying(
                        ApplyResult.RolledBack.class,
                        r -> assertThat(r.reason())
                                .isEqualTo(
                                        "build: mkinitramfs ran, but " + box.at(IMAGE)
                                                + " does not say 'vfio-pci': it may not be the file that the machine boots with"));
        assertThat(box.snapshot()).isEqualTo(before);
    }

    @Test
    void aProgramThatIsNotThereIsNamedBeforeAnythingIsDone() throws IOException {
        Files.delete(box.tools.resolve("mkinitramfs"));
        // a machine may have the real one in a system folder
        org.junit.jupiter.api.Assumptions.assumeTrue(
                new Tools(box.tools.toString()).find("mkinitramfs").isEmpty(), "installed here");
        assertThat(box.apply(edit(), rebuild()))
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        r -> assertThat(r.differences().getFirst().what())
                                .containsExactly("mkinitramfs, which builds " + IMAGE + ", is not installed"));
    }

    @Test
    void aBuilderThatFailsLeavesNothing() throws IOException {
        Map<String, String> before = box.snapshot();
        Files.writeString(
                box.tools.resolve("mkinitramfs"), "#!/bin/sh\necho half > \"$2\"\necho 'no module vfio' >&2\nexit 1\n");
        assertThat(box.apply(edit(), rebuild()))
                .isInstanceOfSatisfying(
                        ApplyResult.RolledBack.class,
                        r -> assertThat(r.reason()).contains("ended with status 1: no module vfio"));
        assertThat(box.snapshot()).isEqualTo(before);
    }

    @Test
    void aKeptMenuNamesTheKeptImages() throws IOException {
        box.put("/boot/grub/grub.cfg", "linux /boot/vmlinuz-6.1\ninitrd /boot/initrd.img-6.1\n# initrd.img-6.1-old\n");
        applied(new Change.KeepCopy(
                "keep",
                List.of(),
                "/boot/grub/grub.cfg",
                "/boot/grub/kept.cfg",
                Map.of("vmlinuz-6.1", "vmlinuz-6.1.kept", "initrd.img-6.1", "initrd.img-6.1.kept")));
        assertThat(box.text("/boot/grub/kept.cfg"))
                .isEqualTo("linux /boot/vmlinuz-6.1.kept\ninitrd /boot/initrd.img-6.1.kept\n# initrd.img-6.1-old\n");
        takenBack();
        assertThat(box.at("/boot/grub/kept.cfg")).doesNotExist();
    }

    @Test
    void anEntryThatWasStartedOnceIsTakenBack() throws IOException {
        Map<String, String> before = box.snapshot();
        applied(entry());
        Path entries = box.at(ENTRY).resolveSibling(".");
        assertThat(box.at(ENTRY)).doesNotExist();
        Files.move(entries.resolve("arch+1.conf"), entries.resolve("arch+0-1.conf"));
        takenBack();
        assertThat(box.snapshot()).isEqualTo(before);
    }

    @Test
    void anEntryThatWasFoundGoodIsTakenBack() throws IOException {
        Map<String, String> before = box.snapshot();
        applied(entry());
        Files.move(box.at(ENTRY).resolveSibling("arch+1.conf"), box.at(ENTRY));
        assertThat(box.applier().apply(Box.plan(entry()), ApplyListener.SILENT))
                .isEqualTo(new ApplyResult.AlreadyApplied(box.latest().id()));
        takenBack();
        assertThat(box.snapshot()).isEqualTo(before);
    }

    @Test
    void anEntryThatSomebodyEditedIsLeft() throws IOException {
        applied(entry());
        Files.writeString(box.at(ENTRY).resolveSibling("arch+1.conf"), AFTER + "# mine\n");
        assertThat(box.rollback(false)).isInstanceOfSatisfying(ApplyResult.Partial.class, p -> {
            assertThat(p.left().getFirst().conflict()).isTrue();
            assertThat(p.left().getFirst().why()).contains("arch+1.conf was edited after the change was made");
        });
        assertThat(box.rollback(true)).isInstanceOf(ApplyResult.RolledBack.class);
        assertThat(box.text(ENTRY)).isEqualTo(BEFORE);
    }

    /// All looks as if it had been removed.
    @Test
    void whatIsNotMountedIsNotTakenBack() throws IOException {
        String mounts = "/proc/self/mounts";
        box.put(mounts, "/dev/sda2 / ext4 rw 0 0\nsystemd-1 /boot autofs rw 0 0\n/dev/sda1 /boot vfat rw 0 0\n");
        Map<String, String> before = box.snapshot();
        applied(edit(), rebuild(), entry());
        Map<String, String> applied = box.snapshot();

        Files.move(box.at("/boot"), box.at("/away"));
        Files.createDirectory(box.at("/boot"));
        box.put(mounts, "/dev/sda2 / ext4 rw 0 0\nsystemd-1 /boot autofs rw 0 0\n");
        for (boolean force : List.of(false, true)) {
            assertThat(box.rollback(force))
                    .isInstanceOfSatisfying(
                            ApplyResult.Partial.class,
                            p -> assertThat(p.left())
                                    .hasSize(2)
                                    .allSatisfy(left ->
                                            assertThat(left.why()).startsWith("/boot is not mounted: mount it")));
            assertThat(box.at("/boot")).isEmptyDirectory();
        }
        assertThat(box.applier().previewBack(box.latest().id(), false).steps())
                .anySatisfy(s -> assertThat(s.unfit().toString()).contains("/boot is not mounted"));

        // all of it is in the root now
        Files.delete(box.at("/boot"));
        Files.move(box.at("/away"), box.at("/boot"));
        takenBack();
        assertThat(applied).isNotEqualTo(before);
        before.remove("proc/self/mounts");
        assertThat(box.snapshot()).containsAllEntriesOf(before);
    }

    /// The program empties the file before it writes it.
    @Test
    void atNoTimeIsThereNoBlockOfGrubsVariables() throws IOException {
        box.withGrubVariables();
        String before = box.text("/boot/grub/grubenv");
        List<String> seen = new ArrayList<>();
        Change change = new Change.SetGrubVariable("try", List.of(), "/boot/grub/grubenv", "nptune_trial", "1");
        box.applier((phase, _) -> {
                    if (phase == FaultHook.Phase.DURING_ACT) {
                        seen.add(box.text("/boot/grub/grubenv"));
                    }
                })
                .apply(Box.plan(change), ApplyListener.SILENT);
        assertThat(seen).containsExactly(before);

        box.put("/boot/grub/grubenv", "");
        takenBack();
        assertThat(box.text("/boot/grub/grubenv")).isEqualTo(before);
    }

    private static final String INSTALLED = """
            # Boot Loader Specification type#1 entry
            # File created by kernel-install (systemd 257)
            title      Debian
            options    root=x quiet systemd.machine_id=1
            linux      /1/6/linux
            initrd     /1/6/initrd
            """;

    private void installed() throws IOException {
        box.put(ENTRY, INSTALLED);
        String after = INSTALLED.replace("machine_id=1", "machine_id=1 iommu=pt");
        applied(new Change.EditBootEntry("entry", List.of(), ENTRY, INSTALLED, after, true));
    }

    @Test
    void anEntryWhoseArgumentsSomebodyPutInAnotherOrderThatCountsIsLeft() throws IOException {
        String text = INSTALLED.replace("quiet", "quiet console=tty0 console=ttyS0");
        box.put(ENTRY, text);
        String after = text.replace("machine_id=1", "machine_id=1 iommu=pt");
        applied(new Change.EditBootEntry("entry", List.of(), ENTRY, text, after, false));
        box.put(ENTRY, after.replace("console=tty0 console=ttyS0", "console=ttyS0 console=tty0"));
        assertThat(box.rollback(false)).isInstanceOf(ApplyResult.Partial.class);
    }

    /// kernel-install at each new initramfs of Debian's: from `/etc/kernel/cmdline`, which has the new arguments.
    @Test
    void anEntryThatItsToolWroteAgainGetsItsArgumentsBack() throws IOException {
        for (String name : List.of("arch+1.conf", "arch.conf", "arch+0-1.conf")) {
            installed();
            Files.deleteIfExists(box.at(ENTRY).resolveSibling("arch+1.conf"));
            Files.writeString(
                    box.at(ENTRY).resolveSibling(name),
                    INSTALLED
                            .replace("257", "258")
                            .replace(
                                    "root=x quiet systemd.machine_id=1", "root=x quiet iommu=pt systemd.machine_id=1"));
            takenBack();
            assertThat(box.text(ENTRY)).as(name).isEqualTo(INSTALLED.replace("257", "258"));
            assertThat(box.at(ENTRY).resolveSibling("arch+1.conf")).doesNotExist();
            assertThat(box.at(ENTRY).resolveSibling("arch+0-1.conf")).doesNotExist();
        }
    }

    @Test
    void anEntryThatStartsSomethingElseIsLeft() throws IOException {
        for (List<String> change : List.of(
                List.of("/1/6/initrd", "/1/7/initrd"), List.of("/1/6/linux", "/1/7/linux"), List.of("quiet", "mine"))) {
            installed();
            Path now = box.at(ENTRY).resolveSibling("arch+1.conf");
            Files.writeString(
                    now, Files.readString(now).replace("257", "258").replace(change.getFirst(), change.getLast()));
            assertThat(box.rollback(false)).as(change.toString()).isInstanceOf(ApplyResult.Partial.class);
            assertThat(box.rollback(true)).isInstanceOf(ApplyResult.RolledBack.class);
            assertThat(box.text(ENTRY)).isEqualTo(INSTALLED);
        }
    }

    /// kernelstub leaves the entry of the kernel before as it is where that kernel is gone.
    @Test
    void argumentsAreLookedForInTheFirstTextAlone() throws IOException {
        String current = "/boot/efi/loader/entries/Pop_OS-current.conf";
        String older = "/boot/efi/loader/entries/Pop_OS-oldkern.conf";
        box.put(current, "options quiet\n");
        box.put(older, "options quiet\n");
        box.put("/boot/efi/EFI/Pop_OS/initrd.img", "old\n");
        Path tool = box.tools.resolve("kernelstub");
        Files.writeString(
                tool,
                "#!/bin/sh\necho 'options quiet iommu=pt' > " + box.at(current) + "\necho new > "
                        + box.at("/boot/efi/EFI/Pop_OS/initrd.img"));
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        Map<String, String> before = box.snapshot();
        applied(new Change.Rebuild(
                "build",
                List.of(),
                Builder.KERNELSTUB,
                "",
                List.of(current, older, "/boot/efi/EFI/Pop_OS/initrd.img"),
                List.of("iommu=pt")));
        takenBack();
        assertThat(box.snapshot()).isEqualTo(before);
    }

    @Test
    void aVariableThatGrubHasUsedIsNoTrouble() throws IOException {
        box.withGrubVariables();
        applied(new Change.SetGrubVariable("try", List.of(), "/boot/grub/grubenv", "nptune_trial", "1"));
        assertThat(box.text("/boot/grub/grubenv")).isEqualTo(Box.grubenv("saved_entry=0", "nptune_trial=1"));
        box.put("/boot/grub/grubenv", Box.grubenv("saved_entry=0"));
        takenBack();
        assertThat(box.text("/boot/grub/grubenv")).isEqualTo(Box.grubenv("saved_entry=0"));
    }

    @Test
    void aVariableFromElsewhereThatIsNone() throws IOException {
        box.withGrubVariables();
        for (String name : List.of("--help", "a b", "a\nb", "")) {
            assertThat(box.apply(new Change.SetGrubVariable("x", List.of(), "/boot/grub/grubenv", name, "1")))
                    .as(name)
                    .isInstanceOfSatisfying(
                            ApplyResult.Refused.class,
                            r -> assertThat(r.differences().getFirst().what().getFirst())
                                    .endsWith("is no variable of GRUB's"));
        }
    }

    @Test
    void argumentsThatSomebodyElseAddedStay() throws IOException {
        box.put("/ostree/kargs", "quiet root=/dev/sda\n");
        applied(new Change.OstreeArguments(
                "arguments", List.of(), "quiet root=/dev/sda", List.of("iommu=pt"), List.of("quiet")));
        assertThat(box.text("/ostree/kargs")).isEqualTo("root=/dev/sda iommu=pt\n");
        box.put("/ostree/kargs", "root=/dev/sda iommu=pt mine\n");
        takenBack();
        assertThat(box.text("/ostree/kargs").strip().split(" "))
                .containsExactlyInAnyOrder("quiet", "root=/dev/sda", "mine");
    }
}
