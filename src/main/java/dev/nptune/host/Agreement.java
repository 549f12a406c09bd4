package dev.nptune.host;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/// Makes disjoint sets of CPUs, level by level, from what each CPU says it belongs together with.
///
/// On a sound machine all members of a set name the same set. Where they do not, the first member that says anything
/// decides, and a set that crosses one found before is left out: the rule by which hwloc comes to its objects.
final class Agreement {
    private final List<Map<Integer, CpuSet>> levels = new ArrayList<>();
    private final List<String> disagreements = new ArrayList<>();

    /// What was contradictory so far, for people.
    List<String> disagreements() {
        return disagreements;
    }

    void disagree(String message) {
        disagreements.add(message);
    }

    /// The sets of a level, by their first CPU. Levels asked for before hold against later ones.
    ///
    /// @param what the level's name for messages, such as `core`
    /// @param claims by CPU, the set it says it belongs to
    List<CpuSet> settle(String what, NavigableMap<Integer, CpuSet> claims) {
        Map<CpuSet, CpuSet> saidBy = new LinkedHashMap<>();
        Map<Integer, CpuSet> valid = new HashMap<>();
        claims.forEach((cpu, set) -> {
            if (set.contains(cpu)) {
                valid.put(cpu, set);
                saidBy.merge(set, CpuSet.of(cpu), CpuSet::or);
            } else {
                disagree(what + ": CPU " + cpu + " leaves itself out of its own set '" + set + "'");
            }
        });
        List<CpuSet> distinct = new ArrayList<>(saidBy.keySet());
        distinct.sort(Comparator.comparingInt(set -> set.first().orElse(0)));
        Map<Integer, CpuSet> level = new HashMap<>();
        List<CpuSet> settled = new ArrayList<>();
        for (CpuSet set : distinct) {
            int lead = set.stream().filter(valid::containsKey).findFirst().orElseThrow();
            CpuSet word = valid.getOrDefault(lead, set);
            Optional<CpuSet> crossed = crossed(set, level);
            String says = what + ": " + name(saidBy.getOrDefault(set, set)) + " named as one set " + set + ", ";
            if (!word.equals(set)) {
                disagree(says + "but CPU " + lead + " named " + word);
            } else if (crossed.isPresent()) {
                disagree(says + "which crosses " + crossed.get());
            } else {
                set.stream().forEach(cpu -> level.put(cpu, set));
                settled.add(set);
            }
        }
        levels.add(level);
        return settled;
    }

    private static String name(CpuSet cpus) {
        return (cpus.size() == 1 ? "CPU " : "CPUs ") + cpus;
    }

    /// A set found before that has some CPUs of this one, but neither holds the other; of the same level, any.
    private Optional<CpuSet> crossed(CpuSet set, Map<Integer, CpuSet> sameLevel) {
        Optional<CpuSet> same = set.stream()
                .filter(sameLevel::containsKey)
                .mapToObj(sameLevel::get)
                .findFirst();
        return same.or(() -> levels.stream()
                .flatMap(level -> set.stream()
                        .filter(level::containsKey)
                        .mapToObj(level::get)
                        .distinct())
                .filter(other -> !other.containsAll(set) && !set.containsAll(other))
                .findFirst());
    }
}
