package dev.nptune.lab.debian;

import static dev.nptune.lab.debian.DebianTrial.apply;
import static dev.nptune.lab.debian.DebianTrial.assertSame;
import static dev.nptune.lab.debian.DebianTrial.bootState;
import static dev.nptune.lab.debian.DebianTrial.defineVm;
import static dev.nptune.lab.debian.DebianTrial.disk;
import static dev.nptune.lab.debian.DebianTrial.out;
import static dev.nptune.lab.debian.DebianTrial.state;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Boots of a whole Debian that fail on purpose: the next one has the old arguments, by itself.
@Tag("lab")
class BootFailsLabTest {
    private static final Duration HANG = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    /// An argument with which the machine never comes up.
    @ParameterizedTest
    @EnumSource(names = {"GRUB_INITRAMFS_TOOLS", "SYSTEMD_BOOT_INITRAMFS_TOOLS"})
    void aBootThatHangsIsFollowedByTheOldOne(DebianVariant variant) throws Exception {
        try (DebianMachine machine = DebianMachine.boot(disk(variant, folder), folder)) {
            defineVm(machine);
            String found = state(machine);
            apply(machine, "--kernel-arg", "break=top");

            out(machine.script("systemctl reboot"));
            machine.await(
                    "its initramfs had stopped",
                    HANG,
                    () -> machine.console().stream().anyMatch(l -> l.contains("(initramfs)"))
                            ? Optional.of(true)
                            : Optional.empty());
            machine.reset();

            assertThat(machine.commandLine()).doesNotContain("break=");
            assertThat(bootState(machine)).isEqualTo("reverted");
            out(machine.nptune("rollback"));
            assertSame(found, state(machine));
        }
    }

    /// What a person could do to the list of what is bound, and the planner does not: the host's own card.
    @Test
    void aBootWithoutTheHostsCardIsFollowedByTheOldOne() throws Exception {
        try (DebianMachine machine = DebianMachine.boot(disk(DebianVariant.GRUB_INITRAMFS_TOOLS, folder), folder)) {
            defineVm(machine);
            apply(machine, "--bind", "boot");
            out(machine.script("""
                    set -e
                    id=$(sed 's/^0x//' /sys/bus/pci/devices/0000:00:01.0/vendor):$(sed 's/^0x//' \\
                        /sys/bus/pci/devices/0000:00:01.0/device)
                    sed -i "s/^claim .*/&\\nclaim 0000:00:01.0 $id/" /etc/nptune/vfio-claim
                    grep -q '^claim 0000:00:01.0' /etc/nptune/vfio-claim
                    update-initramfs -u
                    sync
                    """));
            machine.reboot();
            assertThat(out(machine.call("readlink", "/sys/bus/pci/devices/0000:00:01.0/driver")))
                    .contains("vfio-pci");
            assertThat(bootState(machine)).isEmpty();
            assertThat(out(machine.call("dmesg"))).contains("the next boot takes the old kernel arguments");

            machine.reset();

            assertThat(machine.commandLine()).doesNotContain("nptune.bind");
            assertThat(out(machine.call("readlink", "/sys/bus/pci/devices/0000:00:01.0/driver")))
                    .contains("bochs-drm");
            assertThat(bootState(machine)).isEqualTo("reverted");
        }
    }
}
