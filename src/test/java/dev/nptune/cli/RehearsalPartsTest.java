package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.PciAddress;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RehearsalPartsTest {
    private static final Plan PLAN = Plan.of(
            "win10",
            List.of(
                    new Change.EditFile("edit", List.of(), "/etc/modprobe.d/kvm.conf", "a\n", "b\n"),
                    new Change.ReloadModule("reload", List.of(), "kvm_amd", "npt", "N", "Y"),
                    new Change.Rebuild("image", List.of(), Builder.DRACUT, "6.1", List.of("/boot/i"), List.of()),
                    new Change.Rebuild("menu", List.of(), Builder.GRUB_MKCONFIG, "", List.of("/boot/g"), List.of()),
                    new Change.BindDriver("bind", List.of(), PciAddress.parse("01:00.0"), "1:2", null, "vfio-pci"),
                    new Change.EditBootEntry("entry", List.of(), "/boot/e.conf", "a", "b", true),
                    new Change.DefineDomain("domain", List.of(), "win10", "<domain/>", "<domain/>"),
                    new Change.EditFile("forged", List.of(), "/etc/a\nb", null, "x")));

    @Test
    void whatOnlyTheRealMachineHasIsSkippedByName() {
        RehearsalParts parts = RehearsalParts.of(PLAN, Map.of(6, "another XML"));

        assertThat(parts.rehearsed()).containsExactly(0, 2, 5);
        assertThat(parts.skipped())
                .containsOnlyKeys(1, 3, 4, 6, 7)
                .containsEntry(3, "grub-mkconfig asks for the machine's own disks")
                .containsEntry(6, "another XML");
        assertThat(parts.reduced().changes()).hasSize(3);
        assertThat(parts.paths())
                .containsExactly("/etc/modprobe.d/kvm.conf", "/boot/i", "/boot/e.conf", "/boot/e+1.conf");
        assertThat(parts.domains()).isEmpty();
        assertThat(parts.seeds()).containsExactly(Map.entry("/etc/modprobe.d/kvm.conf", "a\n"));
    }

    @Test
    void howItWentIsSaidPlainly() {
        RehearsalDocument document = new RehearsalDocument(
                1,
                "win10",
                false,
                "image: dracut ended with status 1",
                List.of(
                        new RehearsalDocument.Step(1, "edit", RehearsalDocument.Result.REHEARSED, ""),
                        new RehearsalDocument.Step(2, "reload", RehearsalDocument.Result.SKIPPED, "own modules"),
                        new RehearsalDocument.Step(3, "image", RehearsalDocument.Result.FAILED, "status 1")),
                List.of(),
                "/x/console.log");
        assertThat(document.render(80)).isEqualTo("""
                Rehearsal of the plan for win10 on an emulated machine

                   1  edit
                      applied and taken back
                   2  reload
                      skipped: own modules
                   3  image
                      FAILED: status 1

                It did not go well: image: dracut ended with status 1. 1 change could not be
                tried there.
                Nothing on this machine was changed.
                """);
    }
}
