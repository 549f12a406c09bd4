package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Snapshots of real machines by other projects, which are not part of this one: hwloc's with what hwloc makes of
/// them, and ghw's. Skipped where they are not at hand.
class RealMachinesTest {
    private static final Path DATA = Path.of("..", "shared", "data");
    private static final Pattern DEPTH = Pattern.compile("(?m)^ *(?:depth|Special depth) -?\\d+: +(\\d+) (\\w+) \\(");

    /// The rest of a snapshot is of no interest here, and writing thousands of small files is slow.
    private static final Predicate<String> OF_INTEREST = Pattern.compile("""
                    (?x) (?: [^/]+/ )? (?: proc/(?:cpuinfo|meminfo) | sys/bus/pci/devices/.* )
                    | .* /devices/pci .* / (?: class|vendor|device|driver|iommu_group|numa_node|boot_vga )
                    | .* system/node/node\\d+/cpu.*
                    | .* system/cpu/ (?: online | cpu\\d+/online )
                    | .* system/cpu/cpu\\d+/topology/ (?: physical_package_id | core_id | thread_siblings(?:_list)? )
                    | .* system/cpu/cpu\\d+/cache/index\\d/ (?: level | shared_cpu_map )
                    | .* system/cpu/cpu\\d+/cache/index3/ (?: id | size | shared_cpu_list )
                    """).asMatchPredicate();

    @TempDir(factory = MemoryFolder.class)
    Path directory = Path.of("");

    private Host unpack(String archive) throws IOException {
        Path file = DATA.resolve(archive);
        assumeTrue(Files.isReadable(file), "no snapshot " + file);
        Unpacked.tar(file, directory, OF_INTEREST);
        return HostReader.read(rootBelow(directory));
    }

    private static Path rootBelow(Path directory) throws IOException {
        if (Files.isDirectory(directory.resolve("sys"))) {
            return directory;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    /// hwloc's own count of objects, from the table below its drawing.
    private static Map<String, Integer> expected(String name) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (MatchResult row : DEPTH.matcher(Files.readString(DATA.resolve("hwloc-linux/" + name + ".console")))
                .results()
                .toList()) {
            counts.put(row.group(2), Integer.valueOf(row.group(1)));
        }
        return counts;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "16amd64-8n2c",
                "16em64t-4s2c2t",
                "16em64t-4s2c2t-offlines",
                "20em64t-hybrid-1p6c2t+2ca4co1t",
                "48amd64-4pa2n6c-sparse",
                "8em64t-2s4c-asymcaches",
                "offline-cpu0-node0"
            })
    void agreesWithHwloc(String name) throws IOException {
        Host host = unpack("hwloc-linux/" + name + ".tar.bz2");
        List<Cpu.LogicalCpu> cpus = host.cpu().logical();

        Map<String, Integer> found = new TreeMap<>();
        found.put("PU", cpus.size());
        found.put("Package", distinct(cpus, Cpu.LogicalCpu::packageId));
        found.put("Core", distinct(cpus, Cpu.LogicalCpu::threadSiblings));
        found.put("L3Cache", distinct(cpus, Cpu.LogicalCpu::l3Sharing));
        found.put("NUMANode", distinct(cpus, Cpu.LogicalCpu::node));
        Map<String, Integer> expected = expected(name);
        expected.keySet().retainAll(found.keySet());
        expected.putIfAbsent("L3Cache", 0);
        assertThat(found).isEqualTo(expected);
        assertThat(Json.read(Json.compact(host), Host.class)).isEqualTo(host);
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
