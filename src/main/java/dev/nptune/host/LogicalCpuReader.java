package dev.nptune.host;

import dev.nptune.host.Cpu.Cache;
import dev.nptune.host.Cpu.CacheType;
import dev.nptune.host.Cpu.LogicalCpu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads what each logical CPU says of itself: `topology/` and `cache/` of its directory.
final class LogicalCpuReader {
    static final String CPUS = "/sys/devices/system/cpu/";
    private static final Pattern INDEX = Pattern.compile("index(0|[1-9][0-9]?)");

    private final Tree tree;
    private final NodeMap nodes;
    private final List<LogicalCpu> logical = new ArrayList<>();
    private final List<Integer> told = new ArrayList<>();
    private final Map<Told, List<Index>> caches = new LinkedHashMap<>();

    private LogicalCpuReader(Tree tree, NodeMap nodes) {
        this.tree = tree;
        this.nodes = nodes;
    }

    static LogicalCpuReader read(Tree tree, NodeMap nodes, CpuSet cpus) {
        LogicalCpuReader reader = new LogicalCpuReader(tree, nodes);
        cpus.stream().forEach(cpu -> reader.logical.add(reader.logical(cpu)));
        return reader;
    }

    /// The CPUs that have a directory.
    CpuSet told() {
        return CpuSet.of(told.stream().mapToInt(Integer::intValue).toArray());
    }

    List<LogicalCpu> logical() {
        return logical;
    }

    /// The caches all CPUs name, those told alike joined.
    List<Cache> caches() {
        return caches.entrySet().stream()
                .map(cache -> joined(cache.getKey(), cache.getValue()))
                .sorted(Comparator.comparingInt(Cache::level)
                        .thenComparing(cache -> cache.type().get().orElse(CacheType.UNIFIED))
                        .thenComparingInt(cache -> cache.saidBy().first().orElse(0)))
                .toList();
    }

    private LogicalCpu logical(int cpu) {
        String directory = CPUS + "cpu" + cpu;
        Fact<List<String>> own = tree.names(directory);
        if (!(own instanceof Fact.Known<List<String>>)) {
            return untold(cpu, own);
        }
        told.add(cpu);
        String topology = directory + "/topology/";
        Fact<Index> l3 = thirdLevel(cpu, directory + "/cache");
        return new LogicalCpu(
                cpu,
                number(topology + "physical_package_id"),
                cpus(topology, "core_siblings", "core_siblings_list", "package_cpus", "package_cpus_list"),
                number(topology + "die_id"),
                tree.value(topology + "core_id").map(Values::integer),
                cpus(topology, "thread_siblings", "thread_siblings_list", "core_cpus", "core_cpus_list"),
                l3 instanceof Fact.Known<Index>(Index index, String _) ? index.id() : Values.unknown(l3),
                l3 instanceof Fact.Known<Index>(Index index, String _) ? index.sharing() : Values.unknown(l3),
                l3 instanceof Fact.Known<Index>(Index index, String _)
                        ? tree.value(index.directory() + "size").map(Values::bytes)
                        : Values.unknown(l3),
                nodes.of(cpu),
                highestPerf(directory));
    }

    /// A CPU without a directory; a made-up list of CPUs may have thousands, so its files are not looked for one by
    /// one.
    private LogicalCpu untold(int cpu, Fact<List<String>> directory) {
        return new LogicalCpu(
                cpu,
                Values.unknown(directory),
                Values.unknown(directory),
                Values.unknown(directory),
                Values.unknown(directory),
                Values.unknown(directory),
                Values.unknown(directory),
                Values.unknown(directory),
                Values.unknown(directory),
                nodes.of(cpu),
                Values.unknown(directory));
    }

    /// The kernel writes a number below zero where the firmware tells none.
    private Fact<Integer> number(String path) {
        return Values.absentIf(tree.value(path).map(Values::integer), id -> id < 0);
    }

    /// The first file that tells, of several that tell the same. Masks come first: hwloc reads these, so an archive
    /// made
    /// for it has them right, which the lists need not be where somebody edited it.
    private Fact<CpuSet> cpus(String directory, String... files) {
        Fact<CpuSet> result = cpus(directory + files[0]);
        for (int i = 1; i < files.length && !(result instanceof Fact.Known<CpuSet>); i++) {
            result = Values.better(result, cpus(directory + files[i]));
        }
        return result;
    }

    private Fact<CpuSet> cpus(String path) {
        return tree.value(path).map(path.endsWith("_list") ? CpuSet::parse : CpuSet::parseMask);
    }

    private Fact<Integer> highestPerf(String directory) {
        return Values.firstKnown(
                () -> tree.value(directory + "/cpufreq/amd_pstate_prefcore_ranking")
                        .map(Values::integer),
                () -> tree.value(directory + "/acpi_cppc/highest_perf").map(Values::integer),
                () -> tree.value(directory + "/cpufreq/amd_pstate_highest_perf").map(Values::integer));
    }

    /// Takes note of all caches of a CPU and gives the one of level 3; index3 nearly always, but nothing promises it.
    private Fact<Index> thirdLevel(int cpu, String cache) {
        Fact<List<String>> names = tree.names(cache);
        Fact<Index> found = names instanceof Fact.Known<List<String>> ? Fact.absent(cache) : Values.unknown(names);
        for (String name : names.get().orElse(List.of())) {
            if (!INDEX.matcher(name).matches()) {
                continue;
            }
            String directory = cache + "/" + name + "/";
            Fact<Integer> level = tree.value(directory + "level").map(Values::integer);
            if (level instanceof Fact.Known<Integer>(Integer known, String _)) {
                Index index = index(cpu, directory);
                caches.computeIfAbsent(index.told(known), _ -> new ArrayList<>())
                        .add(index);
                if (known == 3) {
                    found = Fact.known(index, cache);
                }
            } else if (level instanceof Fact.Unreadable<Integer> && !(found instanceof Fact.Known<Index>)) {
                found = Values.unknown(level);
            }
        }
        return found;
    }

    private Index index(int cpu, String directory) {
        return new Index(
                cpu,
                directory,
                tree.value(directory + "type").map(LogicalCpuReader::type),
                tree.value(directory + "id").map(Values::integer),
                cpus(directory, "shared_cpu_map", "shared_cpu_list"));
    }

    private static CacheType type(String text) {
        return switch (text) {
            case "Data" -> CacheType.DATA;
            case "Instruction" -> CacheType.INSTRUCTION;
            case "Unified" -> CacheType.UNIFIED;
            default -> throw new IllegalArgumentException("not a type of cache: '" + Values.brief(text) + "'");
        };
    }

    private Cache joined(Told told, List<Index> indexes) {
        Index first = indexes.getFirst();
        return new Cache(
                told.level(),
                first.type(),
                first.id(),
                first.sharing(),
                CpuSet.of(indexes.stream().mapToInt(Index::cpu).toArray()),
                tree.value(first.directory() + "size").map(Values::bytes),
                tree.value(first.directory() + "coherency_line_size").map(Values::integer),
                // zero is the kernel's word for fully associative
                Values.absentIf(
                        tree.value(first.directory() + "ways_of_associativity").map(Values::integer),
                        ways -> ways == 0));
    }

    /// A cache directory of one CPU.
    private record Index(int cpu, String directory, Fact<CacheType> type, Fact<Integer> id, Fact<CpuSet> sharing) {
        /// What makes two directories the same cache; of one that neither has a number nor says who shares it, nobody
        /// can tell.
        Told told(int level) {
            boolean alone = id.get().isEmpty() && sharing.get().isEmpty();
            return new Told(level, type.get(), id.get(), sharing.get(), alone ? Optional.of(cpu) : Optional.empty());
        }
    }

    private record Told(
            int level,
            Optional<CacheType> type,
            Optional<Integer> id,
            Optional<CpuSet> sharing,
            Optional<Integer> onlyCpu) {}
}
