package dev.nptune.bench;

import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which CPUs of a machine belong together, by what was measured between them and by nothing else.
///
/// @param cpus the CPUs judged, those with any value at all
/// @param unmeasured CPUs of the matrix with no value
/// @param levels the groupings found, the finest first; each is made of whole groups of the one before. Groups stand by
///     their first CPU; a CPU in no group stands alone
/// @param across half a round trip in nanoseconds between the outermost groups, or between any two CPUs where no
///     grouping was found: the median; empty where there are no such pairs
public record LatencyClusters(CpuSet cpus, CpuSet unmeasured, List<Level> levels, Optional<Double> across) {
    /// The fewest CPUs with which values can be compared.
    public static final int FEWEST = 3;

    public LatencyClusters {
        levels = List.copyOf(levels);
    }

    /// One grouping.
    ///
    /// @param kind what it most likely is
    /// @param groups the groups, by first CPU
    /// @param nanos half a round trip in nanoseconds inside a group, groups of the finer level not counted: the
    ///     median; empty where no such pair was measured
    public record Level(Kind kind, List<CpuSet> groups, Optional<Double> nanos) {
        public Level {
            groups = List.copyOf(groups);
        }
    }

    /// What a grouping most likely is. Latencies tell how near CPUs are, not why.
    public enum Kind {
        /// Pairs: SMT siblings.
        CORE,
        /// More than two: CPUs of one L3.
        L3,
        /// Several L3s: a die, a node or a package.
        DIE
    }

    /// Finds the groups.
    public static LatencyClusters of(CoreLatencies matrix) {
        return new ClusterFinder(matrix).find();
    }

    /// Whether there are too few CPUs to say anything: a single value is neither small nor large.
    public boolean tooFew() {
        return cpus.size() < FEWEST;
    }

    /// The grouping of a kind; empty where there is no such boundary.
    public Optional<Level> level(Kind kind) {
        return levels.stream().filter(level -> level.kind() == kind).findFirst();
    }

    /// The CPUs, those that belong together side by side.
    public List<Integer> order() {
        List<CpuSet> parts = new ArrayList<>(cpus.stream().mapToObj(CpuSet::of).toList());
        Comparator<CpuSet> order = Comparator.comparingInt(set -> set.first().orElse(0));
        for (Level level : levels) {
            order = byGroup(level).thenComparing(order);
        }
        parts.sort(order);
        return parts.stream().map(set -> set.first().orElseThrow()).toList();
    }

    private static Comparator<CpuSet> byGroup(Level level) {
        return Comparator.comparingInt(
                cpu -> groupOf(cpu, level.groups()).first().orElse(0));
    }

    private static CpuSet groupOf(CpuSet cpu, List<CpuSet> groups) {
        return groups.stream()
                .filter(group -> group.containsAll(cpu))
                .findFirst()
                .orElse(cpu);
    }
}
