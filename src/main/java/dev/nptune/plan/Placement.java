package dev.nptune.plan;

import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Which host CPUs a guest's threads run on and which memory it gets, at the least cost (see [LayoutCost]).
///
/// Each vCPU has a CPU of its own. Siblings of a core get neighbouring vCPUs; no core is shared between guest and host
/// except where an odd number of vCPUs leaves half a core, which nobody then uses. One whole core at least stays with
/// the
/// host.
public sealed interface Placement {

    /// What to place.
    ///
    /// @param vcpus how many vCPUs run, at least 1
    /// @param memoryBytes the guest's memory
    /// @param gpuNode NUMA node of the passed card; empty if none is passed or the machine does not say
    /// @param goal what the VM is for
    /// @param latencies what was measured between the host's CPUs; empty for a table
    record Demand(
            int vcpus, long memoryBytes, Optional<Integer> gpuNode, Goal goal, Optional<CoreLatencies> latencies) {
        public Demand {
            if (vcpus < 1) {
                throw new IllegalArgumentException("placement of " + vcpus + " vCPUs");
            }
        }
    }

    /// vCPUs below one L3 of the host.
    ///
    /// @param cores how many there are on each core, in vCPU order
    /// @param hostThreads CPUs that share that L3 on the host
    /// @param node NUMA node, or -1
    record L3Share(List<Integer> cores, int hostThreads, int node) {
        public L3Share {
            cores = List.copyOf(cores);
        }

        /// How many vCPUs.
        public int vcpus() {
            return cores.stream().mapToInt(c -> c).sum();
        }
    }

    /// A placement.
    ///
    /// @param cpus host CPU of each vCPU, in vCPU order; all different
    /// @param emulator CPUs of QEMU's own threads
    /// @param io CPUs of the iothreads; others than the emulator's where the host has enough
    /// @param host all CPUs that the guest leaves alone; holds the two before
    /// @param threads vCPUs on a core, of the core that has most
    /// @param shares the L3 caches in vCPU order
    /// @param memoryNodes the NUMA nodes of the guest's memory; none where the machine has only one
    /// @param guestNuma whether the guest should be shown the nodes, each with its own memory
    /// @param cost what it costs
    /// @param exact whether no other costs less; otherwise it is the best that was found
    /// @param basis where latencies come from, for people
    record Placed(
            List<Integer> cpus,
            CpuSet emulator,
            CpuSet io,
            CpuSet host,
            int threads,
            List<L3Share> shares,
            Set<Integer> memoryNodes,
            boolean guestNuma,
            LayoutCost cost,
            boolean exact,
            String basis)
            implements Placement {
        public Placed {
            cpus = List.copyOf(cpus);
            shares = List.copyOf(shares);
            memoryNodes = new TreeSet<>(memoryNodes);
        }

        /// The guest's CPUs as a set.
        public CpuSet guest() {
            return CpuSet.of(cpus.stream().mapToInt(c -> c).toArray());
        }
    }

    /// There is none, or what it takes is not known.
    ///
    /// @param reason why, for people
    record Impossible(String reason) implements Placement {}

    /// Places vCPUs on a machine.
    static Placement of(Host host, Demand demand) {
        return new PlacementSolver(host, demand).solve();
    }
}
