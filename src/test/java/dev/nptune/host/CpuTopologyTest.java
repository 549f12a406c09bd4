package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.internal.json.Json;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuTopologyTest {
    private final TestTopology test = new TestTopology();

    @Test
    void aSoundMachineHasNoDisagreements() {
        CpuTopology topology = CpuTopology.of(test.cpu());

        assertThat(topology.l3()).extracting(l3 -> l3.cpus().toString()).containsExactly("0-3", "4-7");
        assertThat(topology.cores()).hasSize(8);
        assertThat(topology.disagreements()).isEmpty();
        assertThat(topology.missing())
                .containsExactly("dies: none told by /sys/devices/system/cpu/cpu0/topology/die_id");
        assertThat(Json.read(Json.compact(topology), CpuTopology.class)).isEqualTo(topology);
        assertThat(Json.read(Json.compact(topology.tree()), CpuTopology.Part.class))
                .isEqualTo(topology.tree());
    }

    @Test
    void theNumberOfAnL3IsBelievedAndTheWrongListTold() {
        CpuSet wrong = CpuSet.range(0, 7);
        test.logical.set(2, TestTopology.cpu(2, 0, wrong, 32L << 20, 1));

        CpuTopology topology = CpuTopology.of(test.cpu());

        assertThat(topology.l3()).extracting(l3 -> l3.cpus().toString()).containsExactly("0-3", "4-7");
        assertThat(topology.disagreements())
                .containsExactly(
                        "L3: number 0 is on CPUs 0-3, but CPUs 2 say that 0-7 share it; the number is believed");
    }

    @Test
    void withoutAllNumbersTheListsCount() {
        LogicalCpu last = test.logical.getLast();
        test.logical.set(7, withL3(last, Fact.absent(last.l3Id().source()), last.l3Sharing()));

        assertThat(CpuTopology.of(test.cpu()).l3())
                .extracting(l3 -> l3.cpus().toString())
                .containsExactly("0-3", "4-7");
    }

    /// So the emulated Ryzen looks, and a Phenom II on a kernel of today.
    @Test
    void withoutTopoextTheNumberIsTheApicIdAndTheListsCount() {
        for (int id = 0; id < 8; id++) {
            test.logical.set(id, TestTopology.cpu(id, id, CpuSet.range(0, 7), 8L << 20, 1));
        }
        assertThat(l3()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7");

        test.flags = Fact.known(Set.of("svm"), "/proc/cpuinfo");
        assertThat(l3()).containsExactly("0-7");
        assertThat(CpuTopology.of(test.cpu()).disagreements()).isEmpty();

        test.flags = Fact.unreadable("/proc/cpuinfo", "not in the snapshot");
        assertThat(l3()).hasSize(8);
        test.flags = Fact.known(Set.of("vmx"), "/proc/cpuinfo");
        test.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo");
        assertThat(l3()).hasSize(8);
    }

    private List<String> l3() {
        return CpuTopology.of(test.cpu()).l3().stream()
                .map(l3 -> l3.cpus().toString())
                .toList();
    }

    private static LogicalCpu withL3(LogicalCpu l, Fact<Integer> id, Fact<CpuSet> sharing) {
        return new LogicalCpu(
                l.id(),
                l.packageId(),
                l.packageCpus(),
                l.dieId(),
                l.coreId(),
                l.threadSiblings(),
                id,
                sharing,
                l.l3Bytes(),
                l.node(),
                l.highestPerf());
    }

    @Test
    void aStackedCacheIsKnownByItsSizeOnAmdOnly() {
        for (int id = 0; id < 4; id++) {
            test.logical.set(id, TestTopology.cpu(id, 0, CpuSet.range(0, 3), 96L << 20, 1));
        }
        assertThat(CpuTopology.of(test.cpu()).l3())
                .extracting(CpuTopology.L3::x3d)
                .containsExactly(true, false);
        test.logical.set(0, TestTopology.cpu(0, 0, CpuSet.range(0, 3), (64L << 20) - 1, 1));
        assertThat(CpuTopology.of(test.cpu()).l3()).noneMatch(CpuTopology.L3::x3d);
        test.logical.set(0, TestTopology.cpu(0, 0, CpuSet.range(0, 3), 64L << 20, 1));
        assertThat(CpuTopology.of(test.cpu()).l3().getFirst().x3d()).isTrue();
        test.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo");
        assertThat(CpuTopology.of(test.cpu()).l3()).noneMatch(CpuTopology.L3::x3d);
    }

    @Test
    void theFastestCoresComeFirst() {
        test.logical.set(5, TestTopology.cpu(5, 1, CpuSet.range(4, 7), 32L << 20, 255));

        assertThat(CpuTopology.of(test.cpu()).preferred())
                .extracting(core -> core.cpus().toString())
                .containsExactly("5", "0", "1", "2", "3", "4", "6", "7");
    }

    @Test
    void ofAMachineOfWhichNothingIsKnownNothingIsClaimed() {
        test.logical.replaceAll(l -> {
            String reason = "not in the snapshot";
            return new LogicalCpu(
                    l.id(),
                    Fact.unreadable("p", reason),
                    Fact.unreadable("p", reason),
                    Fact.unreadable("d", reason),
                    Fact.unreadable("c", reason),
                    Fact.unreadable("t", reason),
                    Fact.unreadable("i", reason),
                    Fact.unreadable("s", reason),
                    Fact.unreadable("b", reason),
                    Fact.unreadable("n", reason),
                    Fact.unreadable("h", reason));
        });

        CpuTopology topology = CpuTopology.of(test.cpu());

        assertThat(topology.packages()).isEmpty();
        assertThat(topology.cores()).isEmpty();
        assertThat(topology.nodes()).isEmpty();
        assertThat(topology.missing())
                .containsExactly(
                        "packages: not in the snapshot (p)",
                        "cores: not in the snapshot (t)",
                        "L3 caches: not in the snapshot (i)",
                        "dies: not in the snapshot (d)",
                        "NUMA nodes: not in the snapshot (n)");
        assertThat(topology.tree().parts())
                .extracting(CpuTopology.Part::level)
                .containsOnly(CpuTopology.Level.CPU)
                .hasSize(8);
    }

    @Test
    void noCpusAreNoFailure() {
        test.logical.clear();
        CpuTopology topology = CpuTopology.of(test.cpu());
        assertThat(topology.cpus().isEmpty()).isTrue();
        assertThat(topology.tree().parts()).isEmpty();
    }
}
