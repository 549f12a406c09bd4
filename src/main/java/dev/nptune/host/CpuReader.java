package dev.nptune.host;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Reads the processors: `/proc/cpuinfo` for what they are, `/sys/devices/system/cpu` for how they hang together.
final class CpuReader {
    private static final String CPUS = LogicalCpuReader.CPUS;
    private static final String CLOCK = "/sys/devices/system/clocksource/clocksource0/";
    private static final String VULNERABILITIES = CPUS + "vulnerabilities";
    private static final Pattern VULNERABILITY = Pattern.compile("[a-z0-9_]{1,64}");
    private static final Pattern CPU_DIRECTORY = Pattern.compile("cpu(0|[1-9][0-9]{0,3})");

    /// Far more than one processor's block in /proc/cpuinfo takes; that of a large server is longer than a file may be.
    private static final int CPUINFO_HEAD = 64 << 10;

    private final Tree tree;

    private CpuReader(Tree tree) {
        this.tree = tree;
    }

    static Cpu read(Tree tree) {
        return new CpuReader(tree).cpu();
    }

    private Cpu cpu() {
        Fact<Map<String, String>> info =
                tree.head("/proc/cpuinfo", CPUINFO_HEAD).map(CpuReader::firstBlock);
        Fact<String> vendor = Values.field(info, "vendor_id", Function.identity());
        Fact<CpuSet> online = cpus("online");
        CpuSet running =
                online.get().orElseGet(() -> withoutOffline(directories().get().orElse(CpuSet.of())));
        Fact<CpuSet> present = Values.firstKnown(() -> cpus("present"), this::directories);
        LogicalCpuReader logical = LogicalCpuReader.read(tree, NodeMap.read(tree), running);
        List<Cpu.Cache> caches = logical.caches();
        CpuPowerReader power = new CpuPowerReader(tree, logical.told());
        CpuFrequency frequency = power.frequency();
        return new Cpu(
                vendor,
                Values.field(info, "model name", Function.identity()),
                Values.field(info, "cpu family", Values::integer),
                Values.field(info, "model", Values::integer),
                Values.field(info, "stepping", Values::integer),
                Values.field(info, "microcode", Function.identity()),
                Values.field(info, "flags", CpuReader::words),
                present,
                online,
                present.map(all -> all.minus(running)),
                cpus("isolated"),
                cpus("nohz_full"),
                AllowedCpus.read(tree),
                tree.value(CPUS + "smt/control"),
                tree.value(CLOCK + "current_clocksource"),
                tree.value(CLOCK + "available_clocksource").map(text -> List.copyOf(words(text))),
                logical.logical(),
                caches,
                new CoreClasses(vendor, logical.logical(), caches, frequency).read(tree),
                frequency,
                power.idle(),
                vulnerabilities(),
                SliceReader.read(tree));
    }

    /// The `key : value` lines up to the first blank line; of equal keys the first counts.
    static Map<String, String> firstBlock(String cpuinfo) {
        Map<String, String> fields = new LinkedHashMap<>();
        cpuinfo.lines()
                .dropWhile(String::isBlank)
                .takeWhile(line -> !line.isBlank())
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        fields.putIfAbsent(
                                line.substring(0, colon).strip(),
                                line.substring(colon + 1).strip());
                    }
                });
        return fields;
    }

    static Set<String> words(String text) {
        Set<String> words = new LinkedHashSet<>(Arrays.asList(text.strip().split("\\s+")));
        words.remove("");
        return Collections.unmodifiableSet(words);
    }

    /// A list of CPUs; kernels print an empty one in one of two ways.
    private Fact<CpuSet> cpus(String name) {
        return tree.value(CPUS + name).map(text -> text.equals("(null)") ? CpuSet.of() : CpuSet.parse(text));
    }

    /// Every CPU with a directory; old kernels have no list of them.
    private Fact<CpuSet> directories() {
        Fact<List<String>> names = tree.names("/sys/devices/system/cpu");
        tree.noteGap(names);
        return names.map(all -> CpuSet.of(all.stream()
                .filter(name -> CPU_DIRECTORY.matcher(name).matches())
                .mapToInt(name -> Integer.parseInt(name.substring(3)))
                .filter(cpu -> cpu <= CpuSet.MAX_CPU)
                .toArray()));
    }

    /// Those whose own `online` does not say no; a CPU that cannot be switched off has none.
    private CpuSet withoutOffline(CpuSet cpus) {
        return CpuSet.of(cpus.stream()
                .filter(cpu -> tree.value(CPUS + "cpu" + cpu + "/online")
                        .get()
                        .filter("0"::equals)
                        .isEmpty())
                .toArray());
    }

    private Map<String, Fact<String>> vulnerabilities() {
        Map<String, Fact<String>> all = new TreeMap<>();
        for (String name : tree.namesOrGap(VULNERABILITIES)) {
            if (VULNERABILITY.matcher(name).matches()) {
                all.put(name, tree.value(VULNERABILITIES + "/" + name));
            }
        }
        return all;
    }
}
