package dev.nptune.lab.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import dev.nptune.lab.QemuCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Debian with a VM that is given the second graphics card, and what tests ask of it.
final class DebianTrial {
    /// The VM.
    static final String VM = "gpu";

    /// All that a run may touch, with modes, owners and contents. systemd-boot writes its random seed at every boot.
    private static final String STATE = """
            cd /
            find etc boot usr/lib/dracut/modules.d ! -name random-seed -printf '%p %y %m %u %g %l\\n' 2> /dev/null | sort
            find etc boot usr/lib/dracut/modules.d -type f ! -name random-seed -exec sha256sum {} + 2> /dev/null | sort -k 2
            virsh dumpxml --inactive gpu
            """;

    private DebianTrial() {}

    /// A new disk.
    static DebianDisk disk(DebianVariant variant, Path folder) throws Exception {
        assumeTrue(DebianImage.missing().isEmpty(), () -> "missing here: " + DebianImage.missing());
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can make a Debian");
        DebianImage.all(List.of(DebianVariant.values()));
        return DebianDisk.on(DebianImage.of(variant), folder.resolve("disk.qcow2"));
    }

    /// Defines the VM in a machine that is up.
    static void defineVm(DebianMachine machine) throws Exception {
        Files.writeString(machine.share().resolve("gpu.xml"), DebianScripts.text("gpu.xml"));
        // udev may not have come to it yet, and libvirt remembers that there was no KVM
        out(machine.call("modprobe", "kvm_amd"));
        out(machine.call("virsh", "define", "/lab/gpu.xml"));
    }

    /// Plans, and applies that.
    static void apply(DebianMachine machine, String... options) throws Exception {
        List<String> plan = new ArrayList<>(List.of("plan", VM, "-o", "/lab/plan.json"));
        plan.addAll(List.of(options));
        out(machine.nptune(plan.toArray(String[]::new)));
        out(machine.nptune("apply", "/lab/plan.json"));
    }

    static String state(DebianMachine machine) throws Exception {
        return out(machine.script(STATE));
    }

    /// The driver of the second graphics card.
    static String driver(DebianMachine machine) throws Exception {
        return driver(machine, QemuCommand.GUEST_GPU);
    }

    /// The driver of a device, once udev has come to it; empty if it has none.
    static String driver(DebianMachine machine, String address) throws Exception {
        out(machine.call("udevadm", "settle"));
        Exec.Result link = machine.call("readlink", "/sys/bus/pci/devices/" + address + "/driver");
        return link.ok() ? Path.of(link.out().strip()).getFileName().toString() : "";
    }

    /// What the check of the boot has found; empty if nothing yet.
    static String bootState(DebianMachine machine) throws Exception {
        // The check runs beside the agent.
        out(machine.script("systemctl is-system-running --wait > /dev/null; exit 0"));
        return machine.script("cut -d ' ' -f 1 /var/lib/nptune/boot-state")
                .out()
                .strip();
    }

    static String out(Exec.Result result) {
        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        return result.out();
    }

    /// Two states, the lines that differ.
    static void assertSame(String before, String after) {
        List<String> gone = new ArrayList<>(before.lines().toList());
        after.lines().forEach(gone::remove);
        List<String> come = new ArrayList<>(after.lines().toList());
        before.lines().forEach(come::remove);
        assertThat(List.of(gone, come))
                .as("lines that are gone, and that have come")
                .isEqualTo(List.of(List.of(), List.of()));
        assertThat(after).isEqualTo(before);
    }
}
