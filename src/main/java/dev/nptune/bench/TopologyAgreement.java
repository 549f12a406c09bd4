package dev.nptune.bench;

import dev.nptune.bench.LatencyClusters.Kind;
import dev.nptune.bench.LatencyClusters.Level;
import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Whether what was measured between CPUs and what the kernel says of them is the same.
///
/// @param verdict the whole in one sentence
/// @param differences where the two contradict each other, a sentence each
/// @param remarks what could not be compared, and what the kernel draws that costs nothing measurable
public record TopologyAgreement(String verdict, List<String> differences, List<String> remarks) {
    /// The most sentences about one level; a matrix of noise would fill the screen.
    private static final int MOST = 8;

    public TopologyAgreement {
        differences = List.copyOf(differences);
        remarks = List.copyOf(remarks);
    }

    /// Whether nothing measured contradicts the kernel.
    public boolean agrees() {
        return differences.isEmpty();
    }

    /// Compares them, as far as the CPUs measured go.
    public static TopologyAgreement of(LatencyClusters measured, CpuTopology kernel) {
        return new Comparison(measured, kernel).run();
    }

    /// What the kernel says of one level, restricted to the CPUs measured; CPUs it says nothing of stand alone.
    private static final class Comparison {
        private final LatencyClusters measured;
        private final CpuTopology kernel;
        private final List<String> differences = new ArrayList<>();
        private final List<String> remarks = new ArrayList<>();

        Comparison(LatencyClusters measured, CpuTopology kernel) {
            this.measured = measured;
            this.kernel = kernel;
        }

        TopologyAgreement run() {
            CpuSet unknown = measured.cpus().minus(kernel.cpus());
            if (!unknown.isEmpty()) {
                return new TopologyAgreement(
                        "Not compared with the kernel: it knows nothing of CPUs " + unknown + " here.",
                        List.of(),
                        List.of());
            }
            if (measured.tooFew()) {
                return tooFew();
            }
            cores();
            caches();
            dies();
            String verdict = differences.isEmpty()
                    ? "Measured and told by the kernel agree: " + found() + "."
                    : "Measured and told by the kernel differ:";
            return new TopologyAgreement(verdict, differences, remarks);
        }

        private TopologyAgreement tooFew() {
            CpuSet both = measured.cpus();
            String told = within(kernel.cores().stream().map(CpuTopology.Core::cpus), both)
                    ? "SMT siblings"
                    : within(kernel.l3().stream().map(CpuTopology.L3::cpus), both)
                            ? "two cores of one L3"
                            : "cores that share no L3";
            return new TopologyAgreement(
                    "Nothing measured contradicts the kernel, which calls CPUs " + both + " " + told
                            + "; from a single value no boundary can be told.",
                    List.of(),
                    List.of());
        }

        private static boolean within(Stream<CpuSet> sets, CpuSet cpus) {
            return sets.anyMatch(set -> set.containsAll(cpus));
        }

        private String found() {
            String levels = measured.levels().stream()
                    .map(level -> count(level.groups()) + " " + noun(level.kind(), count(level.groups())))
                    .collect(Collectors.joining(", "));
            return levels.isEmpty() ? "no boundary among " + measured.cpus().size() + " CPUs" : levels;
        }

        private static long count(List<CpuSet> groups) {
            return groups.stream().filter(group -> group.size() > 1).count();
        }

        private static String noun(Kind kind, long count) {
            return switch (kind) {
                case CORE -> count == 1 ? "pair of SMT siblings" : "pairs of SMT siblings";
                case L3 -> count == 1 ? "L3 domain" : "L3 domains";
                case DIE -> count == 1 ? "group of L3 domains" : "groups of L3 domains";
            };
        }

        private void cores() {
            List<CpuSet> told = restricted(kernel.cores().stream().map(CpuTopology.Core::cpus));
            List<CpuSet> seen = measured.level(Kind.CORE).map(Level::groups).orElse(List.of());
            if (seen.equals(restricted(kernel.l3().stream().map(CpuTopology.L3::cpus)))) {
                return; // two cores to an L3 look like siblings, and caches() compares them
            }
            if (kernel.cores().isEmpty()) {
                remarks.add("The kernel does not say which CPUs are SMT siblings.");
                return;
            }
            compare(filled(seen), filled(told), "one core", "are SMT siblings");
        }

        private void caches() {
            List<CpuSet> told = restricted(kernel.l3().stream().map(CpuTopology.L3::cpus));
            List<CpuSet> seen = measured.level(Kind.L3).map(Level::groups).orElse(List.of(measured.cpus()));
            if (kernel.l3().isEmpty()) {
                remarks.add("The kernel does not say which CPUs share an L3; measured they are " + list(seen) + ".");
                return;
            }
            List<CpuSet> pairs = measured.level(Kind.CORE).map(Level::groups).orElse(List.of());
            if (measured.level(Kind.L3).isEmpty() && filled(pairs).equals(filled(told))) {
                return;
            }
            compare(filled(seen), filled(told), "one L3", "share an L3");
        }

        /// Dies, nodes and packages of the kernel are seen only where the way between them is longer.
        private void dies() {
            List<List<CpuSet>> told = Stream.of(
                            kernel.dies().stream().map(CpuTopology.Die::cpus),
                            kernel.nodes().stream().map(CpuTopology.Node::cpus),
                            kernel.packages().stream().map(CpuTopology.CpuPackage::cpus))
                    .map(this::restricted)
                    .filter(groups -> !groups.isEmpty())
                    .map(this::filled)
                    .distinct()
                    .filter(groups -> groups.size() > 1)
                    .toList();
            List<List<CpuSet>> compared = new ArrayList<>();
            for (Level level : measured.levels()) {
                if (level.kind() == Kind.DIE) {
                    compared.add(compareDies(filled(level.groups()), told));
                }
            }
            List<CpuSet> l3 = filled(measured.level(Kind.L3).map(Level::groups).orElse(List.of(measured.cpus())));
            for (List<CpuSet> groups : told) {
                boolean seen = compared.contains(groups)
                        || groups.equals(l3)
                        || measured.levels().stream().anyMatch(level -> groups.equals(filled(level.groups())));
                if (!seen) {
                    remarks.add("The kernel parts the CPUs into " + list(groups)
                            + " (dies, nodes or packages); that boundary costs nothing that was measured.");
                }
            }
        }

        /// Compares a measured level with the kernel's that it has most in common with, which is the answer.
        private List<CpuSet> compareDies(List<CpuSet> seen, List<List<CpuSet>> told) {
            List<CpuSet> nearest = told.stream()
                    .max(Comparator.comparingLong(
                            groups -> groups.stream().filter(seen::contains).count()))
                    .orElse(List.of());
            if (nearest.isEmpty()) {
                differences.add("Measured CPUs are " + list(seen)
                        + " by the way between their L3s; the kernel knows one die, node and package only.");
            } else {
                compare(seen, nearest, "one die", "are of one die");
            }
            return nearest;
        }

        /// Tells each group of the kernel's that was measured otherwise, and what was measured together across groups.
        private void compare(List<CpuSet> seen, List<CpuSet> told, String place, String together) {
            List<String> found = new ArrayList<>();
            for (CpuSet group : told) {
                List<CpuSet> parts = parts(group, seen);
                if (parts.size() > 1) {
                    found.add("The kernel says CPUs " + group + " " + together + "; measured they are "
                            + (parts.size() == group.size() ? "apart" : list(parts)) + ".");
                }
            }
            for (CpuSet group : seen) {
                List<CpuSet> parts = parts(group, told);
                if (parts.size() > 1) {
                    found.add("Measured CPUs " + group + " are as near as those of " + place
                            + "; the kernel says they are " + (parts.size() == group.size() ? "apart" : list(parts))
                            + ".");
                }
            }
            differences.addAll(found.subList(0, Math.min(MOST, found.size())));
            if (found.size() > MOST) {
                differences.add("… and " + (found.size() - MOST) + " more like these.");
            }
        }

        private static List<CpuSet> parts(CpuSet group, List<CpuSet> others) {
            return others.stream()
                    .map(group::and)
                    .filter(part -> !part.isEmpty())
                    .toList();
        }

        private List<CpuSet> restricted(Stream<CpuSet> sets) {
            return sets.map(measured.cpus()::and).filter(set -> !set.isEmpty()).toList();
        }

        /// With the CPUs that are in none of them, each for itself.
        private List<CpuSet> filled(List<CpuSet> groups) {
            CpuSet rest = measured.cpus();
            for (CpuSet group : groups) {
                rest = rest.minus(group);
            }
            return Stream.concat(groups.stream(), rest.stream().mapToObj(CpuSet::of))
                    .sorted(Comparator.comparingInt(set -> set.first().orElse(0)))
                    .toList();
        }

        private static String list(List<CpuSet> groups) {
            String all = groups.stream().limit(MOST).map(CpuSet::toString).collect(Collectors.joining(" | "));
            String number = groups.size() == 1 ? "one group" : groups.size() + " groups";
            return number + " (" + all + (groups.size() > MOST ? " | …" : "") + ")";
        }
    }
}
