package dev.nptune.host;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads memory sizes from `/proc/meminfo`, NUMA nodes from `/sys/devices/system/node` and the settings of huge pages
/// and page merging from `/sys/kernel/mm`.
final class MemoryReader {
    private static final String POOLS = "/sys/kernel/mm/hugepages";
    private static final String THP = "/sys/kernel/mm/transparent_hugepage/";
    private static final String KSM = "/sys/kernel/mm/ksm/";
    private static final String VM = "/proc/sys/vm/";
    private static final Pattern POOL = Pattern.compile("hugepages-([0-9]{1,12})kB");
    private static final Pattern NODE_PREFIX = Pattern.compile("(?m)^Node [0-9]{1,9} ");

    private final Tree tree;

    private MemoryReader(Tree tree) {
        this.tree = tree;
    }

    static Memory read(Tree tree) {
        return new MemoryReader(tree).memory();
    }

    private Memory memory() {
        // The same `key: value` lines as a processor's, in one block.
        Fact<Map<String, String>> meminfo = tree.text("/proc/meminfo").map(CpuReader::firstBlock);
        return new Memory(
                Values.field(meminfo, "MemTotal", Values::bytes),
                Values.field(meminfo, "MemAvailable", Values::bytes),
                Values.field(meminfo, "SwapTotal", Values::bytes),
                Values.field(meminfo, "SwapFree", Values::bytes),
                tree.value(VM + "swappiness").map(Values::integer),
                pools(POOLS),
                tree.value(THP + "enabled").map(Values::bracketed),
                tree.value(THP + "defrag").map(Values::bracketed),
                tree.value(THP + "shmem_enabled").map(Values::bracketed),
                tree.value(THP + "khugepaged/defrag").map(Values::bit),
                tree.value(VM + "compaction_proactiveness").map(Values::integer),
                tree.value("/proc/sys/kernel/numa_balancing").map(Values::integer),
                new Memory.Ksm(
                        tree.value(KSM + "run").map(Values::integer),
                        tree.value(KSM + "pages_shared").map(Values::count),
                        tree.value(KSM + "pages_sharing").map(Values::count),
                        tree.value(KSM + "pages_unshared").map(Values::count),
                        tree.value(KSM + "full_scans").map(Values::count),
                        tree.value(KSM + "merge_across_nodes").map(Values::bit)),
                NodeMap.read(tree).nodes().entrySet().stream()
                        .map(node -> node(node.getKey(), node.getValue()))
                        .toList());
    }

    private Memory.Node node(int id, Fact<CpuSet> cpus) {
        String directory = NodeMap.NODES + "/node" + id;
        Fact<Map<String, String>> meminfo = tree.text(directory + "/meminfo")
                .map(text -> CpuReader.firstBlock(NODE_PREFIX.matcher(text).replaceAll("")));
        String pools = directory + "/hugepages";
        return new Memory.Node(
                id,
                cpus,
                Values.field(meminfo, "MemTotal", Values::bytes),
                Values.field(meminfo, "MemFree", Values::bytes),
                pools(pools),
                tree.value(directory + "/distance").map(MemoryReader::integers));
    }

    private static List<Integer> integers(String text) {
        return Arrays.stream(text.split("\\s+")).map(Values::integer).toList();
    }

    private List<Memory.HugePagePool> pools(String parent) {
        return tree.namesOrGap(parent).stream()
                .flatMap(name -> pool(parent, name))
                .sorted(Comparator.comparingLong(Memory.HugePagePool::pageBytes))
                .toList();
    }

    private Stream<Memory.HugePagePool> pool(String parent, String name) {
        Matcher m = POOL.matcher(name);
        if (!m.matches()) {
            return Stream.empty();
        }
        String directory = parent + "/" + name + "/";
        return Stream.of(new Memory.HugePagePool(
                Long.parseLong(m.group(1)) << 10,
                tree.value(directory + "nr_hugepages").map(Values::count),
                tree.value(directory + "free_hugepages").map(Values::count)));
    }
}
