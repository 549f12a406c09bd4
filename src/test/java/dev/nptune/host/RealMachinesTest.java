package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Cpu.CoreClass;
import dev.nptune.host.Cpu.CoreClass.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Snapshots of real machines by ghw, which are not part of this project. Skipped where they are not at hand.
class RealMachinesTest {
    private static final Path DATA = Path.of("..", "shared", "data");

    /// The rest of a snapshot is of no interest here, and writing thousands of small files is slow.
    private static final Predicate<String> OF_INTEREST = Pattern.compile("""
                    (?x) (?: [^/]+/ )? (?: proc/(?:cpuinfo|meminfo) | sys/bus/pci/devices/.* )
                    | .* /devices/pci .* / (?: class|vendor|device|driver|iommu_group|numa_node|boot_vga )
                    | .* system/node/node\\d+/cpu.*
                    | .* system/cpu/ (?: online | cpu\\d+/online )
                    | .* system/cpu/cpu\\d+/topology/ .*
                    | .* system/cpu/cpu\\d+/cache/index\\d/ (?: id | level | type | size | shared_cpu_map )
                    """).asMatchPredicate();

    @TempDir(factory = MemoryFolder.class)
    Path directory = Path.of("");

    private Host unpack(String archive) throws IOException {
        Path file = DATA.resolve(archive);
        assumeTrue(Files.isReadable(file), "no snapshot " + file);
        Unpacked.tar(file, directory, OF_INTEREST);
        return HostReader.read(rootBelow(directory));
    }

    static Path rootBelow(Path directory) throws IOException {
        if (Files.isDirectory(directory.resolve("sys"))) {
            return directory;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    @Test
    void aRyzen1600HasTwoCcxsById() throws IOException {
        Host host = unpack("ghw/linux-amd64-61797caf7c0b6bca1725ad7975ed4773.tar.gz");

        assertThat(host.cpu().vendor().get()).contains("AuthenticAMD");
        assertThat(host.cpu().family().get()).contains(23);
        assertThat(host.cpu().logical()).hasSize(12);
        assertThat(distinct(host.cpu().logical(), Cpu.LogicalCpu::l3Id)).isEqualTo(2);
        assertThat(distinct(host.cpu().logical(), Cpu.LogicalCpu::l3Sharing)).isEqualTo(2);
        assertThat(distinct(host.cpu().logical(), Cpu.LogicalCpu::threadSiblings))
                .isEqualTo(6);
        assertThat(host.cpu().logical())
                .allSatisfy(cpu -> assertThat(cpu.l3Bytes().get()).contains(8L << 20));
        CpuTopology topology = CpuTopology.of(host.cpu());
        assertThat(topology.l3())
                .extracting(CpuTopology.L3::id, CpuTopology.L3::cpus, CpuTopology.L3::x3d)
                .containsExactly(
                        tuple(Optional.of(0), CpuSet.parse("0-2,6-8"), false),
                        tuple(Optional.of(1), CpuSet.parse("3-5,9-11"), false));
        assertThat(topology.tree().parts())
                .singleElement()
                .satisfies(p -> assertThat(p.parts())
                        .singleElement()
                        .satisfies(die -> assertThat(die.parts())
                                .hasSize(2)
                                .allSatisfy(ccx -> assertThat(ccx.parts())
                                        .hasSize(3)
                                        .allSatisfy(
                                                core -> assertThat(core.parts()).hasSize(2)))));
        assertThat(topology.disagreements()).isEmpty();
        assertThat(ZenGeneration.of(host.cpu())).contains(ZenGeneration.ZEN);
        assertThat(host.cpu().coreClasses()).isInstanceOf(Fact.Absent.class);
        assertThat(host.memory().total().get()).contains(32777916L << 10);
        assertThat(host.pci()).hasSize(43).anyMatch(PciFunction::isDisplay);
        PciTree bridges = new PciTree(host.pci());
        assertThat(bridges.bridges(host.function(PciAddress.parse("03:00.0")).orElseThrow()))
                .extracting(f -> f.address().toString())
                .containsExactly("0000:02:00.0", "0000:01:00.2", "0000:00:01.3");
        assertThat(host.gaps()).isEmpty();
    }

    @Test
    void aHybridLaptopHasIommuGroups() throws IOException {
        Host host = unpack("ghw/linux-amd64-415ee03b8c4d1c4f07ae2e9d8b3d3d6d.tar.gz");

        assertThat(host.cpu().logical()).hasSize(16);
        assertThat(distinct(host.cpu().logical(), Cpu.LogicalCpu::threadSiblings))
                .isEqualTo(12);
        CpuTopology topology = CpuTopology.of(host.cpu());
        assertThat(topology.cores())
                .filteredOn(core -> core.kind().equals(Optional.of(Kind.PERFORMANCE)))
                .hasSize(4)
                .allSatisfy(core -> assertThat(core.cpus().size()).isEqualTo(2));
        assertThat(topology.cores())
                .filteredOn(core -> core.kind().equals(Optional.of(Kind.EFFICIENT)))
                .hasSize(8)
                .allSatisfy(core -> assertThat(core.cpus().size()).isEqualTo(1));
        assertThat(topology.caches())
                .filteredOn(cache -> cache.level() == 2)
                .extracting(cache -> cache.cpus().toString())
                .containsExactly("0-1", "2-3", "4-5", "6-7", "8-11", "12-15");
        String differ = "; threads per core 2 against 1; L1d bytes 49152 against 32768";
        assertThat(host.cpu().coreClasses().get().orElseThrow())
                .containsExactly(
                        new CoreClass(Kind.PERFORMANCE, CpuSet.parse("0-7"), true, "an L2 cache to each core" + differ),
                        new CoreClass(
                                Kind.EFFICIENT,
                                CpuSet.parse("8-15"),
                                true,
                                "an L2 cache shared by 4 cores or more" + differ));
        assertThat(host.pci()).hasSize(23);
        assertThat(host.pci()).allSatisfy(f -> assertThat(f.iommuGroup()).isInstanceOf(Fact.Known.class));
        Map<Integer, List<String>> links = new TreeMap<>();
        Path devices = rootBelow(directory).resolve("sys/bus/pci/devices");
        for (PciFunction f : host.pci()) {
            Path group = Files.readSymbolicLink(devices.resolve(f.address() + "/iommu_group"));
            links.computeIfAbsent(Integer.valueOf(group.getFileName() + ""), _ -> new ArrayList<>())
                    .add(f.address().toString());
        }
        assertThat(host.iommuGroups())
                .extracting(IommuGroup::number, g -> g.devices().get().orElseThrow())
                .containsExactlyElementsOf(links.entrySet().stream()
                        .map(e -> tuple(e.getKey(), e.getValue()))
                        .toList());
        assertThat(host.function(PciAddress.parse("04:00.0"))
                        .orElseThrow()
                        .parent()
                        .get())
                .contains(PciAddress.parse("00:06.0"));
        IommuGrouping grouping = IommuGrouping.explain(host);
        assertThat(grouping.shared()).isNotEmpty().noneMatch(IommuGrouping.SharedGroup::complete);
        assertThat(grouping.unproven()).isEmpty();
        PciFunction gpu = host.function(PciAddress.parse("00:02.0")).orElseThrow();
        assertThat(gpu.isDisplay()).isTrue();
        assertThat(gpu.identity().vendor().get()).contains("Intel Corporation");
        assertThat(gpu.driver().get()).contains("i915");
    }

    @Test
    void aServerWithTwoSocketsHasTwoOfEverything() throws IOException {
        Host host = unpack("ghw/linux-amd64-8581cf3a529e5d8b97ea876eade2f60d.tar.gz");

        assertThat(host.cpu().logical()).hasSize(24);
        assertThat(distinct(host.cpu().logical(), Cpu.LogicalCpu::packageId)).isEqualTo(2);
        assertThat(distinct(host.cpu().logical(), Cpu.LogicalCpu::node)).isEqualTo(2);
        assertThat(distinct(host.cpu().logical(), Cpu.LogicalCpu::l3Sharing)).isEqualTo(2);
        assertThat(host.pci())
                .hasSize(82)
                .isSortedAccordingTo((a, b) -> a.address().compareTo(b.address()));
    }

    private static int distinct(List<Cpu.LogicalCpu> cpus, Function<Cpu.LogicalCpu, Fact<?>> fact) {
        return (int) cpus.stream()
                .map(fact)
                .flatMap(f -> f.get().stream())
                .distinct()
                .count();
    }
}
