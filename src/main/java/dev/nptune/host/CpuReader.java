package dev.nptune.host;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Reads the processors: `/proc/cpuinfo` for what they are, `/sys/devices/system/cpu` for how they hang together.
final class CpuReader {
    private static final String CPUS = "/sys/devices/system/cpu/";
    private static final String CLOCKSOURCE = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    private static final Pattern CPU_DIRECTORY = Pattern.compile("cpu(0|[1-9][0-9]{0,3})");
    private static final Pattern INDEX_DIRECTORY = Pattern.compile("index(0|[1-9][0-9]?)");

    /// Far more than one processor's block in /proc/cpuinfo takes; that of a large server is longer than a file may be.
    private static final int CPUINFO_HEAD = 64 << 10;

    private final Tree tree;
    private final NodeMap nodes;

    private CpuReader(Tree tree) {
        this.tree = tree;
        this.nodes = NodeMap.read(tree);
    }

    static Cpu read(Tree tree) {
        return new CpuReader(tree).cpu();
    }

    private Cpu cpu() {
        Fact<Map<String, String>> info =
                tree.head("/proc/cpuinfo", CPUINFO_HEAD).map(CpuReader::firstBlock);
        Fact<CpuSet> online = tree.value(CPUS + "online").map(CpuSet::parse);
        List<Cpu.LogicalCpu> logical = online.get().orElseGet(this::directories).stream()
                .mapToObj(this::logical)
                .toList();
        return new Cpu(
                Values.field(info, "vendor_id", Function.identity()),
                Values.field(info, "model name", Function.identity()),
                Values.field(info, "cpu family", Values::integer),
                Values.field(info, "model", Values::integer),
                Values.field(info, "stepping", Values::integer),
                Values.field(info, "flags", CpuReader::words),
                online,
                tree.value(CPUS + "isolated").map(CpuSet::parse),
                tree.value(CLOCKSOURCE),
                logical);
    }

    /// The `key : value` lines up to the first blank line; of equal keys the first counts.
    static Map<String, String> firstBlock(String cpuinfo) {
        Map<String, String> fields = new LinkedHashMap<>();
        cpuinfo.lines()
                .dropWhile(String::isBlank)
                .takeWhile(line -> !line.isBlank())
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        fields.putIfAbsent(
                                line.substring(0, colon).strip(),
                                line.substring(colon + 1).strip());
                    }
                });
        return fields;
    }

    private static Set<String> words(String text) {
        Set<String> words = new LinkedHashSet<>(Arrays.asList(text.strip().split("\\s+")));
        words.remove("");
        return Collections.unmodifiableSet(words);
    }

    /// Every CPU with a directory, but for those whose own `online` says no; old kernels have no list of them.
    private CpuSet directories() {
        return CpuSet.of(tree.namesOrGap("/sys/devices/system/cpu").stream()
                .filter(name -> CPU_DIRECTORY.matcher(name).matches())
                .mapToInt(name -> Integer.parseInt(name.substring(3)))
                .filter(cpu -> cpu <= CpuSet.MAX_CPU)
                .filter(cpu -> tree.value(CPUS + "cpu" + cpu + "/online")
                        .get()
                        .filter("0"::equals)
                        .isEmpty())
                .toArray());
    }

    private Cpu.LogicalCpu logical(int cpu) {
        String topology = CPUS + "cpu" + cpu + "/topology/";
        Fact<String> l3 = thirdLevel(CPUS + "cpu" + cpu + "/cache");
        return new Cpu.LogicalCpu(
                cpu,
                Values.absentIf(tree.value(topology + "physical_package_id").map(Values::integer), id -> id < 0),
                tree.value(topology + "core_id").map(Values::integer),
                cpus(topology + "thread_siblings_list", topology + "thread_siblings"),
                in(l3, directory -> tree.value(directory + "id").map(Values::integer)),
                in(l3, directory -> cpus(directory + "shared_cpu_list", directory + "shared_cpu_map")),
                in(l3, directory -> tree.value(directory + "size").map(Values::bytes)),
                nodes.of(cpu));
    }

    /// The list, or, where an old kernel or a thrifty archive has none, the mask.
    private Fact<CpuSet> cpus(String listFile, String maskFile) {
        Fact<CpuSet> list = tree.value(listFile).map(CpuSet::parse);
        if (!(list instanceof Fact.Absent<CpuSet>)) {
            return list;
        }
        Fact<CpuSet> mask = tree.value(maskFile).map(CpuSet::parseMask);
        return mask instanceof Fact.Absent<CpuSet> ? list : mask;
    }

    /// The `index*` directory whose level is 3, with a slash; index3 nearly always, but nothing promises it.
    private Fact<String> thirdLevel(String cache) {
        if (level(cache + "/index3/").get().filter(level -> level == 3).isPresent()) {
            return Fact.known(cache + "/index3/", cache);
        }
        Fact<List<String>> names = tree.names(cache);
        Fact<String> found = names instanceof Fact.Unreadable<List<String>>(String source, String reason)
                ? Fact.unreadable(source, reason)
                : Fact.absent(cache);
        for (String name : names.get().orElse(List.of())) {
            String directory = cache + "/" + name + "/";
            if (INDEX_DIRECTORY.matcher(name).matches()) {
                switch (level(directory)) {
                    case Fact.Known<Integer>(Integer level, String _)
                    when level == 3 -> {
                        return Fact.known(directory, cache);
                    }
                    case Fact.Unreadable<Integer>(String source, String reason) ->
                        found = Fact.unreadable(source, reason);
                    case Fact.Known<Integer> _, Fact.Absent<Integer> _ -> {}
                }
            }
        }
        return found;
    }

    private Fact<Integer> level(String directory) {
        return tree.value(directory + "level").map(Values::integer);
    }

    private static <T> Fact<T> in(Fact<String> directory, Function<String, Fact<T>> reader) {
        return switch (directory) {
            case Fact.Known<String>(String path, String _) -> reader.apply(path);
            case Fact.Absent<String>(String source) -> Fact.absent(source);
            case Fact.Unreadable<String>(String source, String reason) -> Fact.unreadable(source, reason);
        };
    }
}
