package dev.nptune.host;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads memory sizes from `/proc/meminfo` and the huge page settings from `/sys/kernel/mm`.
final class MemoryReader {
    private static final String POOLS = "/sys/kernel/mm/hugepages";
    private static final String THP = "/sys/kernel/mm/transparent_hugepage/";
    private static final Pattern POOL = Pattern.compile("hugepages-([0-9]{1,12})kB");

    private MemoryReader() {}

    static Memory read(Tree tree) {
        // The same `key: value` lines as a processor's, in one block.
        Fact<Map<String, String>> meminfo = tree.text("/proc/meminfo").map(CpuReader::firstBlock);
        return new Memory(
                Values.field(meminfo, "MemTotal", Values::bytes),
                Values.field(meminfo, "MemAvailable", Values::bytes),
                pools(tree),
                tree.value(THP + "enabled").map(Values::bracketed),
                tree.value(THP + "defrag").map(Values::bracketed),
                tree.value(THP + "shmem_enabled").map(Values::bracketed));
    }

    private static List<Memory.HugePagePool> pools(Tree tree) {
        return tree.namesOrGap(POOLS).stream()
                .flatMap(name -> pool(tree, name))
                .sorted(Comparator.comparingLong(Memory.HugePagePool::pageBytes))
                .toList();
    }

    private static Stream<Memory.HugePagePool> pool(Tree tree, String name) {
        Matcher m = POOL.matcher(name);
        if (!m.matches()) {
            return Stream.empty();
        }
        String directory = POOLS + "/" + name + "/";
        return Stream.of(new Memory.HugePagePool(
                Long.parseLong(m.group(1)) << 10,
                tree.value(directory + "nr_hugepages").map(Values::count),
                tree.value(directory + "free_hugepages").map(Values::count)));
    }
}
