package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.json.Json;
import dev.nptune.vm.Domain;
import dev.nptune.vm.DomainSchema;
import dev.nptune.vm.HostDev;
import dev.nptune.vm.Pin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/// What the program makes of the machines a plan is shown on.
class PlannedMachinesTest {
    @SuppressWarnings("UnusedVariable") // read by name
    private static final List<String> NAMES = Machines.PLANNED;

    @ParameterizedTest
    @FieldSource("NAMES")
    void everyMachineIsReadWithoutAGap(String name) {
        Host host = Machines.host(name);

        assertThat(host.gaps()).isEmpty();
        assertThat(host.cpu().clocksource().get()).contains("tsc");
        assertThat(CpuTopology.of(host.cpu()).disagreements()).isEmpty();
        assertThat(CpuTopology.of(host.cpu()).missing()).isEmpty();
        assertThat(host.kernel().packageVersion()).isInstanceOf(Fact.Known.class);
        assertThat(host.tools().qemu()).isInstanceOf(Fact.Known.class);
        assertThat(host.tools().libvirt()).isInstanceOf(Fact.Known.class);
        assertThat(host.boot().loader()).isInstanceOf(Fact.Known.class);
        assertThat(host.boot().initramfs()).isInstanceOf(Fact.Known.class);
        assertThat(host.boot().displayManager()).isInstanceOf(Fact.Known.class);
        assertThat(host.virtualization().firmware())
                .extracting(firmware -> host.virtualization()
                        .firmwareFiles()
                        .contains(firmware.descriptor().get().orElseThrow().image()))
                .containsExactly(true, true);
        assertThat(Json.read(Json.compact(host), Host.class)).isEqualTo(host);
    }

    /// Cores, L3s with their sizes in MiB by first CPU, nodes with the CPUs of each that has memory.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ryzen-5900x          | 12 | 0,12 | 32 32                    | 0:0-23
                    ryzen-5950x          | 16 | 0,16 | 32 32                    | 0:0-31
                    ryzen-7950x3d        | 16 | 0,16 | 96 32                    | 0:0-31
                    ryzen-3900x          | 12 | 0,12 | 16 16 16 16              | 0:0-23
                    ryzen-2600           |  6 | 0-1  | 8 8                      | 0:0-11
                    threadripper-2990wx  | 32 | 0,32 | 8 8 8 8 8 8 8 8          | 0:0-7,32-39 2:8-15,40-47
                    core-12900k          | 16 | 0-1  | 30                       | 0:0-23
                    epyc-7302-2s         | 32 | 0,32 | 16 16 16 16 16 16 16 16 16 16 16 16 16 16 16 16 \
                    | 0:0-15,32-47 1:16-31,48-63
                    ryzen-3600-one-gpu   |  6 | 0,6  | 16 16                    | 0:0-11
                    ryzen-5600g-no-iommu |  6 | 0,6  | 16                       | 0:0-11
                    """)
    void coresCachesAndMemoryAreThoseOfTheProcessor(
            String name, int cores, String firstCore, String l3MiB, String nodes) {
        Host host = Machines.host(name);
        CpuTopology topology = CpuTopology.of(host.cpu());

        assertThat(topology.cores()).hasSize(cores);
        assertThat(topology.cores().getFirst().cpus()).hasToString(firstCore);
        assertThat(topology.l3())
                .extracting(l3 -> "" + (l3.bytes().orElseThrow() >> 20))
                .containsExactly(l3MiB.split(" "));
        assertThat(host.memory().nodes().stream()
                        .filter(node -> node.total().get().orElseThrow() > 0)
                        .map(node -> node.id() + ":" + node.cpus().get().orElseThrow()))
                .containsExactly(nodes.split(" "));
    }

    /// Every display controller with its driver, whether the firmware shows on it, and all that its group holds.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ryzen-5900x         | 09:00.0 | 10de:2206 | vfio-pci | true  | 09:00.0 09:00.1
                    ryzen-5900x         | 0a:00.0 | 1002:699f | amdgpu   | false | 0a:00.0 0a:00.1
                    ryzen-5950x         | 0a:00.0 | 10de:2504 | nvidia   | true  | 0a:00.0 0a:00.1
                    ryzen-5950x         | 0b:00.0 | 10de:2504 | nvidia   | false | 0b:00.0 0b:00.1
                    ryzen-7950x3d       | 03:00.0 | 1002:744c | vfio-pci | false | 03:00.0
                    ryzen-7950x3d       | 0b:00.0 | 1002:164e | amdgpu   | true  | 0b:00.0
                    ryzen-3900x         | 04:00.0 | 1002:67ef | amdgpu   | false | 04:00.0 04:00.1
                    ryzen-3900x         | 09:00.0 | 10de:1e84 | vfio-pci | true  | 09:00.0 09:00.1 09:00.2 09:00.3
                    ryzen-2600          | 06:00.0 | 10de:1c03 | vfio-pci | true  | 06:00.0 06:00.1
                    ryzen-2600          | 04:00.0 | 10de:128b | nouveau  | false | 01:00.0 01:00.1 01:00.2 02:00.0 \
                    02:01.0 02:04.0 03:00.0 04:00.0 04:00.1
                    threadripper-2990wx | 06:00.0 | 1002:699f | amdgpu   | true  | 06:00.0 06:00.1
                    threadripper-2990wx | 42:00.0 | 10de:1e07 | vfio-pci | false | 42:00.0 42:00.1 42:00.2 42:00.3
                    core-12900k         | 00:02.0 | 8086:4680 | i915     | true  | 00:02.0
                    core-12900k         | 01:00.0 | 10de:2484 | vfio-pci | false | 00:01.0 01:00.0 01:00.1
                    epyc-7302-2s        | 42:00.0 | 1a03:2000 | ast      | true  | 41:00.0 42:00.0
                    epyc-7302-2s        | c1:00.0 | 10de:24b0 | vfio-pci | false | c1:00.0 c1:00.1
                    ryzen-3600-one-gpu  | 08:00.0 | 1002:73ff | amdgpu   | true  | 08:00.0
                    """)
    void cardsAreInTheirGroups(
            String name, String address, String id, String driver, boolean bootDisplay, String group) {
        Host host = Machines.host(name);
        PciFunction card = function(host, address);

        assertThat(card.isDisplay()).isTrue();
        assertThat(card.id()).isEqualTo(id);
        assertThat(card.driver().get()).contains(driver);
        assertThat(card.bootVga().get()).contains(bootDisplay);
        assertThat(host.iommuGroup(card.iommuGroup().get().orElseThrow()))
                .extracting(f -> f.address().toString().substring(5))
                .containsExactly(group.split(" "));
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void everySharedGroupIsExplained(String name) {
        IommuGrouping grouping = IommuGrouping.explain(Machines.host(name));

        assertThat(grouping.unproven()).isEmpty();
        assertThat(grouping.shared()).allSatisfy(group -> {
            assertThat(group.complete()).as(group.sentence()).isTrue();
            assertThat(group.unknown()).isEmpty();
        });
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void theDomainParsesAndIsValid(String name) {
        Domain domain = domain(Machines.host(name));

        assertThat(domain.name()).startsWith("win1");
        assertThat(domain.memoryBytes()).isPositive();
        assertThat(domain.disks()).isNotEmpty();
        assertThat(domain.hostdevs())
                .extracting(hostdev -> Machines.host(name).function(hostdev.address()))
                .allSatisfy(function -> assertThat(function).isPresent());
        assumeTrue(Files.isDirectory(Path.of(DomainSchema.FOLDER)), "libvirt's schemas are not installed");
        assertThat(domain.validated(Path.of(DomainSchema.FOLDER))
                        .schemaProblems()
                        .get()
                        .orElseThrow())
                .isEmpty();
    }

    /// Where the vCPUs are pinned, all together; nothing if they are not.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ryzen-5900x          | 16 | 0-7,12-19   | 09:00.0 09:00.1
                    ryzen-5950x          | 16 | ''          | 0b:00.0 0b:00.1 04:00.0
                    ryzen-7950x3d        | 16 | 8-15,24-31  | 03:00.0 03:00.1
                    ryzen-3900x          | 12 | 0-5,12-17   | 09:00.0 09:00.1
                    ryzen-2600           |  8 | 4-11        | 06:00.0 06:00.1
                    threadripper-2990wx  | 16 | 16-23,48-55 | 42:00.0 42:00.1 42:00.2 42:00.3
                    core-12900k          | 16 | 8-23        | 01:00.0 01:00.1
                    epyc-7302-2s         | 32 | 8-23,40-55  | c1:00.0 c1:00.1
                    ryzen-3600-one-gpu   |  6 | ''          | 08:00.0 08:00.1
                    ryzen-5600g-no-iommu |  8 | ''          | 01:00.0 01:00.1 01:00.2 01:00.3
                    """)
    void theDomainIsAsItsOwnerLeftIt(String name, int vcpus, String pinned, String passed) {
        Domain domain = domain(Machines.host(name));

        assertThat(domain.vcpus().enabled().stream().count()).isEqualTo(vcpus);
        assertThat(domain.vcpuPins().stream().map(Pin::cpus).reduce(CpuSet.of(), CpuSet::or))
                .hasToString(pinned);
        assertThat(domain.hostdevs())
                .extracting(HostDev::address)
                .extracting(address -> address.toString().substring(5))
                .containsExactly(passed.split(" "));
    }

    @Test
    void theX3dsLargeCacheIsOnTheCcdThatIsRankedSlower() {
        Host host = Machines.host(Machines.X3D);
        CpuTopology topology = CpuTopology.of(host.cpu());

        assertThat(topology.l3())
                .extracting(CpuTopology.L3::x3d, l3 -> l3.cpus().toString())
                .containsExactly(tuple(true, "0-7,16-23"), tuple(false, "8-15,24-31"));
        assertThat(topology.preferred().subList(0, 8))
                .allSatisfy(core -> assertThat(CpuSet.parse("8-15,24-31").containsAll(core.cpus()))
                        .isTrue());
        assertThat(topology.dies()).hasSize(2);
        assertThat(ZenGeneration.of(host.cpu())).contains(ZenGeneration.ZEN_4);
        assertThat(host.cpu().frequency().pstateMode().get()).contains("active");
    }

    @Test
    void theHybridsKindsAreTold() {
        Host host = Machines.host(Machines.HYBRID);

        assertThat(host.cpu().coreClasses().get().orElseThrow())
                .extracting(Cpu.CoreClass::kind, kind -> kind.cpus().toString(), Cpu.CoreClass::inferred)
                .containsExactly(
                        tuple(Cpu.CoreClass.Kind.PERFORMANCE, "0-15", false),
                        tuple(Cpu.CoreClass.Kind.EFFICIENT, "16-23", false));
        assertThat(host.kernel().module("kvm_intel")).isPresent();
    }

    @Test
    void theTwinsDifferByAddressOnly() {
        Host host = Machines.host(Machines.TWINS);
        PciFunction own = function(host, "0a:00.0");
        PciFunction guests = function(host, "0b:00.0");

        assertThat(guests.id()).isEqualTo(own.id());
        assertThat(guests.identity().subsystemVendorId().get())
                .isEqualTo(own.identity().subsystemVendorId().get());
        assertThat(guests.identity().subsystemDeviceId().get())
                .isEqualTo(own.identity().subsystemDeviceId().get());
        assertThat(guests.bootVga().get()).contains(false);
        PciFunction usb = function(host, "04:00.0");
        assertThat(usb.isUsbController()).isTrue();
        assertThat(host.iommuGroup(usb.iommuGroup().get().orElseThrow())).containsExactly(usb);
        assertThat(host.graphics().holders())
                .extracting(
                        Graphics.Holder::device, holder -> holder.functions().get())
                .contains(tuple("/dev/nvidia0", Optional.of(List.of(own.address()))));
    }

    @Test
    void thePlacesOfTheLargeMachinesAreTold() {
        Host threadripper = Machines.host(Machines.NODES_WITHOUT_MEMORY);
        Host epyc = Machines.host(Machines.TWO_SOCKETS);

        assertThat(function(threadripper, "42:00.0").numaNode().get()).contains(2);
        assertThat(function(threadripper, "06:00.0").numaNode().get()).contains(0);
        assertThat(threadripper.memory().nodes().get(1).distances().get()).contains(List.of(16, 10, 16, 16));
        assertThat(threadripper.memory().nodes().get(1).cpus().get().orElseThrow())
                .hasToString("16-23,48-55");
        assertThat(function(epyc, "c1:00.0").numaNode().get()).contains(1);
        assertThat(function(epyc, "42:00.0").numaNode().get()).contains(0);
        assertThat(CpuTopology.of(epyc.cpu()).packages())
                .extracting(p -> p.cpus().toString())
                .containsExactly("0-15,32-47", "16-31,48-63");
    }

    @Test
    void theOnlyCardIsHeldByTheDesktopAndNothingWouldFreeIt() {
        Host host = Machines.host(Machines.ONE_CARD);
        PciFunction card = function(host, "08:00.0");

        assertThat(host.pci().stream().filter(PciFunction::isDisplay)).containsExactly(card);
        assertThat(host.graphics().holders())
                .extracting(
                        Graphics.Holder::process, holder -> holder.functions().get())
                .contains(tuple("Xorg", Optional.of(List.of(card.address()))));
        assertThat(host.graphics().frameBuffers())
                .extracting(buffer -> buffer.function().get())
                .containsExactly(Optional.of(card.address()));
        assertThat(host.virtualization().hooks()).isEmpty();
    }

    @Test
    void withoutAnIommuThereIsNoGroup() {
        Host host = Machines.host(Machines.NO_IOMMU);

        assertThat(host.pci())
                .hasSizeGreaterThan(30)
                .allSatisfy(f -> assertThat(f.iommuGroup()).isInstanceOf(Fact.Absent.class));
        assertThat(host.iommuGroups()).isEmpty();
        assertThat(host.kernel().log().get().orElseThrow().lines())
                .noneMatch(line -> line.text().contains("AMD-Vi"));
        assertThat(function(host, "07:00.0").bootVga().get()).contains(true);
    }

    private static Domain domain(Host host) {
        List<Virtualization.DomainFile> domains = host.virtualization().domains();
        assertThat(domains).hasSize(1);
        return Domain.parse(domains.getFirst().xml().get().orElseThrow());
    }

    private static PciFunction function(Host host, String address) {
        return host.function(PciAddress.parse(address)).orElseThrow();
    }
}
