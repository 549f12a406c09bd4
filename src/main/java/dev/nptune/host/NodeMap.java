package dev.nptune.host;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Which NUMA node each CPU belongs to.
///
/// The kernel tells it four ways and archives keep only some of them: a node's `cpulist`, its `cpumap`, its `cpuN`
/// entries, and a CPU's own `nodeN` entry, which counts only where no node is kept.
final class NodeMap {
    private static final String NODES = "/sys/devices/system/node";
    private static final Pattern NODE = Pattern.compile("node(0|[1-9][0-9]{0,3})");
    private static final Pattern CPU = Pattern.compile("cpu(0|[1-9][0-9]{0,3})");

    private final Tree tree;
    private final Map<Integer, Fact<CpuSet>> nodes = new TreeMap<>();

    private NodeMap(Tree tree) {
        this.tree = tree;
    }

    static NodeMap read(Tree tree) {
        NodeMap map = new NodeMap(tree);
        for (String name : tree.namesOrGap(NODES)) {
            if (NODE.matcher(name).matches()) {
                map.nodes.put(Integer.valueOf(name.substring(4)), map.cpus(NODES + "/" + name));
            }
        }
        return map;
    }

    private Fact<CpuSet> cpus(String node) {
        Fact<CpuSet> list = tree.value(node + "/cpulist").map(CpuSet::parse);
        if (!(list instanceof Fact.Absent<CpuSet>)) {
            return list;
        }
        Fact<CpuSet> mask = tree.value(node + "/cpumap").map(CpuSet::parseMask);
        if (!(mask instanceof Fact.Absent<CpuSet>)) {
            return mask;
        }
        return tree.names(node)
                .map(names -> CpuSet.of(names.stream()
                        .filter(name -> CPU.matcher(name).matches())
                        .mapToInt(name -> Integer.parseInt(name.substring(3)))
                        .toArray()));
    }

    /// The node of a CPU; absent if no node claims it.
    Fact<Integer> of(int cpu) {
        if (nodes.isEmpty()) {
            return ownEntry("/sys/devices/system/cpu/cpu" + cpu);
        }
        Fact<Integer> found = Fact.absent(NODES);
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
        return switch (tree.names(directory)) {
            case Fact.Known<List<String>>(List<String> names, String _) ->
                names.stream()
                        .filter(name -> NODE.matcher(name).matches())
                        .findFirst()
                        .map(name -> Fact.known(Integer.valueOf(name.substring(4)), directory + "/" + name))
                        .orElse(Fact.absent(NODES));
            case Fact.Absent<List<String>> _ -> Fact.absent(NODES);
            case Fact.Unreadable<List<String>>(String source, String reason) -> Fact.unreadable(source, reason);
        };
    }
}
