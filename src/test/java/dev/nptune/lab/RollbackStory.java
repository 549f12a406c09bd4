package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.proc.Exec;
import java.nio.file.Files;
import java.nio.file.Path;

/// Applying and taking back on a real kernel, a real libvirt and a real modprobe.
final class RollbackStory {
    /// All that a plan may change, in one text.
    private static final String STATE = """
            cd /
            find etc/modprobe.d etc/sysctl.d etc/libvirt/qemu -type f -exec stat -c '%n %a %u:%g %s %y' {} + | grep -v '^etc/libvirt' | sort
            find etc/modprobe.d etc/sysctl.d -type f -exec sha256sum {} + | sort
            cat sys/module/kvm_amd/parameters/npt
            cat sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
            cat sys/kernel/mm/transparent_hugepage/enabled
            readlink sys/bus/pci/devices/0000:01:00.0/driver
            cat sys/bus/pci/devices/0000:01:00.0/driver_override
            virsh dumpxml --inactive win10
            virsh domstate win10
            """;

    private RollbackStory() {}

    static void bringsEveryByteBack(LabHost lab) throws Exception {
        Files.writeString(lab.share().resolve("state.sh"), STATE);
        String found = state(lab);
        assertThat(found).contains("\nN\n0\n", "[never]", "bochs-drm", "bus='sata'", "managed='no'");
        assertThat(lab.nptune("doctor", "win10").exit()).isEqualTo(1);

        worked(lab.nptune("tune", "win10", "--yes", "--start"));
        assertThat(state(lab))
                .contains(
                        "etc/sysctl.d/90-nptune.conf 644 0:0 ",
                        "\nY\n256\n",
                        "vfio-pci",
                        "bus='virtio'",
                        "<vcpupin",
                        "running");
        worked(lab.host().call("virsh", "destroy", "win10"));
        worked(lab.nptune("doctor", "win10"));

        worked(lab.nptune("rollback"));
        assertThat(state(lab)).isEqualTo(found);
        worked(lab.nptune("rollback"));
        assertThat(state(lab)).as("a second time").isEqualTo(found);

        aVmThatDoesNotStartTakesEverythingBack(lab);
        assertThat(state(lab)).isEqualTo(found);
    }

    /// Its kernel is gone.
    private static void aVmThatDoesNotStartTakesEverythingBack(LabHost lab) throws Exception {
        Path kernel = lab.share().resolve("vmlinuz");
        Path away = lab.share().resolve("gone");
        Files.move(kernel, away);
        Exec.Result tune = lab.nptune("tune", "win10", "--yes", "--start");
        assertThat(tune.exit()).as(tune.err()).isEqualTo(4);
        assertThat(tune.err()).contains("does not start", "rolled back");
        Files.move(away, kernel);
    }

    private static String state(LabHost lab) throws Exception {
        return worked(lab.host().call("sh", "/lab/state.sh"));
    }

    private static String worked(Exec.Result result) {
        assertThat(result.exit()).as(result.err()).isZero();
        return result.out();
    }
}
