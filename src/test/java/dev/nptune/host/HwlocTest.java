package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Cpu.CoreClass.Kind;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Snapshots of real machines that come with hwloc, which are not part of this project, and what hwloc makes of them:
/// the same sets of CPUs at every level. Skipped where they are not at hand.
class HwlocTest {
    /// The rest of a snapshot is of no interest here, and writing thousands of small files is slow.
    private static final Predicate<String> OF_INTEREST = Pattern.compile("""
                    (?x) [^/]+ / (?:
                      proc/ (?: cpuinfo | meminfo | mounts | self/ (?: cgroup | cpuset | status ) )
                    | dev/cpuset/ .* cpus | .* /cpuset\\.cpus (?:\\.effective)?
                    | sys/devices/cpu_ .*
                    | sys/devices/system/node/ .* /(?: cpulist | cpumap | distance | meminfo | nr_hugepages )
                    | sys/devices/system/cpu/ [a-z]+
                    | sys/devices/system/cpu/ cpu\\d+/ (?: online | topology/ (?: [a-z_]+_id | [a-z]+_siblings ) | acpi_cppc/highest_perf
                      | cache/ index\\d+/ (?: id | level | type | size | coherency_line_size | ways_of_associativity
                                          | shared_cpu_map ) )
                    | sys/devices/system/cpu/cpufreq/ .* (?: affected_cpus | max_freq ) )
                    """).asMatchPredicate();

    @TempDir(factory = MemoryFolder.class)
    Path directory = Path.of("");

    /// One stand-in where there are none, so that their absence is told.
    static Stream<Optional<HwlocArchives>> archives() {
        List<HwlocArchives> all = HwlocArchives.all();
        return all.isEmpty() ? Stream.of(Optional.empty()) : all.stream().map(Optional::of);
    }

    @ParameterizedTest
    @MethodSource("archives")
    void findsTheSameAsHwloc(Optional<HwlocArchives> at) throws IOException {
        assumeFalse(at.isEmpty(), "no snapshots in " + HwlocArchives.DIRECTORY);
        HwlocArchives archive = at.orElseThrow();
        Hwloc expected = archive.expected();
        Unpacked.tar(archive.archive(), directory, OF_INTEREST);
        Path root = RealMachinesTest.rootBelow(directory);
        Cpu cpu = CpuReader.read(new Tree(root));

        // hwloc shows what the process may use that made the snapshot
        CpuTopology found = CpuTopology.of(cpu, allowed(cpu));
        HwlocAgreement.check(found, expected, archive.withoutInstructionCaches());
        assertThat(found.cores())
                .flatExtracting(core -> core.kind().stream().toList())
                .containsExactlyElementsOf(kinds(expected));
        assertThat(outside(cpu)).isEqualTo(expected.unrepresented());
        assertThat(Json.read(Json.compact(cpu), Cpu.class)).isEqualTo(cpu);
        assertThat(Json.read(Json.compact(found), CpuTopology.class)).isEqualTo(found);
        theSameWithoutKnowingWhatWasLeftOut(root, found);
    }

    private static List<Kind> kinds(Hwloc expected) {
        return expected.of("Core").stream()
                .flatMap(core -> core.kind().stream())
                .map(kind -> kind == 0 ? Kind.EFFICIENT : Kind.PERFORMANCE)
                .toList();
    }

    private static CpuSet allowed(Cpu cpu) {
        return cpu.allowed().get().orElse(CpuSet.range(0, CpuSet.MAX_CPU));
    }

    /// CPUs hwloc does not show: offline ones and those the process may not use.
    private static CpuSet outside(Cpu cpu) {
        CpuSet present = cpu.present().get().orElseThrow();
        CpuSet offline = cpu.offline().get().orElseThrow();
        return offline.or(present.minus(allowed(cpu)));
    }

    /// Of an archive of which nobody says what was left out, everything but a missing node directory comes out alike.
    private static void theSameWithoutKnowingWhatWasLeftOut(Path root, CpuTopology found) {
        Cpu cpu = CpuReader.read(new Tree(new MachineSource(root, Coverage.UNSTATED, Commands.unavailable("archive"))));
        CpuTopology unstated = CpuTopology.of(cpu, allowed(cpu));
        assertThat(unstated.packages()).isEqualTo(found.packages());
        assertThat(unstated.cores()).isEqualTo(found.cores());
        assertThat(unstated.caches()).isEqualTo(found.caches());
        assertThat(unstated.disagreements()).isEqualTo(found.disagreements());
        if (cpu.logical().stream().anyMatch(l -> l.node().get().isPresent())) {
            assertThat(unstated.nodes()).isEqualTo(found.nodes());
        } else {
            assertThat(unstated.nodes()).isEmpty();
            assertThat(unstated.missing()).contains("NUMA nodes: not in the snapshot (/sys/devices/system/node)");
        }
    }

    @Test
    void contradictionsAreTold() throws IOException {
        Path archive = HwlocArchives.DIRECTORY.resolve("40intel64-4n10c+pci-conflicts.tar.bz2");
        assumeTrue(archive.toFile().isFile(), "no snapshot " + archive);
        Unpacked.tar(archive, directory, OF_INTEREST);
        CpuTopology found = CpuTopology.of(CpuReader.read(new Tree(RealMachinesTest.rootBelow(directory))));

        assertThat(found.disagreements())
                .contains(
                        "package: CPU 3 named as one set 0-3, but CPU 0 named 0,4,8,12,16,20,24,28,32,36",
                        "package: CPUs 7,11,15,19,23,27,31,35,39 named as one set 3,7,11,15,19,23,27,31,35,39,"
                                + " but CPU 3 named 0-3",
                        "L3: CPU 2 named as one set 0-3, but CPU 0 named 0,4,8,12,16,20,24,28,32,36",
                        "L3: CPUs 6,10,14,18,22,26,30,34,38 named as one set 2,6,10,14,18,22,26,30,34,38,"
                                + " but CPU 2 named 0-3")
                .hasSize(4);
    }
}
