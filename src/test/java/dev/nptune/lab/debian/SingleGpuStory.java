package dev.nptune.lab.debian;

import static dev.nptune.lab.debian.DebianTrial.apply;
import static dev.nptune.lab.debian.DebianTrial.out;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;

/// The only graphics card of a Debian goes to a VM and comes back: by real libvirt, systemd and drivers. A service that
/// holds the card open stands for the desktop.
final class SingleGpuStory {
    /// The machine's second card is taken out, and the first is what a display manager uses.
    private static final String PREPARE = """
            set -e
            modprobe kvm_amd
            udevadm settle
            echo 1 > /sys/bus/pci/devices/0000:01:00.0/remove
            card=$(basename /sys/bus/pci/devices/0000:00:01.0/drm/card*)
            printf '[Service]\\nExecStart=/bin/sh -c "exec sleep infinity < /dev/dri/%s"\\n' "$card" \\
                > /etc/systemd/system/desk.service
            ln -s desk.service /etc/systemd/system/display-manager.service
            systemctl daemon-reload
            systemctl start display-manager.service
            virsh undefine gpu
            virsh define /lab/only.xml
            """;

    private static final String SEEN = """
            systemctl is-active display-manager.service
            basename "$(readlink /sys/bus/pci/devices/0000:00:01.0/driver)"
            cat /sys/class/vtconsole/vtcon1/bind
            """;

    private SingleGpuStory() {}

    /// The last of a machine's stories: its second card is gone afterwards.
    static void theOnlyCardGoesToTheVmAndComesBack(DebianMachine machine) throws Exception {
        Files.writeString(
                machine.share().resolve("only.xml"),
                DebianScripts.text("gpu.xml").replace("bus='0x01' slot='0x00'", "bus='0x00' slot='0x01'"));
        out(machine.script(PREPARE));
        String before = machine.script(SEEN).out();
        assertThat(before).startsWith("active\nbochs-drm\n");
        assertThat(machine.nptune("plan", DebianTrial.VM).exit())
                .as("without consent")
                .isEqualTo(3);

        apply(machine, "--single-gpu");
        out(machine.call("systemctl", "restart", "libvirtd"));
        out(machine.call("virsh", "start", DebianTrial.VM));
        assertThat(machine.script(SEEN).out()).startsWith("inactive\nvfio-pci\n");

        out(machine.call("virsh", "destroy", DebianTrial.VM));
        assertThat(machine.script(SEEN).out()).as("after the VM").isEqualTo(before);

        theWatchdogGivesItBackIfLibvirtIsGone(machine, before);

        out(machine.nptune("rollback"));
        assertThat(machine.script("ls /etc/libvirt/hooks/qemu.d").out()).isEmpty();
    }

    private static void theWatchdogGivesItBackIfLibvirtIsGone(DebianMachine machine, String before) throws Exception {
        out(machine.call("virsh", "start", DebianTrial.VM));
        out(machine.script("""
                systemctl stop libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd.service
                kill -9 "$(cat /run/libvirt/qemu/gpu.pid)"
                tries=0
                until [ "$(systemctl is-active display-manager.service)" = active ]; do
                    tries=$((tries + 1))
                    [ $tries -lt 120 ] || { journalctl --no-pager -t nptune; exit 1; }
                    sleep 1
                done
                """));
        assertThat(machine.script(SEEN).out()).as("after the watchdog").isEqualTo(before);
        out(machine.call("systemctl", "start", "libvirtd.socket"));
    }
}
