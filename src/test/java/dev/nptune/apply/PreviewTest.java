package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewTest {
    private static final String PAGES = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";

    @TempDir
    Path folder;

    private Box box;

    @BeforeEach
    void unpack() throws IOException {
        box = new Box(folder).with().withGrubVariables();
        box.put("/etc/a.conf", "a\n");
        box.put("/boot/initrd.img", "old\n");
        box.put("/boot/grub/grubenv", Box.grubenv());
        box.put("/boot/arch.conf", "quiet\n");
        box.put("/sys/v", "0\n");
        box.put(PAGES, "0\n");
        box.put("/proc/sys/vm/compact_memory", "");
        box.put("/sys/module/kvm_amd/parameters/npt", "1\n");
        box.put("/sys/module/kvm_amd/refcnt", "0\n");
        box.put("/ostree/kargs", "quiet\n");
    }

    private Change[] all() {
        return new Change[] {
            new Change.KeepCopy("copy", List.of(), "/boot/initrd.img", "/boot/kept.img", Map.of()),
            Box.edit("/etc/a.conf", "a\n", "b\n"),
            Box.edit("/etc/hooks/new", null, "#!/bin/sh\n"),
            Box.edit("/etc/hooks/deep/newer", null, "text\n"),
            Box.edit("/etc/modprobe.d/kvm.conf", null, "options kvm_amd npt=0\n"),
            new Change.Rebuild("build", List.of(), Builder.MKINITRAMFS, "6.1", List.of("/boot/initrd.img"), List.of()),
            new Change.EditBootEntry("entry", List.of(), "/boot/arch.conf", "quiet\n", "iommu=pt\n", true),
            new Change.SetGrubVariable("try", List.of(), "/boot/grub/grubenv", "nptune_trial", "1"),
            new Change.OstreeArguments("args", List.of(), "quiet", List.of("iommu=pt"), List.of("quiet")),
            Box.reload("1", "0"),
            Box.sysfs("/sys/v", "0", "1"),
            Box.sysfs(PAGES, "0", "4"),
        };
    }

    private List<String> does(Preview preview) {
        return preview.steps().stream()
                .flatMap(s -> s.does().stream())
                .map(d -> d.replace(folder.toString() + "/", "").replaceAll("[0-9]{8}T[0-9.]*Z-[0-9a-f]{4}", "RUN"))
                .toList();
    }

    @Test
    void everyFileAndCommandLineInOrder() throws IOException {
        Map<String, String> before = box.snapshot();
        Preview preview = box.applier().preview(Box.plan(all()), true);

        assertThat(preview.fits()).as(preview.toString()).isTrue();
        assertThat(does(preview))
                .containsExactly(
                        "copy root/boot/initrd.img to root/boot/kept.img",
                        "write root/etc/a.conf",
                        "make folder root/etc/hooks (0755)",
                        "make root/etc/hooks/new (0755)",
                        "make folder root/etc/hooks/deep (0755)",
                        "make root/etc/hooks/deep/newer (0644)",
                        "make folder root/etc/modprobe.d (0755)",
                        "make root/etc/modprobe.d/kvm.conf (0644)",
                        "run mkinitramfs -o " + "root/boot/.initrd.img.RUN.tmp 6.1",
                        "rename that to root/boot/initrd.img",
                        "write root/boot/arch+1.conf",
                        "remove root/boot/arch.conf",
                        "copy root/boot/grub/grubenv to root/boot/grub/.grubenv.RUN.tmp",
                        "run bin/grub-editenv root/boot/grub/.grubenv.RUN.tmp set nptune_trial=1",
                        "rename that to root/boot/grub/grubenv",
                        "run rpm-ostree kargs --append=iommu=pt --delete=quiet",
                        "run modprobe -r kvm_amd",
                        "run modprobe kvm_amd",
                        "write '1' to root/sys/v",
                        "write '1' to root/proc/sys/vm/compact_memory",
                        "write '4' to root" + PAGES);
        assertThat(box.snapshot()).isEqualTo(before);
        assertThat(box.state).doesNotExist();
    }

    /// The log of the run that follows has what was announced.
    @Test
    void whatWasAnnouncedIsWhatIsDoneAndTakenBack() throws IOException {
        Map<String, String> before = box.snapshot();
        assertThat(box.apply(all())).isInstanceOf(ApplyResult.Committed.class);
        box.put("/proc/sys/vm/compact_memory", "");
        List<String> log = box.latest().log();
        assertThat(log)
                .allMatch(l -> l.matches("20[0-9-]*T[0-9:.]*Z +[0-9.]* s  (done|status [0-9]+)  .*"))
                .anyMatch(l -> l.endsWith("write " + box.at("/etc/hooks/new")))
                .anyMatch(l -> l.contains(box.tools + "/grub-editenv " + box.at("/boot/grub/.grubenv"))
                        && l.endsWith(".tmp set nptune_trial=1"))
                .anyMatch(l -> l.endsWith("write " + box.at("/boot/grub/grubenv")))
                .anyMatch(l -> l.endsWith("status 0  " + box.modprobe + " -r kvm_amd"))
                .anyMatch(l -> l.endsWith("write '1' to " + box.at("/sys/v")));

        Preview back = box.applier().previewBack(box.latest().id(), false);
        assertThat(back.fits()).as(back.toString()).isTrue();
        assertThat(back.nextStep()).isEmpty();
        assertThat(does(back))
                .containsExactly(
                        "write '0' to root" + PAGES,
                        "write '0' to root/sys/v",
                        "run modprobe -r kvm_amd",
                        "run modprobe kvm_amd npt=1",
                        "run rpm-ostree kargs --append=quiet --delete=iommu=pt",
                        "write root/boot/arch.conf as it was, from state/journal/RUN/backup/6",
                        "remove root/boot/arch+1.conf",
                        "remove root/etc/modprobe.d/kvm.conf",
                        "remove folder root/etc/modprobe.d, if it is empty then",
                        "remove root/etc/hooks/deep/newer",
                        "remove folder root/etc/hooks/deep, if it is empty then",
                        "remove root/etc/hooks/new",
                        "remove folder root/etc/hooks, if it is empty then",
                        "write root/etc/a.conf as it was, from state/journal/RUN/backup/1",
                        "write root/boot/initrd.img as it was, from state/journal/RUN/backup/5.0",
                        "copy root/boot/grub/grubenv to root/boot/grub/.grubenv.RUN.tmp",
                        "run bin/grub-editenv root/boot/grub/.grubenv.RUN.tmp unset nptune_trial",
                        "rename that to root/boot/grub/grubenv",
                        "remove root/boot/kept.img");
        box.rollback(false);
        assertThat(box.snapshot()).isEqualTo(before);
        assertThat(box.applier().previewBack(box.latest().id(), false).notes()).hasSize(1);
    }

    private static List<String> unfit(Preview preview) {
        return preview.steps().stream().flatMap(s -> s.unfit().stream()).toList();
    }

    private static List<String> changedSince(Preview preview) {
        return preview.steps().stream().flatMap(s -> s.changedSince().stream()).toList();
    }

    /// What is said to go goes, and what is said to be left is left.
    @Test
    void whatSomebodyElseHasChangedIsSaidToBeLeftOrOverwritten() throws IOException {
        box.apply(
                Box.edit("/etc/a.conf", "a\n", "b\n"),
                Box.sysfs("/sys/v", "0", "1"),
                Box.sysfs("/sys/v", "1", "2"),
                Box.reload("1", "1"));
        String run = box.latest().id();
        assertThat(box.applier().previewBack(run, false).fits())
                .as("the change before the last of one thing is no conflict")
                .isTrue();

        box.put("/etc/a.conf", "theirs\n");
        box.put("/sys/v", "7\n");
        Preview asked = box.applier().previewBack(run, false);
        assertThat(asked.fits()).isFalse();
        assertThat(unfit(asked))
                .containsExactly(
                        box.at("/sys/v") + " was set to '7' after the change was made; leave it, or force the rollback",
                        box.at("/sys/v") + " was set to '7' after the change was made; leave it, or force the rollback",
                        box.at("/etc/a.conf") + " was edited after the change was made; compare it with the backup,"
                                + " or force the rollback");
        assertThat(changedSince(asked)).isEmpty();
        assertThat(asked.nextStep())
                .isEqualTo("nptune rollback " + run + " --force overwrites what somebody else has changed since");

        Preview forced = box.applier().previewBack(run, true);
        assertThat(forced.fits()).isTrue();
        assertThat(forced.nextStep()).isEmpty();
        assertThat(changedSince(forced))
                .containsExactly(
                        box.at("/sys/v") + " was set to '7' after the change was made",
                        box.at("/etc/a.conf") + " was edited after the change was made");

        assertThat(box.rollback(false))
                .isInstanceOfSatisfying(
                        ApplyResult.Partial.class,
                        p -> assertThat(p.left())
                                .extracting(ApplyResult.Leftover::why)
                                .containsExactlyElementsOf(unfit(asked)));
        assertThat(box.rollback(true)).isInstanceOf(ApplyResult.RolledBack.class);
    }

    /// What is in use cannot be taken back by force either.
    @Test
    void aModuleInUseIsSaidToBeLeft() throws IOException {
        box.put("/etc/modprobe.d/kvm.conf", "options kvm_amd npt=0\n");
        assertThat(box.apply(Box.reload("1", "0"))).isInstanceOf(ApplyResult.Committed.class);
        box.put("/sys/module/kvm_amd/refcnt", "2\n");
        Preview preview = box.applier().previewBack(box.latest().id(), true);
        assertThat(unfit(preview)).singleElement().asString().startsWith("module kvm_amd is in use (2 users");
        assertThat(preview.nextStep()).isEmpty();
    }

    @Test
    void whatTheMachineFallsBackToIsSaidToBeLeftWithTheRest() throws IOException {
        box.apply(
                new Change.KeepCopy("copy", List.of(), "/boot/initrd.img", "/boot/kept.img", Map.of()),
                Box.edit("/etc/a.conf", "a\n", "b\n"));
        box.put("/etc/a.conf", "theirs\n");
        assertThat(unfit(box.applier().previewBack(box.latest().id(), false)))
                .hasSize(2)
                .last()
                .isEqualTo(Runner.NEEDED);
    }

    @Test
    void whatDoesNotFitIsSaidAtItsChange() throws IOException {
        Preview preview = box.applier()
                .preview(Box.plan(Box.edit("/etc/a.conf", "x\n", "b\n"), Box.sysfs("/sys/v", "0", "1")), true);

        assertThat(preview.fits()).isFalse();
        assertThat(preview.steps().getFirst().unfit())
                .containsExactly(box.at("/etc/a.conf") + " has changed", "line 1 was 'x', is now 'a'");
        assertThat(preview.steps().getLast().unfit()).isEmpty();
    }

    @Test
    void aRunThatWasCutOffIsInTheWayUnlessItIsOfTheSamePlan() throws IOException {
        Change change = Box.edit("/etc/a.conf", "a\n", "b\n");
        box.put("/sys/v", "1\n");
        Journal cutOff = box.journals().create(Box.plan(change), "");
        cutOff.append(new Entry.Started(0, new Undo.OfSysfs("/sys/v", "0", "1"), List.of()));

        Preview same = box.applier().preview(Box.plan(change), true);
        assertThat(same.fits()).isTrue();
        assertThat(same.first()).isNotNull().satisfies(first -> {
            assertThat(first.run()).isEqualTo(cutOff.id());
            assertThat(does(first)).containsExactly("write '0' to root/sys/v");
        });
        assertThat(same.notes()).singleElement().asString().contains(cutOff.id(), "taken back first");
        Preview other = box.applier().preview(Box.plan(Box.sysfs("/sys/v", "0", "1")), true);
        assertThat(other.fits()).isFalse();
        assertThat(other.nextStep()).contains("nptune rollback " + cutOff.id());
    }
}
