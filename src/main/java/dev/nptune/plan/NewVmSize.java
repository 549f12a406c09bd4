package dev.nptune.plan;

import dev.nptune.host.Host;
import dev.nptune.plan.CpuModel.Core;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// How many vCPUs and how much memory suit a machine, where nobody says.
final class NewVmSize {
    private static final long GIB = 1L << 30;
    private static final long MOST = 32 * GIB;
    private static final long LEAST = 4 * GIB;

    /// Fewer cores than that are too few for games: then several L3 caches are taken.
    private static final int ENOUGH_CORES = 6;

    /// A machine with that many cores keeps two of them.
    private static final int MANY_CORES = 6;

    private NewVmSize() {}

    /// A number of vCPUs and why.
    record Vcpus(int number, String why) {}

    /// Whole cores: as many as are below one L3, or below so many that six cores come together; at least one core, two
    /// of
    /// six and more, stay with the host, for which efficient cores will do.
    static Vcpus vcpus(CpuModel machine) {
        List<Core> fast = machine.cores().stream().filter(c -> !c.efficient()).toList();
        List<Core> cores = fast.isEmpty() ? machine.cores() : fast;
        boolean hybrid = cores.size() < machine.cores().size();
        int reserve = hybrid ? 0 : machine.cores().size() >= MANY_CORES ? 2 : 1;
        int most = Math.max(1, cores.size() - reserve);
        int l3 = cores.stream().collect(Collectors.groupingBy(Core::l3, Collectors.counting())).values().stream()
                .mapToInt(Long::intValue)
                .max()
                .orElse(1);
        int caches = Math.ceilDiv(ENOUGH_CORES, l3);
        int threads = cores.stream().mapToInt(c -> c.cpus().size()).min().orElse(1);
        if (l3 >= ENOUGH_CORES && l3 <= most) {
            return new Vcpus(l3 * threads, "That is as many cores as one L3 cache has");
        }
        if (l3 < ENOUGH_CORES && caches * l3 <= most) {
            return new Vcpus(caches * l3 * threads, "That is as many cores as " + caches + " L3 caches have");
        }
        return new Vcpus(
                most * threads, "That is all cores but " + (hybrid ? "the efficient ones" : "what the host needs"));
    }

    /// Half of the machine's memory, whole GiB from 4 to 32, and no more than its largest NUMA node has to give; empty
    /// if
    /// that leaves the host less than 2 GiB.
    static Optional<Long> memory(Host host, CpuModel machine) {
        long node = machine.hasNodes()
                ? machine.memoryBytes().values().stream()
                        .mapToLong(PlacementSolver::gives)
                        .max()
                        .orElse(MOST)
                : MOST;
        return host.memory().total().get().flatMap(total -> {
            // firmware keeps some of what was bought: 15.5 GiB of 16 are 8, not 7
            long half = (total / 2 + GIB / 2) / GIB * GIB;
            long size = Math.clamp(Math.min(half, node / GIB * GIB), LEAST, MOST);
            return total - size >= 2 * GIB ? Optional.of(size) : Optional.empty();
        });
    }
}
