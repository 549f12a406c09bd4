package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryReaderTest {
    private static final String NODES = "/sys/devices/system/node/";

    @TempDir
    Path root = Path.of("");

    private Memory read() {
        return MemoryReader.read(new Tree(root));
    }

    @Test
    void nodesWithTheirShareOfMemory() {
        TestTree tree = new TestTree(root).file(NODES + "node0/cpulist", "0-3\n");
        tree.file(NODES + "node0/meminfo", "\nNode 0 MemTotal:  1024 kB\nNode 0 MemFree:  512 kB\n");
        tree.file(NODES + "node0/distance", "10 16\n");
        tree.files(NODES + "node0/hugepages/hugepages-2048kB", Map.of("nr_hugepages", "7", "free_hugepages", "3"));
        tree.file(NODES + "node2/cpulist", "\n").file(NODES + "node2/distance", "16 ?\n");

        Memory memory = read();

        assertThat(memory.nodes())
                .containsExactly(
                        new Memory.Node(
                                0,
                                Fact.known(CpuSet.range(0, 3), NODES + "node0/cpulist"),
                                Fact.known(1L << 20, NODES + "node0/meminfo"),
                                Fact.known(1L << 19, NODES + "node0/meminfo"),
                                List.of(new Memory.HugePagePool(
                                        2L << 20,
                                        Fact.known(7L, NODES + "node0/hugepages/hugepages-2048kB/nr_hugepages"),
                                        Fact.known(3L, NODES + "node0/hugepages/hugepages-2048kB/free_hugepages"))),
                                Fact.known(List.of(10, 16), NODES + "node0/distance")),
                        new Memory.Node(
                                2,
                                Fact.known(CpuSet.of(), NODES + "node2/cpulist"),
                                Fact.absent(NODES + "node2/meminfo"),
                                Fact.absent(NODES + "node2/meminfo"),
                                List.of(),
                                Fact.unreadable(NODES + "node2/distance", "not a number: '?'")));
    }

    @Test
    void settings() {
        TestTree tree = new TestTree(root);
        tree.file("/proc/meminfo", "SwapTotal:  2048 kB\nSwapFree:  1024 kB\n");
        tree.file("/proc/sys/vm/swappiness", "60\n").file("/proc/sys/vm/compaction_proactiveness", "20\n");
        tree.file("/proc/sys/kernel/numa_balancing", "1\n");
        tree.file("/sys/kernel/mm/transparent_hugepage/khugepaged/defrag", "1\n");
        tree.files("/sys/kernel/mm/ksm", Map.of("run", "1", "pages_sharing", "90", "merge_across_nodes", "2"));

        Memory memory = read();

        assertThat(memory.swapTotal().get()).contains(2L << 20);
        assertThat(memory.swapFree().get()).contains(1L << 20);
        assertThat(memory.swappiness().get()).contains(60);
        assertThat(memory.compactionProactiveness().get()).contains(20);
        assertThat(memory.numaBalancing()).isEqualTo(Fact.known(1, "/proc/sys/kernel/numa_balancing"));
        assertThat(memory.khugepagedDefrag().get()).contains(true);
        assertThat(memory.ksm().run().get()).contains(1);
        assertThat(memory.ksm().pagesSharing().get()).contains(90L);
        assertThat(memory.ksm().pagesShared()).isEqualTo(Fact.absent("/sys/kernel/mm/ksm/pages_shared"));
        assertThat(memory.ksm().mergeAcrossNodes())
                .isEqualTo(Fact.unreadable("/sys/kernel/mm/ksm/merge_across_nodes", "neither 0 nor 1: '2'"));
    }
}
