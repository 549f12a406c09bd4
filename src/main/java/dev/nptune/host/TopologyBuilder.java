package dev.nptune.host;

import dev.nptune.host.Cpu.CoreClass;
import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuTopology.Cache;
import dev.nptune.host.CpuTopology.Core;
import dev.nptune.host.CpuTopology.CpuPackage;
import dev.nptune.host.CpuTopology.Die;
import dev.nptune.host.CpuTopology.L3;
import dev.nptune.host.CpuTopology.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Makes a [CpuTopology].
final class TopologyBuilder {
    /// More than any plain CCX has; those with a stacked cache have 96 MiB.
    private static final long X3D_BYTES = 64L << 20;

    private final Cpu cpu;
    private final CpuSet cpus;
    private final NavigableMap<Integer, LogicalCpu> logical = new TreeMap<>();
    private final Agreement agreement = new Agreement();
    private final List<String> missing = new ArrayList<>();

    TopologyBuilder(Cpu cpu, CpuSet only) {
        this.cpu = cpu;
        cpu.logical().stream().filter(l -> only.contains(l.id())).forEach(l -> logical.put(l.id(), l));
        this.cpus =
                CpuSet.of(logical.keySet().stream().mapToInt(Integer::intValue).toArray());
    }

    CpuTopology build() {
        List<CpuPackage> packages = packages();
        List<Core> cores = cores();
        List<L3> l3 = thirdLevel(packages);
        List<Die> dies = dies(packages);
        List<Cache> caches = new CacheBuilder(cpu, cpus, agreement, missing).build(l3);
        return new CpuTopology(cpus, packages, dies, l3, cores, nodes(), caches, agreement.disagreements(), missing);
    }

    private List<CpuPackage> packages() {
        Map<Integer, CpuSet> byNumber = groups(LogicalCpu::packageId);
        NavigableMap<Integer, CpuSet> claims = new TreeMap<>();
        for (LogicalCpu l : logical.values()) {
            l.packageCpus()
                    .get()
                    .map(cpus::and)
                    .or(() -> l.packageId().get().map(byNumber::get))
                    .ifPresent(set -> claims.put(l.id(), set));
        }
        note("packages", claims, LogicalCpu::packageId);
        return agreement.settle("package", claims).stream()
                .map(set -> new CpuPackage(number("package", set, LogicalCpu::packageId), set))
                .toList();
    }

    /// Siblings with a core number of their own are cores: so some kernels show AMD's modules of 2011 to 2015.
    private List<Core> cores() {
        Map<List<Integer>, CpuSet> byNumber = new LinkedHashMap<>();
        logical.values().forEach(l -> coreKey(l).ifPresent(key -> byNumber.merge(key, CpuSet.of(l.id()), CpuSet::or)));
        NavigableMap<Integer, CpuSet> claims = new TreeMap<>();
        for (LogicalCpu l : logical.values()) {
            l.threadSiblings()
                    .get()
                    .map(set -> sameCore(l, set.and(cpus)))
                    .or(() -> coreKey(l).map(byNumber::get))
                    .ifPresent(set -> claims.put(l.id(), set));
        }
        note("cores", claims, LogicalCpu::threadSiblings);
        return agreement.settle("core", claims).stream()
                .map(set -> new Core(number("core", set, LogicalCpu::coreId), set, highestPerf(set), kind(set)))
                .toList();
    }

    private static Optional<List<Integer>> coreKey(LogicalCpu l) {
        return l.packageId().get().flatMap(p -> l.coreId().get().map(c -> List.of(p, c)));
    }

    private CpuSet sameCore(LogicalCpu l, CpuSet siblings) {
        return l.coreId()
                .get()
                .map(id -> CpuSet.of(siblings.stream()
                        .filter(other ->
                                at(other).coreId().get().map(id::equals).orElse(true))
                        .toArray()))
                .orElse(siblings);
    }

    private Optional<Integer> highestPerf(CpuSet core) {
        return core.stream()
                .mapToObj(c -> at(c).highestPerf().get())
                .flatMap(Optional::stream)
                .max(Integer::compare);
    }

    private Optional<CoreClass.Kind> kind(CpuSet core) {
        return cpu.coreClasses().get().stream()
                .flatMap(List::stream)
                .filter(k -> k.cpus().containsAll(core))
                .map(CoreClass::kind)
                .findFirst();
    }

    private List<L3> thirdLevel(List<CpuPackage> packages) {
        NavigableMap<Integer, CpuSet> sharing = new TreeMap<>();
        logical.values().forEach(l -> l.l3Sharing().get().ifPresent(set -> sharing.put(l.id(), set.and(cpus))));
        Map<Integer, CpuSet> byNumber = groups(LogicalCpu::l3Id);
        NavigableMap<Integer, CpuSet> claims = new TreeMap<>();
        byNumber.values().forEach(set -> set.stream().forEach(c -> claims.put(c, set)));
        boolean numbered = claims.keySet().containsAll(sharing.keySet())
                && !numbersAreApicIds()
                && withinPackages(byNumber, packages);
        if (numbered) {
            byNumber.forEach((id, set) -> compare(id, set, sharing));
        }
        NavigableMap<Integer, CpuSet> believed = numbered ? claims : sharing;
        note("L3 caches", believed, numbered ? LogicalCpu::l3Id : LogicalCpu::l3Sharing);
        return agreement.settle("L3", believed).stream()
                .map(set -> {
                    Optional<Long> bytes = first(set, LogicalCpu::l3Bytes);
                    boolean amd =
                            cpu.vendor().get().filter("AuthenticAMD"::equals).isPresent();
                    return new L3(
                            first(set, LogicalCpu::l3Id),
                            set,
                            bytes,
                            amd && bytes.filter(b -> b >= X3D_BYTES).isPresent());
                })
                .toList();
    }

    /// Without `topoext`, Linux does not know how many CPUs share an AMD processor's cache. For the number it takes
    /// each for alone (`amd_cpuid4` in its `cacheinfo.c`), and so shows the APIC id; the lists are made otherwise.
    private boolean numbersAreApicIds() {
        return cpu.vendor().get().filter("AuthenticAMD"::equals).isPresent()
                && cpu.flags().get().filter(flags -> !flags.contains("topoext")).isPresent();
    }

    private boolean withinPackages(Map<Integer, CpuSet> byNumber, List<CpuPackage> packages) {
        boolean within = true;
        for (Map.Entry<Integer, CpuSet> l3 : byNumber.entrySet()) {
            if (packages.stream()
                            .filter(p -> p.cpus().intersects(l3.getValue()))
                            .count()
                    > 1) {
                agreement.disagree("L3: number " + l3.getKey() + " is on CPUs " + l3.getValue()
                        + " of several packages; the lists of sharing CPUs are believed instead");
                within = false;
            }
        }
        return within;
    }

    private void compare(int id, CpuSet set, NavigableMap<Integer, CpuSet> sharing) {
        Map<CpuSet, CpuSet> others = new LinkedHashMap<>();
        set.stream()
                .filter(sharing::containsKey)
                .filter(c -> !set.equals(sharing.getOrDefault(c, set)))
                .forEach(c -> others.merge(sharing.getOrDefault(c, set), CpuSet.of(c), CpuSet::or));
        others.forEach((told, by) -> agreement.disagree("L3: number " + id + " is on CPUs " + set + ", but CPUs " + by
                + " say that " + (told.isEmpty() ? "nobody" : told) + " share it; the number is believed"));
    }

    /// A die's number counts within its package only.
    private List<Die> dies(List<CpuPackage> packages) {
        NavigableMap<Integer, CpuSet> claims = new TreeMap<>();
        for (CpuPackage p : packages) {
            groups(LogicalCpu::dieId).values().forEach(set -> {
                CpuSet die = set.and(p.cpus());
                die.stream().forEach(c -> claims.put(c, die));
            });
        }
        note("dies", claims, LogicalCpu::dieId);
        return agreement.settle("die", claims).stream()
                .map(set -> new Die(first(set, LogicalCpu::dieId), set))
                .toList();
    }

    /// A kernel that was built without NUMA shows no node at all; to it, all memory is one.
    private List<Node> nodes() {
        boolean none = !cpus.isEmpty()
                && logical.values().stream().allMatch(l -> l.node().equals(Fact.absent(NodeMap.NODES)));
        if (none) {
            missing.add("NUMA nodes: the kernel knows none (" + NodeMap.NODES + "), so all memory is one node");
            return List.of(new Node(0, cpus));
        }
        Map<Integer, CpuSet> groups = groups(LogicalCpu::node);
        NavigableMap<Integer, CpuSet> claims = new TreeMap<>();
        groups.values().forEach(set -> set.stream().forEach(c -> claims.put(c, set)));
        note("NUMA nodes", claims, LogicalCpu::node);
        return groups.entrySet().stream()
                .map(group -> new Node(group.getKey(), group.getValue()))
                .sorted(Comparator.comparingInt(node -> node.cpus().first().orElse(0)))
                .toList();
    }

    private Map<Integer, CpuSet> groups(Function<LogicalCpu, Fact<Integer>> number) {
        Map<Integer, CpuSet> groups = new TreeMap<>();
        logical.values()
                .forEach(l -> number.apply(l).get().ifPresent(n -> groups.merge(n, CpuSet.of(l.id()), CpuSet::or)));
        return groups;
    }

    /// The number that the members of a set have, the first one's where they differ.
    private Optional<Integer> number(String what, CpuSet set, Function<LogicalCpu, Fact<Integer>> number) {
        List<Integer> numbers = set.stream()
                .mapToObj(c -> number.apply(at(c)).get())
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        if (numbers.size() > 1) {
            agreement.disagree(what + ": CPUs " + set + " are one set, but have the numbers " + numbers);
        }
        return numbers.stream().findFirst();
    }

    private <T> Optional<T> first(CpuSet set, Function<LogicalCpu, Fact<T>> fact) {
        return set.stream()
                .mapToObj(c -> fact.apply(at(c)).get())
                .flatMap(Optional::stream)
                .findFirst();
    }

    private LogicalCpu at(int id) {
        LogicalCpu l = logical.get(id);
        if (l == null) {
            throw new IllegalArgumentException("no CPU " + id);
        }
        return l;
    }

    /// Says why some CPUs are in no set of a level.
    private void note(String what, NavigableMap<Integer, CpuSet> claims, Function<LogicalCpu, ? extends Fact<?>> fact) {
        CpuSet without =
                CpuSet.of(cpus.stream().filter(c -> !claims.containsKey(c)).toArray());
        without.first().ifPresent(c -> {
            String of = claims.isEmpty() ? "" : " of CPUs " + without;
            missing.add(what + of + ": " + why(fact.apply(at(c))));
        });
    }

    static String why(Fact<?> fact) {
        return switch (fact) {
            case Fact.Known<?>(Object _, String source) -> "nothing follows from " + source;
            case Fact.Absent<?>(String source) -> "none told by " + source;
            case Fact.Unreadable<?>(String source, String reason) -> reason + " (" + source + ")";
        };
    }
}
