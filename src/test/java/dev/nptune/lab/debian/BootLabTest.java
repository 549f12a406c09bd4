package dev.nptune.lab.debian;

import static dev.nptune.lab.debian.DebianTrial.apply;
import static dev.nptune.lab.debian.DebianTrial.assertSame;
import static dev.nptune.lab.debian.DebianTrial.bootState;
import static dev.nptune.lab.debian.DebianTrial.defineVm;
import static dev.nptune.lab.debian.DebianTrial.disk;
import static dev.nptune.lab.debian.DebianTrial.driver;
import static dev.nptune.lab.debian.DebianTrial.out;
import static dev.nptune.lab.debian.DebianTrial.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.Host;
import dev.nptune.internal.json.Json;
import dev.nptune.lab.QemuCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A whole Debian, changed and booted again: by its real boot loader, with its real initramfs.
@Tag("lab")
class BootLabTest {
    @TempDir
    Path folder;

    /// The card is vfio-pci's from boot and the VM starts with it; taken back, every file is as it was.
    @ParameterizedTest
    @EnumSource
    void theCardIsBoundFromBootAndGivenBack(DebianVariant variant) throws Exception {
        try (DebianMachine machine = DebianMachine.boot(disk(variant, folder), folder)) {
            defineVm(machine);
            theScanKnowsItsLoader(machine, variant);
            String found = state(machine);
            assertThat(driver(machine)).isEqualTo("bochs-drm");

            apply(machine, "--bind", "boot", "--kernel-arg", "iommu=pt");
            machine.reboot();

            assertThat(machine.commandLine()).contains("iommu=pt", "nptune.bind=");
            assertThat(driver(machine)).isEqualTo("vfio-pci");
            assertThat(out(machine.call("dmesg"))).doesNotContain("0000:01:00.0: [drm]");
            assertThat(bootState(machine)).isEqualTo("confirmed");
            out(machine.call("virsh", "start", "gpu"));
            assertThat(out(machine.call("virsh", "domstate", "gpu")).strip()).isEqualTo("running");
            out(machine.call("virsh", "destroy", "gpu"));
            if (variant != DebianVariant.GRUB_DRACUT) {
                machine.reboot();
                assertThat(driver(machine)).as("the boot after the trial").isEqualTo("vfio-pci");
            }

            out(machine.nptune("rollback"));
            assertSame(found, state(machine));
            machine.reboot();
            assertThat(machine.commandLine()).doesNotContain("iommu=pt").doesNotContain("nptune");
            assertThat(driver(machine)).isEqualTo("bochs-drm");
            assertSame(found, state(machine));
        }
    }

    private static void theScanKnowsItsLoader(DebianMachine machine, DebianVariant variant) throws Exception {
        Host host = Json.read(out(machine.nptune("scan", "--json")), Host.class);
        assertThat(host.boot().efi().get()).contains(variant.uefi());
        assertThat(host.boot().loader().get().orElseThrow().kind())
                .isEqualTo(variant.uefi() ? Kind.SYSTEMD_BOOT : Kind.GRUB);
        assertThat(host.boot().initramfs().get())
                .contains(variant == DebianVariant.GRUB_DRACUT ? "dracut" : "initramfs-tools");
        assertThat(host.pci()).anySatisfy(f -> assertThat(f.address()).hasToString(QemuCommand.GUEST_GPU));
    }
}
