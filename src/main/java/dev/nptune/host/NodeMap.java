package dev.nptune.host;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Which NUMA node each CPU belongs to.
///
/// The kernel tells it four ways and archives keep only some of them: a node's `cpulist`, its `cpumap`, its `cpuN`
/// entries, and a CPU's own `nodeN` entry, which counts only where no node is kept.
final class NodeMap {
    static final String NODES = "/sys/devices/system/node";
    private static final Pattern NODE = Pattern.compile("node(0|[1-9][0-9]{0,3})");
    private static final Pattern CPU = Pattern.compile("cpu(0|[1-9][0-9]{0,3})");

    private final Tree tree;
    private final Fact<List<String>> directories;
    private final Map<Integer, Fact<CpuSet>> nodes = new TreeMap<>();

    private NodeMap(Tree tree, Fact<List<String>> directories) {
        this.tree = tree;
        this.directories = directories;
    }

    static NodeMap read(Tree tree) {
        Fact<List<String>> directories = tree.names(NODES);
        tree.noteGap(directories);
        NodeMap map = new NodeMap(tree, directories);
        for (String name : directories.get().orElse(List.of())) {
            if (NODE.matcher(name).matches()) {
                map.nodes.put(Integer.valueOf(name.substring(4)), map.cpus(NODES + "/" + name));
            }
        }
        return map;
    }

    private Fact<CpuSet> cpus(String node) {
        Fact<CpuSet> told = Values.firstKnown(
                () -> tree.value(node + "/cpulist").map(CpuSet::parse),
                () -> tree.value(node + "/cpumap").map(CpuSet::parseMask));
        if (told instanceof Fact.Known<CpuSet>) {
            return told;
        }
        Fact<CpuSet> entries = tree.names(node)
                .map(names -> CpuSet.of(names.stream()
                        .filter(name -> CPU.matcher(name).matches())
                        .mapToInt(name -> Integer.parseInt(name.substring(3)))
                        .toArray()));
        boolean some = entries.get().filter(set -> !set.isEmpty()).isPresent();
        return some || told instanceof Fact.Absent<CpuSet> ? entries : told;
    }

    /// The CPUs of each node by its number, offline ones perhaps among them.
    Map<Integer, Fact<CpuSet>> nodes() {
        return Collections.unmodifiableMap(nodes);
    }

    /// The node of a CPU; absent if no node claims it.
    Fact<Integer> of(int cpu) {
        if (nodes.isEmpty()) {
            return ownEntry("/sys/devices/system/cpu/cpu" + cpu);
        }
        Fact<Integer> found = Fact.absent(NODES + "/node*");
        for (Map.Entry<Integer, Fact<CpuSet>> node : nodes.entrySet()) {
            switch (node.getValue()) {
                case Fact.Known<CpuSet>(CpuSet cpus, String source)
                when cpus.contains(cpu) -> {
                    return Fact.known(node.getKey(), source);
                }
                case Fact.Unreadable<CpuSet>(String source, String reason) -> found = Fact.unreadable(source, reason);
                case Fact.Known<CpuSet> _, Fact.Absent<CpuSet> _ -> {}
            }
        }
        return found;
    }

    private Fact<Integer> ownEntry(String directory) {
        return tree.names(directory).get().orElse(List.of()).stream()
                .filter(name -> NODE.matcher(name).matches())
                .findFirst()
                .map(name -> Fact.known(Integer.valueOf(name.substring(4)), directory + "/" + name))
                .orElseGet(() -> directories instanceof Fact.Known<List<String>>
                        ? Fact.absent(NODES)
                        : Values.unknown(directories));
    }
}
