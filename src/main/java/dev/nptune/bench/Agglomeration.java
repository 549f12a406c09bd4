package dev.nptune.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Finds the best one-level grouping of things by the logarithms of the distances between them.
///
/// Things are joined by average linkage (UPGMA), which single outliers do not lead astray, and of all groupings on the
/// way the one with the best silhouette (Rousseeuw 1987) is taken: where things are on average much nearer to their own
/// group than to the next one. In logarithms that margin is a ratio. Takes time with the cube of the number.
final class Agglomeration {
    /// Groups grow regularly in hardware, so of joins about equally near the one of smaller groups comes first: a part
    /// of about 3 % for each doubling of a group.
    private static final double SIZE_PENALTY = 0.04;

    /// Where two levels stand out equally well, every mixture of them does too; the one whose groups are all of one
    /// size is the level. This much of a margin it may have less.
    private static final double REGULAR = 0.1;

    private final double[][] logs;
    private final int[] outer;

    private record Join(double height, int into, int from) {}

    /// A grouping.
    ///
    /// @param groups indexes of the things in each group
    /// @param margin the mean silhouette: the logarithm of how many times nearer things are to their own group than
    ///     to the next; things alone count as 0
    record Grouping(List<List<Integer>> groups, double margin) {}

    private Agglomeration(double[][] logs, int[] outer) {
        this.logs = logs;
        this.outer = outer;
    }

    /// Groups things.
    ///
    /// @param logs logarithms of distances, symmetric
    /// @param outer which larger group each thing belongs to, which is not left; numbers from 0
    /// @return the best grouping inside the larger groups; with a margin of 0 and everything alone if there is none
    static Grouping best(double[][] logs, int[] outer) {
        return new Agglomeration(logs, outer).best();
    }

    private Grouping best() {
        int n = logs.length;
        List<List<Integer>> groups = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            groups.add(new ArrayList<>(List.of(i)));
        }
        Grouping best = new Grouping(copy(groups), 0);
        double bestRank = 0;
        double[][] sums = Arrays.stream(logs).map(double[]::clone).toArray(double[][]::new);
        for (Join join : joins()) {
            groups.get(join.into()).addAll(groups.get(join.from()));
            groups.get(join.from()).clear();
            for (double[] row : sums) {
                row[join.into()] += row[join.from()];
            }
            double margin = margin(groups, sums);
            double rank = margin > 0 && regular(groups) ? margin + REGULAR : margin;
            if (rank > bestRank) {
                bestRank = rank;
                best = new Grouping(copy(groups), margin);
            }
        }
        return best;
    }

    /// Whether all groups of more than one are of one size.
    private static boolean regular(List<List<Integer>> groups) {
        return groups.stream()
                        .mapToInt(List::size)
                        .filter(size -> size > 1)
                        .distinct()
                        .count()
                == 1;
    }

    private static List<List<Integer>> copy(List<List<Integer>> groups) {
        return groups.stream()
                .filter(group -> !group.isEmpty())
                .map(List::copyOf)
                .toList();
    }

    /// All joins inside the larger groups, the nearest first.
    private List<Join> joins() {
        List<Join> joins = new ArrayList<>();
        int last = Arrays.stream(outer).max().orElse(-1);
        for (int group = 0; group <= last; group++) {
            joins.addAll(joins(group));
        }
        joins.sort(Comparator.comparingDouble(Join::height));
        return joins;
    }

    private List<Join> joins(int group) {
        List<Integer> alive = new ArrayList<>();
        for (int i = 0; i < outer.length; i++) {
            if (outer[i] == group) {
                alive.add(i);
            }
        }
        double[][] means = Arrays.stream(logs).map(double[]::clone).toArray(double[][]::new);
        int[] sizes = new int[outer.length];
        Arrays.fill(sizes, 1);
        List<Join> joins = new ArrayList<>();
        while (alive.size() > 1) {
            Join join = nearest(alive, means, sizes);
            joins.add(join);
            int a = join.into();
            int b = join.from();
            alive.removeIf(other -> other == b);
            for (int other : alive) {
                double mean = (means[a][other] * sizes[a] + means[b][other] * sizes[b]) / (sizes[a] + sizes[b]);
                means[a][other] = mean;
                means[other][a] = mean;
            }
            sizes[a] += sizes[b];
        }
        return joins;
    }

    private static Join nearest(List<Integer> alive, double[][] means, int[] sizes) {
        Join nearest = new Join(Double.POSITIVE_INFINITY, alive.get(0), alive.get(1));
        for (int x = 1; x < alive.size(); x++) {
            int a = alive.get(x);
            for (int y = 0; y < x; y++) {
                int b = alive.get(y);
                double height = means[a][b] + SIZE_PENALTY * Math.log((double) sizes[a] * sizes[b]);
                if (height < nearest.height()) {
                    nearest = new Join(height, b, a);
                }
            }
        }
        return nearest;
    }

    /// @param sums `sums[i][g]`, the logarithms from a thing to all of a group, added
    private double margin(List<List<Integer>> groups, double[][] sums) {
        double total = 0;
        for (int g = 0; g < groups.size(); g++) {
            List<Integer> group = groups.get(g);
            for (int i : group) {
                double next = next(i, g, groups, sums);
                if (group.size() > 1 && next < Double.POSITIVE_INFINITY) {
                    total += next - sums[i][g] / (group.size() - 1);
                }
            }
        }
        return total / logs.length;
    }

    private double next(int i, int own, List<List<Integer>> groups, double[][] sums) {
        double next = Double.POSITIVE_INFINITY;
        for (int g = 0; g < groups.size(); g++) {
            List<Integer> other = groups.get(g);
            if (g != own && !other.isEmpty() && outer[other.getFirst()] == outer[i]) {
                next = Math.min(next, sums[i][g] / other.size());
            }
        }
        return next;
    }
}
