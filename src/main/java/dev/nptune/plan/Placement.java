package dev.nptune.plan;

import dev.nptune.host.Cpu;
import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

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
        if (!(cpu.online() instanceof Fact.Known<CpuSet>(CpuSet online, String _))) {
            return new Impossible(
                    "which CPUs are online is not known (" + cpu.online().source() + ")");
        }
        Map<String, Cache> caches = new LinkedHashMap<>();
        CpuSet seen = CpuSet.of();
        CpuSet reserved = CpuSet.of();
        for (LogicalCpu logical : cpu.logical()) {
            if (!online.contains(logical.id()) || seen.contains(logical.id())) {
                continue;
            }
            if (!(logical.threadSiblings() instanceof Fact.Known<CpuSet>(CpuSet siblings, String _))) {
                return new Impossible("which CPUs share a core is not known ("
                        + logical.threadSiblings().source() + ")");
            }
            CpuSet core = siblings.and(online).or(CpuSet.of(logical.id())).minus(seen);
            seen = seen.or(core);
            reserved = reserved.isEmpty() ? core : reserved;
            caches.computeIfAbsent(
                            cacheOf(logical),
                            _ -> new Cache(logical.l3Bytes().get().orElse(0L)))
                    .add(core, core.equals(reserved));
        }
        int room = caches.values().stream().mapToInt(Cache::room).sum();
        if (room < vcpus) {
            return new Impossible(vcpus + " vCPUs need a CPU each and the host a core: only " + room
                    + " CPUs are left for the guest");
        }
        List<CpuSet> cores = choose(new ArrayList<>(caches.values()), vcpus);
        return placed(
                cores,
                vcpus,
                online,
                cpu.isolated().get().orElse(CpuSet.of()),
                caches.values().stream()
                        .filter(c -> c.cores.stream().anyMatch(cores::contains))
                        .count());
    }

    /// The kernel's number of the L3 is believed before the list of CPUs that share it, which is wrong on some
    /// processors; without either, a package counts as one cache.
    private static String cacheOf(LogicalCpu cpu) {
        return cpu.l3Id()
                .get()
                .map(id -> "id " + id)
                .or(() -> cpu.l3Sharing().get().map(set -> "shared " + set))
                .orElse("package " + cpu.packageId().get().orElse(0));
    }

    /// Cores that share an L3, those with more threads first.
    private static List<CpuSet> choose(List<Cache> caches, int vcpus) {
        List<Cache> fitting = caches.stream().filter(c -> c.room() >= vcpus).toList();
        List<Cache> order = new ArrayList<>(fitting.isEmpty() ? caches : fitting);
        order.sort(
                fitting.isEmpty()
                        ? Comparator.comparingInt(Cache::room).reversed()
                        : Comparator.comparingLong((Cache c) -> -c.bytes)
                                .thenComparing(c -> c.hosts)
                                .thenComparingInt(Cache::room));
        List<CpuSet> chosen = new ArrayList<>();
        int left = vcpus;
        for (Cache cache : order) {
            for (CpuSet core : cache.cores) {
                if (left > 0) {
                    chosen.add(core);
                    left -= core.size();
                }
            }
        }
        return chosen;
    }

    private static Placed placed(List<CpuSet> cores, int vcpus, CpuSet online, CpuSet isolated, long caches) {
        CpuSet taken = cores.stream().reduce(CpuSet.of(), CpuSet::or);
        CpuSet left = online.minus(taken);
        // on isolated CPUs nothing is balanced: several threads would stack up on the first
        CpuSet host = left.minus(isolated).isEmpty() ? left : left.minus(isolated);
        List<Integer> cpus =
                cores.stream().flatMapToInt(CpuSet::stream).limit(vcpus).boxed().toList();
        int threads = cores.getFirst().size();
        boolean same = cores.stream().allMatch(c -> c.size() == threads) && vcpus % threads == 0;
        return new Placed(cpus, host, same ? threads : 1, (int) caches);
    }

    /// An L3 cache and the cores below it that a guest may have.
    final class Cache {
        private final long bytes;
        private final List<CpuSet> cores = new ArrayList<>();
        private boolean hosts;

        private Cache(long bytes) {
            this.bytes = bytes;
        }

        private void add(CpuSet core, boolean reserved) {
            hosts |= reserved;
            if (!reserved) {
                cores.add(core);
                cores.sort(Comparator.comparingInt((CpuSet c) -> -c.size())
                        .thenComparingInt(c -> c.stream().findFirst().orElse(0)));
            }
        }

        private int room() {
            return cores.stream().flatMapToInt(c -> IntStream.of(c.size())).sum();
        }
    }
}
