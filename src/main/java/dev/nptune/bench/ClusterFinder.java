package dev.nptune.bench;

import dev.nptune.bench.Agglomeration.Grouping;
import dev.nptune.bench.LatencyClusters.Kind;
import dev.nptune.bench.LatencyClusters.Level;
import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Finds all levels of grouping: the best one first, then the best inside its groups, then the best of its groups,
/// until none is left that stands out.
final class ClusterFinder {
    /// How many times nearer CPUs must be to their own group than to the next, on average over all of them.
    private static final double LEAST_RATIO = 1.25;

    private final CoreLatencies matrix;

    /// The rows of the matrix with any value: the number in `logs` to that in the matrix.
    private final int[] rows;

    /// The kernel's numbers of these.
    private final List<Integer> cpus;

    /// Logarithms of nanoseconds.
    private final double[][] logs;

    private final List<List<List<Integer>>> found = new ArrayList<>();

    ClusterFinder(CoreLatencies matrix) {
        this.matrix = matrix;
        this.rows =
                IntStream.range(0, matrix.cpus().size()).filter(this::measured).toArray();
        this.cpus = Arrays.stream(rows).mapToObj(matrix.cpus()::get).toList();
        this.logs = new double[rows.length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < i; j++) {
                double log = value(rows[i], rows[j]).map(Math::log).orElse(Double.NaN);
                logs[i][j] = log;
                logs[j][i] = log;
            }
        }
        fillBlanks();
    }

    private Optional<Double> value(int i, int j) {
        return matrix.nanos().get(Math.max(i, j)).get(Math.min(i, j));
    }

    private boolean measured(int i) {
        return IntStream.range(0, matrix.cpus().size())
                .anyMatch(j -> i != j && value(i, j).isPresent());
    }

    /// A pair that was not measured is taken for as near as a third CPU shows at most: no farther than the farther of
    /// the two ways over it, as is so where CPUs meet at levels.
    private void fillBlanks() {
        double[][] known = Arrays.stream(logs).map(double[]::clone).toArray(double[][]::new);
        double farthest = Arrays.stream(known)
                .flatMapToDouble(Arrays::stream)
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(0);
        for (int i = 0; i < known.length; i++) {
            for (int j = 0; j < i; j++) {
                if (Double.isNaN(known[i][j])) {
                    double over = nearestOver(known, i, j);
                    double log = over == Double.POSITIVE_INFINITY ? farthest : over;
                    logs[i][j] = log;
                    logs[j][i] = log;
                }
            }
        }
    }

    private static double nearestOver(double[][] known, int i, int j) {
        return IntStream.range(0, known.length)
                .filter(k -> k != i && k != j)
                .mapToDouble(k -> Math.max(known[i][k], known[j][k]))
                .filter(value -> !Double.isNaN(value))
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    LatencyClusters find() {
        int[] numbers = matrix.cpus().stream().mapToInt(Integer::intValue).toArray();
        CpuSet judged = CpuSet.of(cpus.stream().mapToInt(Integer::intValue).toArray());
        CpuSet unmeasured = CpuSet.of(numbers).minus(judged);
        List<List<Integer>> alone =
                IntStream.range(0, cpus.size()).mapToObj(List::of).toList();
        if (cpus.size() >= LatencyClusters.FEWEST) {
            search(alone, List.of(IntStream.range(0, cpus.size()).boxed().toList()));
        }
        List<Level> levels = new ArrayList<>();
        List<List<Integer>> finer = alone;
        for (List<List<Integer>> groups : found) {
            levels.add(new Level(kind(groups, levels), sets(groups), median(finer, groups)));
            finer = groups;
        }
        List<List<Integer>> whole =
                List.of(IntStream.range(0, cpus.size()).boxed().toList());
        return new LatencyClusters(judged, unmeasured, levels, median(finer, whole));
    }

    /// Looks for levels between two that are known, and adds them to what was found, the finest first.
    private void search(List<List<Integer>> fine, List<List<Integer>> coarse) {
        int[] outer = fine.stream()
                .mapToInt(part -> IntStream.range(0, coarse.size())
                        .filter(g -> coarse.get(g).contains(part.getFirst()))
                        .findFirst()
                        .orElseThrow())
                .toArray();
        Grouping best = Agglomeration.best(between(fine), outer);
        if (best.margin() < Math.log(LEAST_RATIO)) {
            return;
        }
        List<List<Integer>> groups = best.groups().stream()
                .map(group ->
                        group.stream().flatMap(part -> fine.get(part).stream()).toList())
                .toList();
        search(fine, groups);
        found.add(groups);
        search(groups, coarse);
    }

    /// The mean logarithm between every two parts.
    private double[][] between(List<List<Integer>> parts) {
        double[][] means = new double[parts.size()][parts.size()];
        for (int a = 0; a < parts.size(); a++) {
            for (int b = 0; b < a; b++) {
                double sum = 0;
                for (int i : parts.get(a)) {
                    for (int j : parts.get(b)) {
                        sum += logs[i][j];
                    }
                }
                means[a][b] = sum / ((double) parts.get(a).size() * parts.get(b).size());
                means[b][a] = means[a][b];
            }
        }
        return means;
    }

    private static Kind kind(List<List<Integer>> groups, List<Level> finer) {
        boolean pairs = groups.stream().allMatch(group -> group.size() <= 2);
        if (finer.isEmpty() && pairs) {
            return Kind.CORE;
        }
        return finer.stream().noneMatch(level -> level.kind() == Kind.L3) ? Kind.L3 : Kind.DIE;
    }

    private List<CpuSet> sets(List<List<Integer>> groups) {
        return groups.stream()
                .map(group -> CpuSet.of(group.stream().mapToInt(cpus::get).toArray()))
                .sorted(Comparator.comparingInt(set -> set.first().orElse(0)))
                .toList();
    }

    /// Of what was measured between different parts of one group.
    private Optional<Double> median(List<List<Integer>> parts, List<List<Integer>> groups) {
        int[] part = numbered(parts);
        int[] group = numbered(groups);
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < cpus.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (part[i] != part[j] && group[i] == group[j]) {
                    value(rows[i], rows[j]).ifPresent(values::add);
                }
            }
        }
        values.sort(Comparator.naturalOrder());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() / 2));
    }

    private int[] numbered(List<List<Integer>> groups) {
        int[] numbers = new int[cpus.size()];
        for (int g = 0; g < groups.size(); g++) {
            for (int i : groups.get(g)) {
                numbers[i] = g;
            }
        }
        return numbers;
    }
}
