package dev.nptune.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.MachineFolder;
import dev.nptune.host.MachineSource;
import dev.nptune.host.Machines;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The machines of the thread this program grew out of: what their owners had come about stands first.
class ThreadMachinesTest extends MachineFolder {
    private static Diagnosis diagnose(Host host) {
        String xml = host.virtualization().domains().getFirst().xml().get().orElseThrow();
        return Doctor.examine(host, Domain.parse(xml));
    }

    private static List<String> first(Diagnosis diagnosis, int most) {
        return diagnosis.findings().stream().map(Finding::rule).limit(most).toList();
    }

    @Test
    void theRyzen1700WithNptOffHasAnOldKernelFirstAndThenNptOff() {
        Diagnosis diagnosis = diagnose(Machines.host(Machines.RYZEN_1700));

        assertThat(first(diagnosis, 2)).containsExactly("npt-gpat", "npt-off");
        assertThat(diagnosis.finding("npt-gpat").orElseThrow().possible()).isFalse();
        assertThat(diagnosis.finding("npt-off").orElseThrow().after()).containsExactly("npt-gpat");
        assertThat(diagnosis.fired("m-amd-iommu-on")).isTrue();
    }

    @Test
    void theRyzen1700WithNptOnHasTheOldKernelFirst() throws IOException {
        MachineSource source = Machines.unpack(Machines.RYZEN_1700, root());
        Path npt = root().resolve("sys/module/kvm_amd/parameters/npt");
        Files.writeString(npt, "1\n");

        Diagnosis diagnosis = diagnose(HostReader.read(source));

        assertThat(first(diagnosis, 1)).containsExactly("npt-gpat");
        assertThat(diagnosis.fired("npt-off")).isFalse();
    }

    @Test
    void theGamingK5HasItsDiskAndItsEmulatorThreadsFirst() {
        Diagnosis diagnosis = diagnose(Machines.host(Machines.GAMING_K5));

        assertThat(first(diagnosis, 2)).containsExactlyInAnyOrder("disk-emulated", "emulator-overlap");
        assertThat(diagnosis.finding("npt-gpat").orElseThrow().possible()).isTrue();
        assertThat(diagnosis.findings().stream()
                        .filter(f -> f.severity() == Severity.MEDIUM)
                        .map(Finding::rule))
                .contains("cache-writeback", "hugepage-idle");
        assertThat(diagnosis.fired("m-cdm")).isTrue();
    }

    @Test
    void theVegaHasTheAcsOverrideAndItsParserFirst() {
        Diagnosis diagnosis = diagnose(Machines.host(Machines.VEGA));

        assertThat(first(diagnosis, 2)).containsExactly("acs-override", "acs-id-unread");
    }

    @Test
    void theThreadripperHasItsMemoryAtTheWrongDieFirst() {
        Diagnosis diagnosis = diagnose(Machines.host(Machines.THREADRIPPER));

        assertThat(first(diagnosis, 2)).containsExactly("numa-remote", "l3-cross");
    }

    @Test
    void nothingOnThemIsUnknownForWantOfAFileThatCouldHaveBeenRead() {
        for (String name : Machines.NAMES) {
            Host host = Machines.host(name);
            assertThat(host.kernel().release()).isInstanceOf(Fact.Known.class);
            assertThat(diagnose(host).unknown()).hasSizeLessThan(15);
        }
    }
}
