package dev.nptune.host;

import dev.nptune.host.CpuFrequency.Policy;
import dev.nptune.host.CpuIdle.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads how CPUs change their frequency and how they idle.
final class CpuPowerReader {
    private static final String CPUS = LogicalCpuReader.CPUS;
    private static final String POLICIES = CPUS + "cpufreq";
    private static final Pattern POLICY = Pattern.compile("policy(0|[1-9][0-9]{0,3})");
    private static final Pattern STATE = Pattern.compile("state([0-9]|[1-9][0-9])");

    private final Tree tree;
    private final CpuSet online;

    CpuPowerReader(Tree tree, CpuSet online) {
        this.tree = tree;
        this.online = online;
    }

    CpuFrequency frequency() {
        return new CpuFrequency(
                Values.firstKnown(
                        () -> tree.value(CPUS + "amd_pstate/status"), () -> tree.value(CPUS + "intel_pstate/status")),
                Values.firstKnown(
                        () -> tree.value(POLICIES + "/boost").map(Values::bit),
                        () -> tree.value(CPUS + "intel_pstate/no_turbo").map(text -> !Values.bit(text))),
                tree.value(CPUS + "amd_pstate/prefcore"),
                policies());
    }

    /// Kernels before 4.3 have no directory per policy, but one per CPU, which may be links to each other.
    private List<Policy> policies() {
        List<Policy> policies = tree.names(POLICIES).get().orElse(List.of()).stream()
                .filter(name -> POLICY.matcher(name).matches())
                .sorted((a, b) -> Integer.compare(number(a, "policy"), number(b, "policy")))
                .map(name -> policy(POLICIES + "/" + name))
                .toList();
        if (!policies.isEmpty()) {
            return policies;
        }
        Set<CpuSet> seen = new HashSet<>();
        return online.stream()
                .mapToObj(cpu -> CPUS + "cpu" + cpu + "/cpufreq")
                .filter(directory -> tree.names(directory).get().isPresent())
                .map(this::policy)
                .filter(policy -> policy.cpus().get().map(seen::add).orElse(true))
                .toList();
    }

    private static int number(String name, String prefix) {
        return Integer.parseInt(name.substring(prefix.length()));
    }

    private Policy policy(String directory) {
        return new Policy(
                directory,
                tree.value(directory + "/affected_cpus").map(CpuSet::parse),
                tree.value(directory + "/scaling_driver"),
                tree.value(directory + "/scaling_governor"),
                tree.value(directory + "/energy_performance_preference"),
                tree.value(directory + "/scaling_min_freq").map(Values::count),
                tree.value(directory + "/scaling_max_freq").map(Values::count),
                tree.value(directory + "/cpuinfo_min_freq").map(Values::count),
                tree.value(directory + "/cpuinfo_max_freq").map(Values::count));
    }

    CpuIdle idle() {
        return new CpuIdle(
                tree.value(CPUS + "cpuidle/current_driver"),
                Values.firstKnown(
                        () -> tree.value(CPUS + "cpuidle/current_governor"),
                        () -> tree.value(CPUS + "cpuidle/current_governor_ro")),
                states());
    }

    private List<State> states() {
        Map<Integer, List<Integer>> owners = new TreeMap<>();
        online.stream()
                .forEach(cpu -> stateNames(cpu)
                        .forEach(name -> owners.computeIfAbsent(number(name, "state"), _ -> new ArrayList<>())
                                .add(cpu)));
        return owners.entrySet().stream()
                .map(state -> state(state.getKey(), state.getValue()))
                .toList();
    }

    private Stream<String> stateNames(int cpu) {
        return tree.names(CPUS + "cpu" + cpu + "/cpuidle").get().orElse(List.of()).stream()
                .filter(name -> STATE.matcher(name).matches());
    }

    private State state(int number, List<Integer> cpus) {
        String first = directory(cpus.getFirst(), number);
        Fact<CpuSet> disabledOn = Fact.known(CpuSet.of(), first + "disable");
        for (int cpu : cpus) {
            Fact<String> disabled = tree.value(directory(cpu, number) + "disable");
            // a number of 64 bits, one for each reason to keep the state off
            disabledOn = switch (disabled) {
                case Fact.Known<String>(String text, String _) ->
                    text.equals("0") ? disabledOn : disabledOn.map(set -> set.or(CpuSet.of(cpu)));
                case Fact.Absent<String> _, Fact.Unreadable<String> _ -> Values.unknown(disabled);
            };
            if (!(disabledOn instanceof Fact.Known<CpuSet>)) {
                break;
            }
        }
        return new State(
                tree.value(first + "name"),
                tree.value(first + "latency").map(Values::count),
                CpuSet.of(cpus.stream().mapToInt(Integer::intValue).toArray()),
                disabledOn);
    }

    private static String directory(int cpu, int state) {
        return CPUS + "cpu" + cpu + "/cpuidle/state" + state + "/";
    }
}
