package dev.nptune.plan;

import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.plan.CostFunction.GuestMemory;
import dev.nptune.plan.CpuModel.Core;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.Placement.Impossible;
import dev.nptune.plan.Placement.L3Share;
import dev.nptune.plan.Placement.Placed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds the placement that [Placement] describes: for each memory the guest might have, the best cores.
final class PlacementSolver {
    private static final long GIB = 1L << 30;
    /// What it must gain to show the guest NUMA nodes instead of memory of one, in nanoseconds of weighted cost: not
    /// every game knows nodes.
    private static final double GUEST_NUMA = 5;

    private final Host host;
    private final Demand demand;
    private final CpuModel machine;
    private final CostFunction function;

    PlacementSolver(Host host, Demand demand) {
        this.host = host;
        this.demand = demand;
        machine = CpuModel.of(host);
        function = function(host, machine, demand);
    }

    static CostFunction function(Host host, CpuModel machine, Demand demand) {
        return new CostFunction(
                machine,
                new Latencies(machine, host.cpu(), demand.latencies()),
                Weights.of(demand.goal()),
                demand.gpuNode());
    }

    Placement solve() {
        Optional<String> unknown = unknown();
        if (unknown.isPresent()) {
            return new Impossible(unknown.get());
        }
        int room = machine.room();
        if (room < demand.vcpus()) {
            return new Impossible(demand.vcpus() + " vCPUs need a CPU each and the host a core: only " + room
                    + " CPUs are left for the guest");
        }
        Optional<Placed> best = memories().stream()
                .flatMap(memory -> place(memory).stream())
                .min(Comparator.comparingDouble(p -> p.cost().total() + (p.guestNuma() ? GUEST_NUMA : 0)));
        return best.isPresent()
                ? best.get()
                : new Impossible("no NUMA nodes together have room for " + (demand.memoryBytes() >> 20)
                        + " MiB of guest memory");
    }

    private Optional<String> unknown() {
        if (host.cpu().online() instanceof Fact.Unreadable<CpuSet>(String source, String _)) {
            return Optional.of("which CPUs are online is not known (" + source + ")");
        }
        for (LogicalCpu logical : host.cpu().logical()) {
            if (logical.threadSiblings() instanceof Fact.Unreadable<CpuSet>(String source, String _)) {
                return Optional.of("which CPUs share a core is not known (" + source + ")");
            }
        }
        return machine.cores().isEmpty() ? Optional.of("the machine's cores are not known") : Optional.empty();
    }

    /// Where the memory could come from.
    private List<GuestMemory> memories() {
        if (!machine.hasNodes()) {
            return List.of(GuestMemory.ANYWHERE);
        }
        List<GuestMemory> all = new ArrayList<>();
        machine.memoryBytes().forEach((node, bytes) -> {
            if (gives(bytes) >= demand.memoryBytes()) {
                all.add(new GuestMemory(Set.of(node), false));
            }
        });
        all.add(new GuestMemory(machine.memoryBytes().keySet(), true));
        if (all.size() == 1) {
            all.add(new GuestMemory(machine.memoryBytes().keySet(), false));
        }
        return all;
    }

    private Optional<Placed> place(GuestMemory memory) {
        CoreChooser chooser = new CoreChooser(machine, function, memory, demand.vcpus());
        int[] used = chooser.choose(demand.latencies().isPresent());
        if (used.length == 0) {
            return Optional.empty();
        }
        List<Taken> taken = inOrder(used);
        Set<Integer> nodes = new TreeSet<>(memory.nodes());
        if (memory.own()) {
            nodes = new TreeSet<>(taken.stream().map(t -> t.core.node()).toList());
            if (nodes.size() < 2 || !fits(nodes, taken)) {
                return Optional.empty();
            }
        }
        return Optional.of(placed(taken, nodes, memory.own(), chooser.isExact()));
    }

    /// How much of its memory a node can give; the kernel has some of each.
    static long gives(long bytes) {
        return bytes - Math.min(GIB, bytes / 8);
    }

    /// Whether each node has the memory of its share of vCPUs.
    private boolean fits(Set<Integer> nodes, List<Taken> taken) {
        return nodes.stream().allMatch(node -> {
            long bytes = machine.memoryBytes().getOrDefault(node, 0L);
            long vcpus = taken.stream()
                    .filter(t -> t.core.node() == node)
                    .mapToInt(t -> t.cpus.size())
                    .sum();
            return gives(bytes) >= demand.memoryBytes() / demand.vcpus() * vcpus;
        });
    }

    /// A core and those of its CPUs that the guest gets.
    private record Taken(Core core, CpuSet cpus) {}

    /// Node by node and L3 by L3, the larger share first, so that the guest's caches begin where it looks for them.
    private List<Taken> inOrder(int[] used) {
        Map<Integer, Map<Integer, List<Taken>>> byNode = new TreeMap<>();
        for (int i = 0; i < used.length; i++) {
            Core core = machine.cores().get(i);
            if (used[i] > 0) {
                CpuSet cpus = CpuSet.of(core.cpus().stream().limit(used[i]).toArray());
                byNode.computeIfAbsent(core.node(), _ -> new LinkedHashMap<>())
                        .computeIfAbsent(core.l3(), _ -> new ArrayList<>())
                        .add(new Taken(core, cpus));
            }
        }
        return byNode.values().stream()
                .sorted(Comparator.comparingInt(l3s ->
                        -l3s.values().stream().mapToInt(PlacementSolver::count).sum()))
                .flatMap(l3s -> l3s.values().stream()
                        .sorted(Comparator.comparingInt(taken -> -count(taken)))
                        .flatMap(taken -> taken.stream().sorted(Comparator.comparingInt(t -> -t.cpus.size()))))
                .toList();
    }

    private static int count(List<Taken> taken) {
        return taken.stream().mapToInt(t -> t.cpus.size()).sum();
    }

    private Placed placed(List<Taken> taken, Set<Integer> nodes, boolean guestNuma, boolean exact) {
        List<Integer> cpus =
                taken.stream().flatMap(t -> t.cpus.stream().boxed()).toList();
        CpuSet touched = taken.stream().map(t -> t.core.cpus()).reduce(CpuSet.of(), CpuSet::or);
        CpuSet left = machine.online().minus(touched);
        // on isolated CPUs nothing is balanced: several threads would stack up on the first
        CpuSet hosts = left.minus(machine.isolated()).isEmpty() ? left : left.minus(machine.isolated());
        int threads = taken.stream().mapToInt(t -> t.cpus.size()).max().orElse(1);
        Helpers helpers = helpers(hosts, taken.getFirst().core);
        List<CpuSet> pins = cpus.stream().map(c -> CpuSet.of(c)).toList();
        return new Placed(
                cpus,
                helpers.emulator,
                helpers.io,
                hosts,
                threads,
                shares(taken),
                nodes,
                guestNuma,
                function.of(pins, new GuestMemory(nodes, guestNuma)),
                exact,
                function.latencies().basis());
    }

    private List<L3Share> shares(List<Taken> taken) {
        Map<Integer, List<Taken>> byL3 = new LinkedHashMap<>();
        taken.forEach(
                t -> byL3.computeIfAbsent(t.core.l3(), _ -> new ArrayList<>()).add(t));
        return byL3.entrySet().stream()
                .map(e -> new L3Share(
                        e.getValue().stream().map(t -> t.cpus.size()).toList(),
                        machine.cores().stream()
                                .filter(core -> core.l3() == e.getKey())
                                .mapToInt(core -> core.cpus().size())
                                .sum(),
                        e.getValue().getFirst().core.node()))
                .toList();
    }

    private record Helpers(CpuSet emulator, CpuSet io) {}

    /// The host's cores nearest to the guest's: two for QEMU's own threads, the next for its iothreads, while one is
    /// left
    /// that has neither; the core with the kernel's housekeeping only where there is no other.
    private Helpers helpers(CpuSet hosts, Core guest) {
        List<CpuSet> near = machine.cores().stream()
                .filter(core -> hosts.containsAll(core.cpus()))
                .sorted(Comparator.comparing(Core::housekeeping)
                        .thenComparingDouble(core -> function.latencies().between(core, guest)))
                .map(Core::cpus)
                .toList();
        return switch (near.size()) {
            case 0, 1, 2 -> new Helpers(hosts, hosts);
            case 3 -> new Helpers(near.get(0), near.get(1));
            default -> new Helpers(near.get(0).or(near.get(1)), near.get(2));
        };
    }
}
