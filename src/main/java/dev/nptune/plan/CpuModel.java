package dev.nptune.plan;

import dev.nptune.host.Cpu.CoreClass;
import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology;
import dev.nptune.host.Host;
import dev.nptune.host.Memory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;

/// A machine as placement sees it: its cores, where each belongs, and how far its NUMA nodes are from each other.
///
/// @param online all online CPUs
/// @param isolated CPUs taken from the scheduler at boot
/// @param cores by package, node, die and L3, then by first CPU
/// @param memoryBytes memory of each NUMA node that has some, by number
/// @param distances relative cost of reaching a node's memory from another, 10 being its own, by both numbers
/// @param l3Known whether the kernel says which CPUs share an L3; if not, all count as sharing one
record CpuModel(
        CpuSet online,
        CpuSet isolated,
        List<Core> cores,
        Map<Integer, Long> memoryBytes,
        Map<Integer, Map<Integer, Integer>> distances,
        boolean l3Known) {
    /// Distance of a node from itself, and from any other where nothing is said.
    static final int LOCAL = 10;

    CpuModel {
        cores = List.copyOf(cores);
    }

    /// A core. The numbers of package, node, die and L3 count from 0 in the machine and mean nothing else; of nodes
    /// they
    /// are the kernel's, and -1 where it knows none. What is not known is one for all.
    ///
    /// @param cpus its online CPUs: SMT siblings
    /// @param l3Bytes size of its L3; 0 if not known
    /// @param perf how fast it can get, on the firmware's scale; 0 if not known
    /// @param efficient whether it is one of the slower kind
    /// @param housekeeping whether it has the lowest CPU, where the kernel does what it does not do elsewhere
    record Core(
            CpuSet cpus,
            int pack,
            int node,
            int die,
            int l3,
            long l3Bytes,
            int perf,
            boolean efficient,
            boolean housekeeping) {}

    static CpuModel of(Host host) {
        CpuTopology topology = CpuTopology.of(host.cpu());
        CpuSet online = host.cpu().online().get().orElse(topology.cpus()).and(topology.cpus());
        int first = online.first().orElse(0);
        Map<Integer, Integer> pack = numbers(topology.packages(), CpuTopology.CpuPackage::cpus);
        Map<Integer, Integer> die = numbers(topology.dies(), CpuTopology.Die::cpus);
        Map<Integer, Integer> l3 = numbers(topology.l3(), CpuTopology.L3::cpus);
        Map<Integer, Integer> node = new HashMap<>();
        topology.nodes().forEach(n -> n.cpus().stream().forEach(c -> node.put(c, n.id())));
        List<Core> cores = new ArrayList<>();
        for (CpuTopology.Core core : topology.cores()) {
            CpuSet cpus = core.cpus().and(online);
            OptionalInt lead = cpus.first();
            if (lead.isEmpty()) {
                continue;
            }
            int cpu = lead.getAsInt();
            cores.add(new Core(
                    cpus,
                    pack.getOrDefault(cpu, 0),
                    node.getOrDefault(cpu, -1),
                    die.getOrDefault(cpu, 0),
                    l3.getOrDefault(cpu, 0),
                    topology.l3().stream()
                            .filter(c -> c.cpus().contains(cpu))
                            .findFirst()
                            .flatMap(CpuTopology.L3::bytes)
                            .orElse(0L),
                    core.highestPerf().orElse(0),
                    core.kind().filter(k -> k != CoreClass.Kind.PERFORMANCE).isPresent(),
                    cpus.contains(first)));
        }
        cores.sort(Comparator.comparingInt(Core::pack)
                .thenComparingInt(Core::node)
                .thenComparingInt(Core::die)
                .thenComparingInt(Core::l3)
                .thenComparingInt(c -> c.cpus().first().orElse(0)));
        return new CpuModel(
                online,
                host.cpu().isolated().get().orElse(CpuSet.of()),
                cores,
                memory(host.memory()),
                distances(host.memory()),
                !topology.l3().isEmpty());
    }

    private static <T> Map<Integer, Integer> numbers(List<T> parts, Function<T, CpuSet> cpus) {
        Map<Integer, Integer> numbers = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            int number = i;
            cpus.apply(parts.get(i)).stream().forEach(c -> numbers.put(c, number));
        }
        return numbers;
    }

    private static Map<Integer, Long> memory(Memory memory) {
        Map<Integer, Long> bytes = new TreeMap<>();
        memory.nodes().forEach(n -> n.total().get().filter(b -> b > 0).ifPresent(b -> bytes.put(n.id(), b)));
        return bytes;
    }

    private static Map<Integer, Map<Integer, Integer>> distances(Memory memory) {
        List<Integer> ids = memory.nodes().stream().map(Memory.Node::id).toList();
        Map<Integer, Map<Integer, Integer>> all = new TreeMap<>();
        for (Memory.Node node : memory.nodes()) {
            List<Integer> row = node.distances().get().orElse(List.of());
            Map<Integer, Integer> known = new TreeMap<>();
            for (int i = 0; i < Math.min(row.size(), ids.size()); i++) {
                known.put(ids.get(i), row.get(i));
            }
            all.put(node.id(), known);
        }
        return all;
    }

    /// How many vCPUs a guest can have, so that the host keeps a core.
    int room() {
        return online.size()
                - cores.stream().mapToInt(core -> core.cpus().size()).min().orElse(0);
    }

    /// The distance between two nodes, [#LOCAL] where nothing is known of them.
    int distance(int from, int to) {
        return from == to ? LOCAL : distances.getOrDefault(from, Map.of()).getOrDefault(to, LOCAL);
    }

    /// Whether there are several NUMA nodes to tell apart.
    boolean hasNodes() {
        return distances.size() > 1;
    }

    /// The core that a CPU belongs to; empty if it is not online.
    Optional<Core> coreOf(int cpu) {
        return cores.stream().filter(c -> c.cpus().contains(cpu)).findFirst();
    }
}
