package dev.nptune.host;

import dev.nptune.host.Cpu.Cache;
import dev.nptune.host.Cpu.CacheType;
import dev.nptune.host.Cpu.CoreClass;
import dev.nptune.host.Cpu.CoreClass.Kind;
import dev.nptune.host.Cpu.LogicalCpu;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Tells performance from efficiency cores of Intel's hybrid processors.
///
/// The kernel says it by the names of its performance counters, `cpu_core`, `cpu_atom` and `cpu_lowpower`. Snapshots
/// seldom keep those. Then the kinds show in an L2 cache shared by three cores or more beside cores that have one of
/// their own, if a second difference between the two groups agrees: the first alone may come from switched-off CPUs.
final class CoreClasses {
    private static final String DEVICES = "/sys/devices/";
    private static final int CLUSTER = 3;

    private final Fact<String> vendor;
    private final Map<Integer, LogicalCpu> logical = new HashMap<>();
    private final List<Cache> caches;
    private final CpuFrequency frequency;

    CoreClasses(Fact<String> vendor, List<LogicalCpu> logical, List<Cache> caches, CpuFrequency frequency) {
        this.vendor = vendor;
        logical.forEach(l -> this.logical.put(l.id(), l));
        this.caches = caches;
        this.frequency = frequency;
    }

    Fact<List<CoreClass>> read(Tree tree) {
        Map<Kind, Fact<CpuSet>> stated = new EnumMap<>(Kind.class);
        stated.put(Kind.PERFORMANCE, cpus(tree, "cpu_core"));
        stated.put(Kind.EFFICIENT, cpus(tree, "cpu_atom"));
        stated.put(Kind.LOW_POWER, cpus(tree, "cpu_lowpower"));
        List<CoreClass> known = new ArrayList<>();
        stated.forEach((kind, cpus) -> cpus.get()
                .filter(set -> !set.isEmpty())
                .ifPresent(set -> known.add(new CoreClass(kind, set, false, cpus.source()))));
        if (known.size() > 1) {
            return Fact.known(known, known.getFirst().basis());
        }
        List<CoreClass> inferred = inferred();
        if (!inferred.isEmpty()) {
            return Fact.known(inferred, LogicalCpuReader.CPUS + "cpu*/cache");
        }
        Fact<CpuSet> performance = stated.get(Kind.PERFORMANCE);
        boolean intel = vendor.get().map("GenuineIntel"::equals).orElse(true);
        return performance instanceof Fact.Unreadable<CpuSet> && intel
                ? Values.unknown(performance)
                : Fact.absent(DEVICES + "cpu_core/cpus");
    }

    private static Fact<CpuSet> cpus(Tree tree, String unit) {
        return tree.value(DEVICES + unit + "/cpus").map(CpuSet::parse);
    }

    /// Both kinds, or nothing.
    List<CoreClass> inferred() {
        if (vendor.get().filter("GenuineIntel"::equals).isEmpty()) {
            return List.of();
        }
        CpuSet efficient = CpuSet.of();
        CpuSet performance = CpuSet.of();
        int together = Integer.MAX_VALUE;
        for (Cache cache : caches) {
            if (cache.level() == 2) {
                int cores = cores(cache.saidBy());
                if (cores == 1) {
                    performance = performance.or(cache.saidBy());
                } else if (cores >= CLUSTER) {
                    efficient = efficient.or(cache.saidBy());
                    together = Math.min(together, cores);
                }
            }
        }
        List<String> signs = new ArrayList<>();
        compare(signs, "threads per core", performance, efficient, this::threads);
        compare(signs, "L1d bytes", performance, efficient, this::l1Bytes);
        compare(signs, "highest frequency in kHz", performance, efficient, this::highestKhz);
        if (performance.isEmpty() || efficient.isEmpty() || signs.isEmpty()) {
            return List.of();
        }
        String differ = "; " + String.join("; ", signs);
        return List.of(
                new CoreClass(Kind.PERFORMANCE, performance, true, "an L2 cache to each core" + differ),
                new CoreClass(
                        Kind.EFFICIENT,
                        efficient,
                        true,
                        "an L2 cache shared by " + together + " cores or more" + differ));
    }

    private int cores(CpuSet cpus) {
        return (int) cpus.stream()
                .mapToObj(
                        cpu -> find(cpu).flatMap(l -> l.threadSiblings().get()).orElse(CpuSet.of(cpu)))
                .distinct()
                .count();
    }

    /// A difference counts if every performance core has more than any efficient one.
    private static void compare(
            List<String> signs, String what, CpuSet performance, CpuSet efficient, IntFunction<Optional<Long>> value) {
        List<Long> high = values(performance.stream(), value);
        List<Long> low = values(efficient.stream(), value);
        if (!high.isEmpty() && high.size() == performance.size() && low.size() == efficient.size() && !low.isEmpty()) {
            long least = high.stream().min(Long::compare).orElseThrow();
            long most = low.stream().max(Long::compare).orElseThrow();
            if (least > most) {
                signs.add(what + " " + least + " against " + most);
            }
        }
    }

    private static List<Long> values(IntStream cpus, IntFunction<Optional<Long>> value) {
        return cpus.mapToObj(value).flatMap(Optional::stream).toList();
    }

    private Optional<LogicalCpu> find(int cpu) {
        return Optional.ofNullable(logical.get(cpu));
    }

    private Optional<Long> threads(int cpu) {
        return find(cpu).flatMap(l -> l.threadSiblings().get()).map(set -> (long) set.size());
    }

    private Optional<Long> l1Bytes(int cpu) {
        return caches.stream()
                .filter(cache -> cache.level() == 1 && cache.saidBy().contains(cpu))
                .filter(cache ->
                        cache.type().get().filter(CacheType.DATA::equals).isPresent())
                .findFirst()
                .flatMap(cache -> cache.bytes().get());
    }

    private Optional<Long> highestKhz(int cpu) {
        return frequency.policies().stream()
                .filter(policy ->
                        policy.cpus().get().filter(set -> set.contains(cpu)).isPresent())
                .findFirst()
                .flatMap(policy -> policy.hardwareMaximum().get());
    }
}
