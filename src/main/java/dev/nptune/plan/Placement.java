package dev.nptune.plan;

import dev.nptune.host.Cpu;
import dev.nptune.host.CpuSet;
import java.util.List;

/// Which host CPUs a guest's vCPUs run on, one to one, and which stay with the host.
///
/// Whole cores only: the siblings of a core get neighbouring vCPUs, and no core is shared between guest and host. The
/// core of the lowest CPU, where the kernel does its housekeeping, is the host's. Within that, the vCPUs span as few L3
/// caches as possible, which taking the roomiest first achieves; where one L3 is enough, the largest cache wins, then
/// the tightest fit, then a cache away from the host's core, then the lowest number.
public sealed interface Placement {

    /// A placement.
    ///
    /// @param cpus host CPU of each vCPU, in vCPU order; all different
    /// @param host CPUs for the emulator and the iothreads; disjoint from the guest's cores, never empty
    /// @param threads threads per core that the guest's neighbours in `cpus` share, if the same for all; else 1
    /// @param caches how many L3 caches the vCPUs span
    record Placed(List<Integer> cpus, CpuSet host, int threads, int caches) implements Placement {
        public Placed {
            cpus = List.copyOf(cpus);
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

    /// Places vCPUs.
    ///
    /// @param cpu the host's processors
    /// @param vcpus how many vCPUs run, at least 1
    static Placement of(Cpu cpu, int vcpus) {
        if (vcpus < 1) {
            throw new IllegalArgumentException("placement of " + vcpus + " vCPUs");
        }
        return PlacementSolver.solve(cpu, vcpus);
    }
}
