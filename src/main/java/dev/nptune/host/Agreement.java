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
    /// A machine has none or a few; one made up to have thousands must not fill the memory.
    private static final int MAX_TOLD = 100;

    private final List<Map<Integer, CpuSet>> levels = new ArrayList<>();
    private final List<String> disagreements = new ArrayList<>();

    /// What was contradictory so far, for people.
    List<String> disagreements() {
        return disagreements;
    }

    void disagree(String message) {
        if (disagreements.size() < MAX_TOLD) {
            disagreements.add(message);
        } else if (disagreements.size() == MAX_TOLD) {
            disagreements.add("more disagreements are not told");
        }
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
                disagree(what + ": CPU " + cpu + " leaves itself out of its own set '" + brief(set) + "'");
            }
        });
        List<CpuSet> distinct = new ArrayList<>(saidBy.keySet());
        distinct.sort(Comparator.comparingInt(set -> set.first().orElse(0)));
        Map<Integer, CpuSet> level = new HashMap<>();
        List<CpuSet> settled = new ArrayList<>();
        for (CpuSet set : distinct) {
            int lead = set.stream().filter(valid::containsKey).findFirst().orElseThrow();
            CpuSet word = valid.getOrDefault(lead, set);
            Optional<CpuSet> crossed = word.equals(set) ? crossed(set, level) : Optional.empty();
            CpuSet by = saidBy.getOrDefault(set, set);
            if (!word.equals(set)) {
                disagree(named(what, by, set) + "but CPU " + lead + " named " + brief(word));
            } else if (crossed.isPresent()) {
                disagree(named(what, by, set) + "which crosses " + brief(crossed.get()));
            } else {
                set.stream().forEach(cpu -> level.put(cpu, set));
                settled.add(set);
            }
        }
        levels.add(level);
        return settled;
    }

    private static String named(String what, CpuSet by, CpuSet set) {
        return what + ": " + (by.size() == 1 ? "CPU " : "CPUs ") + brief(by) + " named as one set " + brief(set) + ", ";
    }

    private static String brief(CpuSet cpus) {
        return Values.brief(cpus.toString());
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
