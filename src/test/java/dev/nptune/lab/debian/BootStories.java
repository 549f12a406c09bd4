package dev.nptune.lab.debian;

import static dev.nptune.lab.debian.DebianTrial.apply;
import static dev.nptune.lab.debian.DebianTrial.assertSame;
import static dev.nptune.lab.debian.DebianTrial.bootState;
import static dev.nptune.lab.debian.DebianTrial.driver;
import static dev.nptune.lab.debian.DebianTrial.out;
import static dev.nptune.lab.debian.DebianTrial.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.Host;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.lab.QemuCommand;
import java.time.Duration;
import java.util.Optional;

/// What boots of a whole Debian prove, changed and booted again: by its real boot loader, with its real initramfs. One
/// machine goes through all of it.
final class BootStories {
    private static final Duration HANG = Duration.ofMinutes(3);
    private static final String HOSTS_CARD = "0000:00:01.0";

    private BootStories() {}

    /// The card is vfio-pci's from boot and the VM starts with it.
    ///
    /// @return the state before, for [#theCardIsGivenBack]
    static String theCardIsBoundFromBoot(DebianMachine machine, DebianVariant variant) throws Exception {
        theScanKnowsItsLoader(machine, variant);
        String found = state(machine);
        assertThat(driver(machine)).isEqualTo("bochs-drm");

        apply(machine, "--bind", "boot", "--kernel-arg", "iommu=pt");
        machine.reboot();

        assertBound(machine);
        assertThat(out(machine.call("dmesg"))).doesNotContain("0000:01:00.0: [drm]");
        assertThat(bootState(machine)).isEqualTo("confirmed");
        out(machine.call("virsh", "start", "gpu"));
        assertThat(out(machine.call("virsh", "domstate", "gpu")).strip()).isEqualTo("running");
        assertThat(cpusOfServices(machine)).as("while the VM runs").isEqualTo("0");
        out(machine.call("virsh", "destroy", "gpu"));
        assertThat(cpusOfServices(machine)).as("after the VM").isEqualTo("0-1");
        return found;
    }

    /// Once confirmed, it is no trial any more.
    static void theNextBootIsTheSame(DebianMachine machine) throws Exception {
        machine.reboot();
        assertBound(machine);
    }

    private static void assertBound(DebianMachine machine) throws Exception {
        assertThat(machine.commandLine()).contains("iommu=pt", "nptune.bind=");
        assertThat(driver(machine)).isEqualTo("vfio-pci");
    }

    /// Taken back, every file is as it was, and so is the next boot.
    static void theCardIsGivenBack(DebianMachine machine, String found) throws Exception {
        out(machine.nptune("rollback"));
        assertSame(found, state(machine));
        machine.reboot();
        assertThat(machine.commandLine()).doesNotContain("iommu=pt").doesNotContain("nptune");
        assertThat(driver(machine)).isEqualTo("bochs-drm");
        assertSame(found, state(machine));
    }

    /// On which of the machine's two CPUs its services may run: not on the VM's while that runs.
    private static String cpusOfServices(DebianMachine machine) throws Exception {
        return out(machine.script(
                        "sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/$(systemctl show -p MainPID --value systemd-journald)/status"))
                .strip();
    }

    /// The hook is told of another card, since the machine's cannot be exchanged: libvirt itself then refuses to start
    /// the VM, and says why.
    static void anotherDeviceAtTheCardsAddressIsNotPassed(DebianMachine machine) throws Exception {
        String hook = "/etc/libvirt/hooks/qemu.d/nptune_hostdevs-gpu";
        out(machine.script("cp -p " + hook + " /tmp/hook; sed -i 's/^\\(devices=.*\\):1111/\\1:2222/' " + hook));
        Exec.Result start = machine.call("virsh", "start", "gpu");
        assertThat(start.exit()).isNotZero();
        assertThat(start.err()).contains("at " + QemuCommand.GUEST_GPU + " is 1234:1111 now and not 1234:2222");
        assertThat(driver(machine)).isEqualTo("vfio-pci");
        out(machine.call("cp", "-p", "/tmp/hook", hook));
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

    /// An argument with which the machine never comes up. The old boot is one that a trial confirmed.
    static void aBootThatHangsIsFollowedByTheOldOne(DebianMachine machine) throws Exception {
        String found = state(machine);
        apply(machine, "--kernel-arg", "break=top");

        machine.startReboot();
        machine.await(
                "its initramfs had stopped",
                HANG,
                () -> machine.console().stream().anyMatch(l -> l.contains("(initramfs)"))
                        ? Optional.of(true)
                        : Optional.empty());
        machine.reset();

        assertThat(machine.commandLine()).doesNotContain("break=");
        assertBound(machine);
        itIsToldThatTheOldOneIsRunning(machine);
        out(machine.nptune("rollback"));
        assertSame(found, state(machine));
    }

    /// What guides tell people to do: to bind by ids, which the host's own card has too. Nothing was done on the
    /// machine yet: the old boot has the kept initramfs, and the card is not bound.
    static void aBootWithoutTheHostsCardIsFollowedByTheOldOne(DebianMachine machine) throws Exception {
        String found = state(machine);
        apply(machine, "--bind", "boot", "--kernel-arg", "vfio-pci.ids=1234:1111");
        String noted = note(machine);
        machine.reboot();
        assertThat(driver(machine, HOSTS_CARD)).isEqualTo("vfio-pci");
        assertThat(bootState(machine)).isNotEqualTo("confirmed");
        assertThat(note(machine)).isEqualTo(noted);
        assertThat(out(machine.call("dmesg"))).contains("the next boot takes the old kernel arguments");

        machine.reset();

        assertThat(machine.commandLine()).doesNotContain("vfio-pci.ids").doesNotContain("nptune.bind=");
        assertThat(driver(machine, HOSTS_CARD)).isEqualTo("bochs-drm");
        itIsToldThatTheOldOneIsRunning(machine);
        assertThat(note(machine)).isNotEqualTo(noted);
        out(machine.nptune("rollback"));
        assertSame(found, state(machine));
    }

    private static void itIsToldThatTheOldOneIsRunning(DebianMachine machine) throws Exception {
        assertThat(bootState(machine)).isEqualTo("reverted");
        assertThat(out(machine.call("cat", "/run/motd.d/nptune"))).contains("nptune rollback");
    }

    /// The outcome of the last trial that had one, with its time.
    private static String note(DebianMachine machine) throws Exception {
        return machine.script("cat /var/lib/nptune/boot-state").out();
    }
}
