package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.proc.Exec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            Files.writeString(lab.share().resolve("state.sh"), STATE);
            List<Exec.Result> results = lab.nptuneEach(List.of(
                    "run sh /lab/state.sh",
                    "doctor win10",
                    "tune win10 --yes --start",
                    "run sh /lab/state.sh",
                    "run virsh destroy win10",
                    "doctor win10",
                    "rollback",
                    "run sh /lab/state.sh",
                    "rollback",
                    "run sh /lab/state.sh",
                    // A VM that does not start takes everything back by itself: its kernel is gone.
                    "run mv /lab/vmlinuz /lab/gone",
                    "tune win10 --yes --start",
                    "run sh /lab/state.sh"));
            assertThat(results)
                    .extracting(Exec.Result::exit)
                    .as(results.toString())
                    .containsExactly(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0);
            String found = results.get(0).out();
            assertThat(found).contains("\nN\n0\n", "[never]", "bochs-drm", "bus='sata'", "managed='no'");
            assertThat(results.get(3).out())
                    .contains(
                            "etc/sysctl.d/90-nptune.conf 644 0:0 ",
                            "\nY\n256\n",
                            "vfio-pci",
                            "bus='virtio'",
                            "<vcpupin",
                            "running");
            assertThat(results.get(7).out()).isEqualTo(found);
            assertThat(results.get(9).out()).isEqualTo(found);
            assertThat(results.get(11).err()).contains("does not start", "rolled back");
            assertThat(results.get(12).out()).isEqualTo(found);
            lab.host().powerOff();
        }
    }
}
