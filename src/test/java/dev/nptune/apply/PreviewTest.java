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
        box.put("/sys/module/kvm_amd/parameters/npt", "1\n");
        box.put("/sys/module/kvm_amd/refcnt", "0\n");
        box.put("/ostree/kargs", "quiet\n");
    }

    private Change[] all() {
        return new Change[] {
            new Change.KeepCopy("copy", List.of(), "/boot/initrd.img", "/boot/kept.img", Map.of()),
            Box.edit("/etc/a.conf", "a\n", "b\n"),
            Box.edit("/etc/hooks/new", null, "#!/bin/sh\n"),
            Box.edit("/etc/modprobe.d/kvm.conf", null, "options kvm_amd npt=0\n"),
            new Change.Rebuild("build", List.of(), Builder.MKINITRAMFS, "6.1", List.of("/boot/initrd.img"), List.of()),
            new Change.EditBootEntry("entry", List.of(), "/boot/arch.conf", "quiet\n", "iommu=pt\n", true),
            new Change.SetGrubVariable("try", List.of(), "/boot/grub/grubenv", "nptune_trial", "1"),
            new Change.OstreeArguments("args", List.of(), "quiet", List.of("iommu=pt"), List.of("quiet")),
            Box.reload("1", "0"),
            Box.sysfs("/sys/v", "0", "1"),
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
                        "make root/etc/hooks/new (0755)",
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
                        "write '1' to root/sys/v");
        assertThat(box.snapshot()).isEqualTo(before);
        assertThat(box.state).doesNotExist();
    }

    /// The log of the run that follows has what was announced.
    @Test
    void whatWasAnnouncedIsWhatIsDoneAndTakenBack() throws IOException {
        Map<String, String> before = box.snapshot();
        assertThat(box.apply(all())).isInstanceOf(ApplyResult.Committed.class);
        List<String> log = box.latest().log();
        assertThat(log)
                .allMatch(l -> l.matches("20[0-9-]*T[0-9:.]*Z +[0-9.]* s  (done|status [0-9]+)  .*"))
                .anyMatch(l -> l.endsWith("write " + box.at("/etc/hooks/new")))
                .anyMatch(l -> l.contains(box.tools + "/grub-editenv " + box.at("/boot/grub/.grubenv"))
                        && l.endsWith(".tmp set nptune_trial=1"))
                .anyMatch(l -> l.endsWith("write " + box.at("/boot/grub/grubenv")))
                .anyMatch(l -> l.endsWith("status 0  " + box.modprobe + " -r kvm_amd"))
                .anyMatch(l -> l.endsWith("write '1' to " + box.at("/sys/v")));

        Preview back = box.applier().previewBack(box.latest().id());
        assertThat(back.fits()).isTrue();
        assertThat(does(back))
                .containsExactly(
                        "write '0' to root/sys/v",
                        "run modprobe -r kvm_amd",
                        "run modprobe kvm_amd npt=1",
                        "run rpm-ostree kargs --append=quiet --delete=iommu=pt",
                        "write root/boot/arch.conf as it was, from state/journal/RUN/backup/5",
                        "remove root/boot/arch+1.conf",
                        "remove root/etc/modprobe.d/kvm.conf",
                        "remove root/etc/hooks/new",
                        "write root/etc/a.conf as it was, from state/journal/RUN/backup/1",
                        "write root/boot/initrd.img as it was, from state/journal/RUN/backup/4.0",
                        "copy root/boot/grub/grubenv to root/boot/grub/.grubenv.RUN.tmp",
                        "run bin/grub-editenv root/boot/grub/.grubenv.RUN.tmp unset nptune_trial",
                        "rename that to root/boot/grub/grubenv",
                        "remove root/boot/kept.img");
        box.rollback(false);
        assertThat(box.snapshot()).isEqualTo(before);
        assertThat(box.applier().previewBack(box.latest().id()).notes()).hasSize(1);
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
        Journal cutOff = box.journals().create(Box.plan(change), "");
        cutOff.append(new Entry.Started(0, new Undo.OfSysfs("/sys/v", "0", "1"), List.of()));

        Preview same = box.applier().preview(Box.plan(change), true);
        assertThat(same.fits()).isTrue();
        assertThat(same.notes()).singleElement().asString().contains(cutOff.id(), "taken back first");
        Preview other = box.applier().preview(Box.plan(Box.sysfs("/sys/v", "0", "1")), true);
        assertThat(other.fits()).isFalse();
        assertThat(other.nextStep()).contains("nptune rollback " + cutOff.id());
    }
}
