package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.proc.Exec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Applying and taking back on a real kernel, a real libvirt and a real modprobe.
@Tag("lab")
class RollbackLabTest {
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

    @TempDir
    Path folder;

    @Test
    void rollbackBringsEveryByteBack() throws Exception {
        try (LabHost lab = LabHost.boot(folder)) {
            EmulatedHost host = lab.host();
            Files.writeString(lab.share().resolve("state.sh"), STATE);
            String found = state(host);
            assertThat(found).contains("\nN\n0\n", "[never]", "bochs-drm", "bus='sata'", "managed='no'");

            assertThat(lab.nptune("doctor", "win10").exit()).isEqualTo(1);
            assertThat(lab.nptune("tune", "win10", "--yes", "--start").exit()).isZero();
            assertThat(state(host))
                    .contains(
                            "etc/sysctl.d/90-nptune.conf 644 0:0 ",
                            "\nY\n256\n",
                            "vfio-pci",
                            "bus='virtio'",
                            "<vcpupin",
                            "running");
            host.call("virsh", "destroy", Lab.DOMAIN);
            assertThat(lab.nptune("doctor", "win10").exit()).isZero();

            Exec.Result back = lab.nptune("rollback");
            assertThat(back.exit()).as(back.err()).isZero();
            assertThat(state(host)).isEqualTo(found);
            assertThat(lab.nptune("rollback").exit()).isZero();
            assertThat(state(host)).isEqualTo(found);

            // A VM that does not start takes everything back by itself: its kernel is gone.
            host.call("mv", "/lab/vmlinuz", "/lab/gone");
            Exec.Result failed = lab.nptune("tune", "win10", "--yes", "--start");
            assertThat(failed.exit()).as(failed.err()).isEqualTo(4);
            assertThat(failed.err()).contains("does not start", "rolled back");
            assertThat(state(host)).isEqualTo(found);
            host.powerOff();
        }
    }

    private static String state(EmulatedHost host) throws Exception {
        return host.call("sh", "/lab/state.sh").out();
    }
}
