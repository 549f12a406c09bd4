package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nptune.internal.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// What the program makes of the four machines.
class MachinesTest {
    @SuppressWarnings("UnusedVariable") // read by name
    private static final List<String> NAMES = Machines.NAMES;

    @ParameterizedTest
    @FieldSource("NAMES")
    void everyMachineIsReadWithoutAGap(String name) {
        Host host = Machines.host(name);

        assertThat(host.gaps()).isEmpty();
        assertThat(host.cpu().vendor().get()).contains("AuthenticAMD");
        assertThat(host.cpu().family().get()).contains(0x17);
        assertThat(host.cpu().model().get()).contains(1);
        assertThat(host.cpu().stepping().get()).contains(1);
        assertThat(host.cpu().flags().get().orElseThrow()).contains("svm", "npt", "avic", "topoext");
        assertThat(host.cpu().clocksource().get()).contains("tsc");
        assertThat(host.cpu().logical())
                .allSatisfy(cpu -> assertThat(cpu.l3Bytes().get()).contains(8L << 20));
        assertThat(host.kernel().module("kvm_amd")).isPresent();
        assertThat(host.tools().qemu()).isInstanceOf(Fact.Known.class);
        assertThat(Json.read(Json.compact(host), Host.class)).isEqualTo(host);
    }

    @Test
    void theRyzen1700HasTwoCcxsWithSiblingsSideBySide() {
        Cpu cpu = Machines.host(Machines.RYZEN_1700).cpu();

        assertThat(cpu.modelName().get()).contains("AMD Ryzen 7 1700 Eight-Core Processor");
        assertThat(cpusBy(cpu, Cpu.LogicalCpu::l3Id)).isEqualTo(Map.of(0, "0-7", 1, "8-15"));
        assertThat(cpusBy(cpu, Cpu.LogicalCpu::node)).isEqualTo(Map.of(0, "0-15"));
        assertThat(cpusBy(cpu, Cpu.LogicalCpu::coreId)).hasSize(8).containsEntry(3, "6-7");
    }

    @Test
    void theRyzen1700ShutsNptOffAndHostsItsOwnCardBehindTheChipset() {
        Host host = Machines.host(Machines.RYZEN_1700);

        assertThat(host.kernel().release().get()).contains("4.13.7-041307-generic");
        assertThat(host.kernel().distribution().get()).contains("Ubuntu 17.04");
        assertThat(parameter(host, "kvm_amd", "npt")).contains("0");
        assertThat(host.kernel().moduleOptions())
                .extracting(o -> o.module() + " " + String.join(" ", o.options()))
                .containsExactly("kvm_amd npt=0", "kvm ignore_msrs=1", "vfio_pci ids=10de:1b81,10de:10f0");
        PciFunction guest = function(host, "09:00.0");
        assertThat(guest.id()).isEqualTo("10de:1b81");
        assertThat(guest.driver().get()).contains("vfio-pci");
        assertThat(guest.bootVga().get()).contains(true);
        assertThat(guest.numaNode()).isInstanceOf(Fact.Absent.class);
        assertThat(groupOf(host, guest)).containsExactly("0000:09:00.0", "0000:09:00.1");
        PciFunction own = function(host, "03:00.0");
        assertThat(own.id()).isEqualTo("1002:683d");
        assertThat(own.driver().get()).contains("radeon");
        assertThat(groupOf(host, own))
                .hasSize(11)
                .contains("0000:01:00.0", "0000:01:00.1", "0000:02:01.0", "0000:03:00.1", "0000:04:00.0");
        assertThat(function(host, "00:00.0").iommuGroup()).isInstanceOf(Fact.Absent.class);
        assertThat(host.tools().qemu().get()).contains("2.8.0");
        assertThat(host.tools().libvirt().get()).contains("2.5.0");
    }

    @Test
    void theGamingK5GivesBothCardsAGroupOfTheirOwn() {
        Host host = Machines.host(Machines.GAMING_K5);

        assertThat(host.kernel().release().get()).contains("4.13.9-200.fc26.x86_64");
        assertThat(host.kernel().distribution().get()).contains("Fedora 26 (Workstation Edition)");
        assertThat(parameter(host, "kvm_amd", "npt")).contains("1");
        assertThat(function(host, "08:00.0").id()).isEqualTo("10de:1b80");
        assertThat(groupOf(host, function(host, "08:00.0"))).containsExactly("0000:08:00.0", "0000:08:00.1");
        assertThat(function(host, "09:00.0").id()).isEqualTo("1002:6939");
        assertThat(function(host, "09:00.0").driver().get()).contains("amdgpu");
        assertThat(groupOf(host, function(host, "09:00.0"))).containsExactly("0000:09:00.0", "0000:09:00.1");
        assertThat(host.memory().hugePages().getFirst().total().get()).contains(4096L);
        assertThat(host.memory().hugePages().getFirst().free().get()).contains(4096L);
    }

    @Test
    void theVegaStandsAloneByTheOverride() {
        Host host = Machines.host(Machines.VEGA);

        assertThat(host.kernel().distribution().get()).contains("Arch Linux");
        assertThat(host.kernel().commandLine().get().orElseThrow())
                .contains("pcie_acs_override=downstream,multifunction");
        assertThat(parameter(host, "kvm_amd", "avic")).contains("1");
        for (String address : List.of("09:00.0", "09:00.1", "06:00.0", "06:00.1", "01:00.0", "01:00.1")) {
            assertThat(groupOf(host, function(host, address))).containsExactly("0000:" + address);
        }
        assertThat(function(host, "09:00.0").id()).isEqualTo("1002:687f");
        assertThat(host.memory().thpEnabled().get()).contains("always");
        assertThat(host.memory().hugePages().getFirst().total().get()).contains(0L);
    }

    @Test
    void theThreadripperHasTwoNodesOfTwoCcxs() {
        Host host = Machines.host(Machines.THREADRIPPER);

        assertThat(cpusBy(host.cpu(), Cpu.LogicalCpu::node)).isEqualTo(Map.of(0, "0-7,16-23", 1, "8-15,24-31"));
        assertThat(cpusBy(host.cpu(), Cpu.LogicalCpu::l3Id))
                .isEqualTo(Map.of(0, "0-3,16-19", 1, "4-7,20-23", 2, "8-11,24-27", 3, "12-15,28-31"));
        assertThat(cpusBy(host.cpu(), Cpu.LogicalCpu::packageId)).isEqualTo(Map.of(0, "0-31"));
        assertThat(cpusBy(host.cpu(), Cpu.LogicalCpu::coreId)).hasSize(16).containsEntry(9, "9,25");
        assertThat(host.cpu().isolated().get().map(CpuSet::toString)).contains("8-15,24-31");
        assertThat(function(host, "42:00.0").id()).isEqualTo("10de:1b06");
        assertThat(function(host, "42:00.0").numaNode().get()).contains(1);
        assertThat(function(host, "09:00.0").numaNode().get()).contains(0);
        assertThat(host.memory().hugePages().getFirst().total().get()).contains(8192L);
        assertThat(host.pci()).hasSize(69);
    }

    private static Map<Integer, String> cpusBy(Cpu cpu, Function<Cpu.LogicalCpu, Fact<Integer>> fact) {
        Map<Integer, List<Cpu.LogicalCpu>> sets = cpu.logical().stream()
                .collect(Collectors.groupingBy(c -> fact.apply(c).get().orElseThrow()));
        return sets.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        e -> CpuSet.of(e.getValue().stream()
                                        .mapToInt(Cpu.LogicalCpu::id)
                                        .toArray())
                                .toString()));
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void everyMachineTellsItsInterruptsAndHasLostTheFirmwaresFramebuffer(String name) {
        Host host = Machines.host(name);
        CpuSet online = host.cpu().online().get().orElseThrow();

        assertThat(host.interrupts().get().orElseThrow())
                .hasSizeGreaterThan(10)
                .allSatisfy(interrupt -> {
                    assertThat(interrupt.actions()).isNotEmpty();
                    assertThat(online.containsAll(
                                    interrupt.effectiveAffinity().get().orElseThrow()))
                            .isTrue();
                })
                .extracting(Interrupt::actions)
                .contains(List.of("timer"), List.of("AMD-Vi"), List.of("PCIe PME", "aerdrv"));
        assertThat(host.graphics().bootFramebuffers().get().orElseThrow()).isEmpty();
    }

    @Test
    void theThreadrippersVmTakesItsInterruptsOnTheOtherDieAndIsNotBelievedItsThreads() {
        Host host = Machines.host(Machines.THREADRIPPER);

        assertThat(host.memory().numaBalancing().get()).contains(1);
        assertThat(host.interrupts().get().orElseThrow().stream()
                        .filter(i -> i.actions().contains("vfio-msi[0](0000:42:00.0)"))
                        .map(Interrupt::effectiveAffinity)
                        .map(cpus -> cpus.get().orElseThrow().toString()))
                .containsExactly("3");
        assertThat(host.virtualization().logs()).singleElement().satisfies(log -> {
            assertThat(log.domain()).isEqualTo("win10-games");
            assertThat(log.lines().get().orElseThrow())
                    .singleElement()
                    .asString()
                    .contains("hyperthreading");
        });
        assertThat(host.cpu().slices())
                .extracting(Cpu.Slice::name, slice -> slice.cpus().get())
                .containsExactly(tuple("machine.slice", Optional.of(CpuSet.range(0, 31))));
    }

    private static Optional<String> parameter(Host host, String module, String name) {
        return host.kernel().module(module).map(m -> m.parameters().get(name)).flatMap(Fact::get);
    }

    private static PciFunction function(Host host, String address) {
        return host.function(PciAddress.parse(address)).orElseThrow();
    }

    private static List<String> groupOf(Host host, PciFunction function) {
        return host.iommuGroup(function.iommuGroup().get().orElseThrow()).stream()
                .map(f -> f.address().toString())
                .toList();
    }
}
