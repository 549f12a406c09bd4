package dev.nptune.report;

import dev.nptune.bench.LatencyClusters;
import dev.nptune.bench.LatencyClusters.Kind;
import dev.nptune.bench.LatencyClusters.Level;
import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// Draws latencies between CPUs for a terminal: as figures where they fit, else as one shade for each pair, else as one
/// for each pair of groups of CPUs.
public final class LatencyText {
    private static final int FIGURE = 4;
    private static final int LABEL = 5;

    /// The most groups of a level that are listed.
    private static final int LISTED = 64;

    private final CoreLatencies matrix;
    private final LatencyClusters clusters;
    private final int columns;
    private final boolean unicode;

    private LatencyText(CoreLatencies matrix, LatencyClusters clusters, int columns, boolean unicode) {
        this.matrix = matrix;
        this.clusters = clusters;
        this.columns = columns;
        this.unicode = unicode;
    }

    /// Lines, each ended by a line feed.
    ///
    /// @param columns width of the terminal
    /// @param unicode whether it can show more than ASCII
    public static String draw(CoreLatencies matrix, LatencyClusters clusters, int columns, boolean unicode) {
        return new LatencyText(matrix, clusters, columns, unicode).lines();
    }

    private String lines() {
        List<Integer> order = clusters.order();
        if (LABEL + order.size() * FIGURE <= columns) {
            return figures(order);
        }
        return shades(parts(order));
    }

    private String figures(List<Integer> order) {
        StringBuilder text = new StringBuilder(" ".repeat(LABEL));
        order.forEach(cpu -> text.append(right(Integer.toString(cpu), FIGURE)));
        text.append('\n');
        for (int i = 0; i < order.size(); i++) {
            StringBuilder line = new StringBuilder(right(Integer.toString(order.get(i)), LABEL));
            for (int j = 0; j < i; j++) {
                Optional<Double> value = between(CpuSet.of(order.get(i)), CpuSet.of(order.get(j)));
                line.append(right(value.map(LatencyScale::figure).orElse("?"), FIGURE));
            }
            text.append(line.append(right(unicode ? "·" : "-", FIGURE))).append('\n');
        }
        return text.toString();
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(1, width - text.length())) + text;
    }

    /// What a column stands for: a CPU, else a group of the finest level, else some neighbours.
    private List<CpuSet> parts(List<Integer> order) {
        int room = columns - LABEL - 1;
        List<CpuSet> parts = order.stream().map(CpuSet::of).toList();
        if (parts.size() > room && !clusters.levels().isEmpty()) {
            List<CpuSet> groups = clusters.levels().getFirst().groups();
            parts = order.stream()
                    .map(cpu -> groups.stream()
                            .filter(group -> group.contains(cpu))
                            .findFirst()
                            .orElse(CpuSet.of(cpu)))
                    .distinct()
                    .toList();
        }
        while (parts.size() > room) {
            parts = halved(parts);
        }
        return parts;
    }

    private static List<CpuSet> halved(List<CpuSet> parts) {
        List<CpuSet> joined = new ArrayList<>();
        for (int i = 0; i < parts.size(); i += 2) {
            joined.add(i + 1 < parts.size() ? parts.get(i).or(parts.get(i + 1)) : parts.get(i));
        }
        return joined;
    }

    private String shades(List<CpuSet> parts) {
        Shades shades = Shades.of(matrix, clusters, unicode);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            text.append(right(Integer.toString(parts.get(i).first().orElse(0)), LABEL))
                    .append(' ');
            for (int j = 0; j < parts.size(); j++) {
                Optional<Double> value = i == j ? Optional.empty() : between(parts.get(i), parts.get(j));
                text.append(value.map(shades::sign).orElse(i == j ? '\\' : '?'));
            }
            text.append('\n');
        }
        String margin = " ".repeat(LABEL + 1);
        text.append(margin).append(shades.legend()).append('\n');
        if (parts.stream().anyMatch(part -> part.size() > 1)) {
            text.append(margin).append("a row is several CPUs, named by the first\n");
        }
        return text.toString();
    }

    /// The median between two groups.
    private Optional<Double> between(CpuSet a, CpuSet b) {
        double[] values = a.stream()
                .boxed()
                .flatMap(i -> b.stream().mapToObj(j -> matrix.between(i, j)))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .sorted()
                .toArray();
        return values.length == 0 ? Optional.empty() : Optional.of(values[values.length / 2]);
    }

    /// The groups that were found, a line each level.
    public static List<String> levels(LatencyClusters clusters) {
        List<String> lines = new ArrayList<>();
        if (clusters.tooFew()) {
            lines.add("a single value: whether the two share a core, an L3 or neither cannot be told from it");
        } else if (clusters.levels().isEmpty()) {
            lines.add("all CPUs are about equally near: one group, no boundary");
        }
        for (Level level : clusters.levels()) {
            List<CpuSet> groups =
                    level.groups().stream().filter(group -> group.size() > 1).toList();
            lines.add(name(level.kind()) + nanos(level.nanos()) + ": "
                    + groups.stream().limit(LISTED).map(CpuSet::toString).collect(Collectors.joining(" | "))
                    + (groups.size() > LISTED ? " | … (" + groups.size() + " in all)" : ""));
        }
        String outer = clusters.levels().isEmpty()
                ? "between CPUs"
                : clusters.levels().getLast().groups().size() == 1
                        ? ""
                        : between(clusters.levels().getLast());
        clusters.across().ifPresent(nanos -> lines.add(outer + nanos(clusters.across())));
        return lines;
    }

    private static String name(Kind kind) {
        return switch (kind) {
            case CORE -> "pairs (SMT siblings)";
            case L3 -> "groups (an L3 each)";
            case DIE -> "groups of these";
        };
    }

    private static String between(Level outermost) {
        return switch (outermost.kind()) {
            case CORE -> "between cores";
            case L3 -> "between L3s";
            case DIE -> "between groups";
        };
    }

    private static String nanos(Optional<Double> nanos) {
        return nanos.map(value -> ", " + LatencyScale.figure(value) + " ns").orElse("");
    }
}
