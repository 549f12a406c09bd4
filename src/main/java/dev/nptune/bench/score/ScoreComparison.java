package dev.nptune.bench.score;

import dev.nptune.bench.score.Score.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One run held against another, as bare metal against a VM: one run each, so that chance is in it.
///
/// @param cores how many cores each had, if that is known
/// @param changes scores that both have
/// @param onlyFirst elements that only the first has
/// @param onlySecond elements that only the second has
public record ScoreComparison(
        Optional<Cores> cores, List<Change> changes, List<String> onlyFirst, List<String> onlySecond) {
    public ScoreComparison {
        changes = List.copyOf(changes);
        onlyFirst = List.copyOf(onlyFirst);
        onlySecond = List.copyOf(onlySecond);
    }

    /// Cores of each side.
    ///
    /// @param first of bare metal
    /// @param second of the VM
    public record Cores(int first, int second) {
        /// The most that are believed of a machine.
        public static final int MAX = 1024;

        public Cores {
            if (first < 1 || second < 1 || first > MAX || second > MAX) {
                throw new IllegalArgumentException("cores are 1 to " + MAX);
            }
        }
    }

    /// A score on both sides.
    ///
    /// @param test the benchmark
    /// @param kind what was scored
    /// @param ratio second by first
    /// @param perCore what is left of the ratio when the number of cores is reckoned with; of a CPU score of sides
    ///     with different numbers of cores
    public record Change(
            String test, Kind kind, double first, double second, double ratio, Optional<PerCore> perCore) {}

    /// The ratio with the cores reckoned out, modelled. What the VM costs lies between the two, if nothing else
    /// differs;
    /// which is the higher depends on who has more cores.
    ///
    /// @param ifNoGrowth if the score does not grow with cores at all: the ratio of the scores
    /// @param ifInProportion if it grows in proportion to them: the ratio of the scores per core
    public record PerCore(double ifNoGrowth, double ifInProportion) {
        /// The one that speaks better for the second.
        public double higher() {
            return Math.max(ifNoGrowth, ifInProportion);
        }
    }

    /// Compares.
    public static ScoreComparison of(ScoreSheet first, ScoreSheet second, Optional<Cores> cores) {
        List<Change> changes = new ArrayList<>();
        for (Score a : first.scores()) {
            find(second, a.element()).ifPresent(b -> changes.add(change(a, b, cores)));
        }
        return new ScoreComparison(cores, changes, only(first, second), only(second, first));
    }

    private static Optional<Score> find(ScoreSheet sheet, String element) {
        return sheet.scores().stream().filter(s -> s.element().equals(element)).findFirst();
    }

    private static List<String> only(ScoreSheet one, ScoreSheet other) {
        return one.scores().stream()
                .map(Score::element)
                .filter(e -> find(other, e).isEmpty())
                .toList();
    }

    private static Change change(Score a, Score b, Optional<Cores> cores) {
        double ratio = b.value() / a.value();
        Optional<PerCore> perCore = cores.filter(c -> a.kind() == Kind.CPU && c.first() != c.second())
                .map(c -> new PerCore(ratio, ratio * c.first() / c.second()));
        return new Change(a.test(), a.kind(), a.value(), b.value(), ratio, perCore);
    }
}
