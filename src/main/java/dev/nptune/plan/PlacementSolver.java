package dev.nptune.plan;

import dev.nptune.host.Cpu;
import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.plan.Placement.Impossible;
import dev.nptune.plan.Placement.Placed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds the placement that [Placement] describes.
final class PlacementSolver {
    private static final Comparator<CpuSet> BY_FIRST =
            Comparator.comparingInt(c -> c.stream().findFirst().orElse(0));

    private PlacementSolver() {}

    static Placement solve(Cpu cpu, int vcpus) {
        if (!(cpu.online() instanceof Fact.Known<CpuSet>(CpuSet online, String _))) {
            return new Impossible(
                    "which CPUs are online is not known (" + cpu.online().source() + ")");
        }
        for (LogicalCpu logical : cpu.logical()) {
            if (logical.threadSiblings() instanceof Fact.Unreadable<CpuSet>(String source, String _)) {
                return new Impossible("which CPUs share a core is not known (" + source + ")");
            }
        }
        List<Cache> caches = caches(cpu, online);
        int room = caches.stream().mapToInt(Cache::room).sum();
        if (room < vcpus) {
            return new Impossible(vcpus + " vCPUs need a CPU each and the host a core: only " + room
                    + " CPUs are left for the guest");
        }
        List<CpuSet> cores = choose(caches, vcpus);
        long spanned = caches.stream()
                .filter(c -> c.cores.stream().anyMatch(cores::contains))
                .count();
        return placed(cores, vcpus, online, cpu.isolated().get().orElse(CpuSet.of()), (int) spanned);
    }

    /// The cores a guest may have, by L3.
    private static List<Cache> caches(Cpu cpu, CpuSet online) {
        Map<String, Cache> caches = new LinkedHashMap<>();
        CpuSet seen = CpuSet.of();
        List<LogicalCpu> ascending = cpu.logical().stream()
                .filter(l -> online.contains(l.id()))
                .sorted(Comparator.comparingInt(LogicalCpu::id))
                .toList();
        for (LogicalCpu logical : ascending) {
            if (seen.contains(logical.id())) {
                continue;
            }
            CpuSet own = CpuSet.of(logical.id());
            CpuSet core = logical.threadSiblings()
                    .get()
                    .orElse(own)
                    .and(online)
                    .or(own)
                    .minus(seen);
            boolean hosts = seen.isEmpty();
            seen = seen.or(core);
            caches.computeIfAbsent(
                            cacheOf(logical),
                            _ -> new Cache(logical.l3Bytes().get().orElse(0L)))
                    .add(core, hosts);
        }
        return new ArrayList<>(caches.values());
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

    private static List<CpuSet> choose(List<Cache> caches, int vcpus) {
        List<Cache> fitting = caches.stream().filter(c -> c.room() >= vcpus).toList();
        List<Cache> order = new ArrayList<>(fitting.isEmpty() ? caches : fitting);
        order.sort(fitting.isEmpty() ? Cache.ROOMIEST : Cache.BEST);
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

    private static Placed placed(List<CpuSet> cores, int vcpus, CpuSet online, CpuSet isolated, int caches) {
        CpuSet left = online.minus(cores.stream().reduce(CpuSet.of(), CpuSet::or));
        // on isolated CPUs nothing is balanced: several threads would stack up on the first
        CpuSet host = left.minus(isolated).isEmpty() ? left : left.minus(isolated);
        List<Integer> cpus =
                cores.stream().flatMapToInt(CpuSet::stream).limit(vcpus).boxed().toList();
        int threads = cores.getFirst().size();
        boolean same = cores.stream().allMatch(c -> c.size() == threads) && vcpus % threads == 0;
        return new Placed(cpus, host, same ? threads : 1, caches);
    }

    /// An L3 cache and the cores below it that a guest may have, those with more threads first.
    private static final class Cache {
        static final Comparator<Cache> ROOMIEST =
                Comparator.comparingInt(Cache::room).reversed();
        static final Comparator<Cache> BEST = Comparator.comparingLong((Cache c) -> -c.bytes)
                .thenComparingInt(Cache::room)
                .thenComparing(c -> c.hosts);

        private final long bytes;
        private final List<CpuSet> cores = new ArrayList<>();
        private boolean hosts;

        Cache(long bytes) {
            this.bytes = bytes;
        }

        void add(CpuSet core, boolean reserved) {
            hosts |= reserved;
            if (!reserved) {
                cores.add(core);
                cores.sort(Comparator.comparingInt(CpuSet::size).reversed().thenComparing(BY_FIRST));
            }
        }

        int room() {
            return cores.stream().mapToInt(CpuSet::size).sum();
        }
    }
}
