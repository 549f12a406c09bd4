package dev.nptune.host;

import dev.nptune.host.Cpu.CacheType;
import dev.nptune.host.CpuTopology.Cache;
import dev.nptune.host.CpuTopology.L3;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Makes the caches of a [CpuTopology].
final class CacheBuilder {
    private static final int L3_LEVEL = 3;

    private final Cpu cpu;
    private final CpuSet cpus;
    private final Agreement agreement;
    private final List<String> missing;

    CacheBuilder(Cpu cpu, CpuSet cpus, Agreement agreement, List<String> missing) {
        this.cpu = cpu;
        this.cpus = cpus;
        this.agreement = agreement;
        this.missing = missing;
    }

    List<Cache> build(List<L3> l3) {
        Map<Kind, List<Cpu.Cache>> kinds = new LinkedHashMap<>();
        for (Cpu.Cache cache : cpu.caches()) {
            if (cache.level() != L3_LEVEL) {
                Kind kind = new Kind(cache.level(), cache.type().get());
                kinds.computeIfAbsent(kind, _ -> new ArrayList<>()).add(cache);
            }
        }
        List<Cache> all = new ArrayList<>();
        kinds.forEach((kind, caches) -> all.addAll(settled(kind, caches)));
        l3.forEach(domain -> all.add(thirdLevel(domain)));
        all.sort(Comparator.comparingInt(Cache::level));
        return all;
    }

    private List<Cache> settled(Kind kind, List<Cpu.Cache> caches) {
        NavigableMap<Integer, CpuSet> claims = new TreeMap<>();
        Map<Integer, Cpu.Cache> telling = new HashMap<>();
        for (Cpu.Cache cache : caches) {
            CpuSet by = cache.saidBy().and(cpus);
            Optional<CpuSet> set = cache.sharing()
                    .get()
                    .map(cpus::and)
                    .or(() -> cache.id().get().map(_ -> by));
            set.ifPresent(sharing -> by.stream().forEach(c -> {
                claims.put(c, sharing);
                telling.put(c, cache);
            }));
            if (set.isEmpty() && !by.isEmpty()) {
                missing.add(kind + " cache of CPUs " + by + ": " + TopologyBuilder.why(cache.sharing()));
            }
        }
        return agreement.settle(kind.toString(), claims).stream()
                .map(set -> cache(
                        kind,
                        set,
                        set.stream()
                                .mapToObj(telling::get)
                                .filter(c -> c != null)
                                .findFirst()))
                .toList();
    }

    private static Cache cache(Kind kind, CpuSet set, Optional<Cpu.Cache> told) {
        return new Cache(
                kind.level(),
                kind.type(),
                told.flatMap(c -> c.id().get()),
                set,
                told.flatMap(c -> c.bytes().get()),
                told.flatMap(c -> c.lineBytes().get()),
                told.flatMap(c -> c.ways().get()));
    }

    private Cache thirdLevel(L3 domain) {
        Optional<Cpu.Cache> told = cpu.caches().stream()
                .filter(c -> c.level() == L3_LEVEL && c.saidBy().intersects(domain.cpus()))
                .findFirst();
        return new Cache(
                L3_LEVEL,
                told.flatMap(c -> c.type().get()),
                domain.id(),
                domain.cpus(),
                domain.bytes(),
                told.flatMap(c -> c.lineBytes().get()),
                told.flatMap(c -> c.ways().get()));
    }

    private record Kind(int level, Optional<CacheType> type) {
        @Override
        public String toString() {
            return "L" + level
                    + switch (type.orElse(CacheType.UNIFIED)) {
                        case DATA -> "d";
                        case INSTRUCTION -> "i";
                        case UNIFIED -> "";
                    };
        }
    }
}
