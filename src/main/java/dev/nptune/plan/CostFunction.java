package dev.nptune.plan;

import dev.nptune.host.CpuSet;
import dev.nptune.plan.CpuModel.Core;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// Tells what any layout on a machine costs, one that was solved for or one that an owner wrote.
final class CostFunction {
    private final CpuModel machine;
    private final Latencies latencies;
    private final Weights weights;
    private final Optional<Integer> gpuNode;
    private final int bestPerf;
    private final long largestL3;
    private final Map<Integer, Core> coreOf = new HashMap<>();

    /// Where a guest's memory is.
    ///
    /// @param nodes NUMA nodes, each with the same share; none if it does not matter
    /// @param own whether each vCPU has its own part at its own node, as far as that has memory
    record GuestMemory(Set<Integer> nodes, boolean own) {
        static final GuestMemory ANYWHERE = new GuestMemory(Set.of(), false);
    }

    CostFunction(CpuModel machine, Latencies latencies, Weights weights, Optional<Integer> gpuNode) {
        this.machine = machine;
        this.latencies = latencies;
        this.weights = weights;
        this.gpuNode = gpuNode.filter(_ -> machine.hasNodes());
        bestPerf = machine.cores().stream().mapToInt(Core::perf).max().orElse(0);
        largestL3 = machine.cores().stream().mapToLong(Core::l3Bytes).max().orElse(0);
        machine.cores().forEach(core -> core.cpus().stream().forEach(cpu -> coreOf.put(cpu, core)));
    }

    Latencies latencies() {
        return latencies;
    }

    Weights weights() {
        return weights;
    }

    private Core core(int cpu) {
        return Objects.requireNonNull(coreOf.get(cpu), "a CPU that is online belongs to a core");
    }

    double boostLoss(Core core) {
        return bestPerf == 0 || core.perf() == 0 ? 0 : 100.0 * (bestPerf - core.perf()) / bestPerf;
    }

    double cacheLoss(Core core) {
        return largestL3 == 0 || core.l3Bytes() == 0 ? 0 : 100.0 * (largestL3 - core.l3Bytes()) / largestL3;
    }

    double memoryNanos(Core core, GuestMemory memory) {
        if (memory.nodes().isEmpty() || !machine.hasNodes()) {
            return 0;
        }
        DoubleStream nanos = memory.nodes().stream().mapToDouble(node -> latencies.remote(core.node(), node));
        return (memory.own() ? nanos.min() : nanos.average()).orElse(0);
    }

    double gpuNanos(Core core) {
        return gpuNode.map(node -> latencies.remote(core.node(), node)).orElse(0.0);
    }

    /// What the card's own way to the VM's memory costs, whichever CPUs are chosen.
    double gpuToMemory(Set<Integer> memoryNodes) {
        return gpuNode.filter(_ -> !memoryNodes.isEmpty())
                .map(gpu -> memoryNodes.stream()
                        .mapToDouble(node -> latencies.remote(gpu, node))
                        .average()
                        .orElse(0))
                .orElse(0.0);
    }

    /// The weighted cost of one vCPU on a core, as far as it does not depend on the others; over all vCPUs it is
    /// divided
    /// by their number.
    double alone(Core core, GuestMemory memory) {
        boolean isolatedMissed =
                !machine.isolated().isEmpty() && !machine.isolated().containsAll(core.cpus());
        return weights.memory() * memoryNanos(core, memory)
                + weights.gpu() * gpuNanos(core)
                + weights.boost() * boostLoss(core)
                + weights.cache() * cacheLoss(core)
                + (core.efficient() ? weights.efficient() : 0)
                + (core.housekeeping() ? weights.housekeeping() : 0)
                + (isolatedMissed ? weights.unisolated() : 0);
    }

    /// The cost of a layout.
    ///
    /// @param pins the host CPUs of each vCPU; CPUs that are not online do not count
    /// @param memory where its memory is
    LayoutCost of(List<CpuSet> pins, GuestMemory memory) {
        List<CpuSet> sets = pins.stream()
                .map(pin -> pin.and(machine.online()))
                .map(pin -> pin.isEmpty() ? machine.online() : pin)
                .toList();
        return new Sum(sets, memory).cost();
    }

    /// One layout being summed up.
    private final class Sum {
        private final List<CpuSet> sets;
        private final GuestMemory memory;
        private final CpuSet guest;
        private final Set<Core> own = new HashSet<>();
        private final Map<List<CpuSet>, double[]> known = new HashMap<>();
        private final Set<Integer> sharedL3 = new HashSet<>();

        Sum(List<CpuSet> sets, GuestMemory memory) {
            this.sets = sets;
            this.memory = memory;
            guest = sets.stream().reduce(CpuSet.of(), CpuSet::or);
            if (guest.size() <= sets.size()) {
                machine.cores().stream()
                        .filter(core -> guest.containsAll(core.cpus()))
                        .forEach(own::add);
            }
            machine.cores().stream().filter(core -> !own.contains(core)).forEach(core -> sharedL3.add(core.l3()));
        }

        LayoutCost cost() {
            double[] pair = pairs();
            int pairs = sets.size() * (sets.size() - 1) / 2;
            double[] mean = new double[8];
            for (CpuSet set : sets) {
                set.stream().forEach(cpu -> add(mean, core(cpu), 1.0 / set.size() / sets.size()));
            }
            int hostCores = (int) machine.cores().stream()
                    .filter(core -> !core.cpus().intersects(guest))
                    .count();
            boolean starved = hostCores == 0 && guest.size() <= sets.size();
            double nanos = pairs == 0 ? 0 : pair[0] / pairs;
            double total = weights.pair() * nanos
                    + mean[0]
                    + weights.shared() * mean[5]
                    + weights.sharedL3() * mean[6]
                    + weights.gpu() * gpuToMemory(nodes())
                    + (starved ? Weights.STARVED : 0);
            return new LayoutCost(
                    nanos, pairs, pair[1], pair[2], mean[1], mean[2], mean[3], mean[4], mean[7], mean[5], hostCores,
                    total);
        }

        private Set<Integer> nodes() {
            return memory.own()
                    ? guest.stream().mapToObj(cpu -> core(cpu).node()).collect(Collectors.toSet())
                    : memory.nodes();
        }

        private void add(double[] mean, Core core, double share) {
            mean[0] += share * alone(core, memory);
            mean[1] += share * memoryNanos(core, memory);
            mean[2] += share * gpuNanos(core);
            mean[3] += share * boostLoss(core);
            mean[4] += share * cacheLoss(core);
            mean[5] += own.contains(core) ? 0 : share;
            mean[7] += core.efficient() ? share : 0;
            mean[6] += sharedL3.contains(core.l3()) ? share : 0;
        }

        /// Sums over all pairs of vCPUs: nanoseconds, across L3, across nodes.
        private double[] pairs() {
            double[] sum = new double[3];
            for (int i = 0; i < sets.size(); i++) {
                for (int j = 0; j < i; j++) {
                    double[] pair =
                            known.computeIfAbsent(List.of(sets.get(i), sets.get(j)), p -> pair(p.get(0), p.get(1)));
                    for (int k = 0; k < sum.length; k++) {
                        sum[k] += pair[k];
                    }
                }
            }
            return sum;
        }

        /// The mean over all places two vCPUs may be at; they meet on one CPU only if they must.
        private double[] pair(CpuSet first, CpuSet second) {
            double[] sum = new double[3];
            int places = 0;
            int[] others = second.stream().toArray();
            for (int a : first.stream().toArray()) {
                for (int b : others) {
                    if (a != b) {
                        Core x = core(a);
                        Core y = core(b);
                        sum[0] += latencies.between(a, x, b, y);
                        sum[1] += x.l3() == y.l3() ? 0 : 1;
                        sum[2] += x.node() == y.node() ? 0 : 1;
                        places++;
                    }
                }
            }
            if (places == 0) {
                return new double[] {Weights.STARVED, 0, 0};
            }
            return new double[] {sum[0] / places, sum[1] / places, sum[2] / places};
        }
    }
}
