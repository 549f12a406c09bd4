package dev.nptune.report;

import dev.nptune.bench.LatencyClusters;
import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Draws latencies between CPUs as a heat map, an SVG document, light or dark as the reader's system is.
///
/// CPUs stand in the order of the groups that were found, not of their numbers, so that groups are squares on the
/// diagonal, and each group has a frame. Cells say their value as far as there is room, else when pointed at.
public final class LatencySvg {
    private static final double MARGIN = 16;
    private static final double AXIS = 34;
    private static final double LINE = 18;
    private static final double LEGEND_BOX = 76;
    private static final double LEAST_WIDTH = 8 * LEGEND_BOX;

    /// About how wide a letter is.
    private static final double LETTER = 6.6;

    private static final String INDENT = "    ";

    /// Steps that the style sheet has colours for.
    private static final int STEPS = 8;

    /// The most CPUs whose cells have their value written in them.
    private static final int WRITTEN = 32;

    /// The most CPUs whose cells are elements of their own.
    private static final int SINGLE = 64;

    private final CoreLatencies matrix;
    private final LatencyClusters clusters;
    private final String title;
    private final List<String> notes;
    private final List<Integer> order;
    private final Optional<LatencyScale> scale;
    private final double cell;

    private LatencySvg(CoreLatencies matrix, LatencyClusters clusters, String title, List<String> notes) {
        this.matrix = matrix;
        this.clusters = clusters;
        this.title = title;
        this.notes = notes;
        this.order = clusters.order();
        this.scale = LatencyScale.of(matrix, STEPS);
        this.cell = order.size() <= WRITTEN ? 28 : order.size() <= SINGLE ? 16 : Math.max(2, 1024 / order.size());
    }

    /// An SVG document.
    ///
    /// @param title the machine
    /// @param notes what else to say, a line each
    public static String draw(CoreLatencies matrix, LatencyClusters clusters, String title, List<String> notes) {
        return new LatencySvg(matrix, clusters, title, notes).document();
    }

    private String document() {
        double side = order.size() * cell;
        double top = MARGIN + 24 + LINE + 8;
        double map = top + AXIS - 14;
        double legend = map + side + 16;
        double width = width() + 2 * MARGIN;
        double height = legend + 34 + LINE * lines().size() + MARGIN;
        Element svg = Element.of("svg")
                .css("latencies")
                .attr("viewBox", "0 0 " + Math.round(width) + " " + Math.round(height))
                .attr("width", width)
                .attr("height", height)
                .attr("role", "img")
                .attr("aria-label", "Latency between the CPUs of " + title)
                .attr("xmlns", "http://www.w3.org/2000/svg")
                .add(Element.of("style").raw(Styles.read("latencies.css")))
                .add(Element.of("title", "Latency between the CPUs of " + title))
                .add(Element.of("desc", String.join(". ", lines())))
                .add(text("headline", MARGIN, MARGIN + 15, title))
                .add(text("note", MARGIN, MARGIN + 36, "half a round trip of a cache line between two CPUs, in ns"));
        axes(svg, MARGIN + AXIS, map);
        cells(svg, MARGIN + AXIS, map);
        frames(svg, MARGIN + AXIS, map);
        legend(svg, MARGIN, legend);
        double y = legend + 34 + 14;
        for (String line : lines()) {
            svg.add(text("note", MARGIN, y, line));
            y += LINE;
        }
        return svg + "\n";
    }

    private double width() {
        return Math.max(AXIS + order.size() * cell, LEAST_WIDTH);
    }

    /// What was found and the notes, broken at the picture's width.
    private List<String> lines() {
        int most = (int) (width() / LETTER);
        return Stream.concat(LatencyText.levels(clusters).stream(), notes.stream())
                .flatMap(line -> broken(line, most).stream())
                .toList();
    }

    private static List<String> broken(String text, int most) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > most && rest.lastIndexOf(' ', most) > INDENT.length()) {
            int space = rest.lastIndexOf(' ', most);
            lines.add(rest.substring(0, space));
            rest = INDENT + rest.substring(space + 1);
        }
        lines.add(rest);
        return lines;
    }

    /// Every CPU where a number fits, else every so many.
    private void axes(Element svg, double x, double y) {
        int digits =
                Integer.toString(order.stream().max(Integer::compare).orElse(0)).length();
        int every = (int) Math.ceil((2 + 7 * digits) / cell);
        for (int i = 0; i < order.size(); i += every) {
            String cpu = Integer.toString(order.get(i));
            double middle = (i + 0.5) * cell;
            svg.add(text("across", x + middle, y - 5, cpu)).add(text("down", x - 6, y + middle + 4, cpu));
        }
    }

    private void cells(Element svg, double x, double y) {
        if (order.size() > SINGLE) {
            svg.add(paths(x, y));
            return;
        }
        for (int i = 0; i < order.size(); i++) {
            for (int j = 0; j < order.size(); j++) {
                Element square = square(css(i, j), x + j * cell, y + i * cell);
                svg.add(square.add(Element.of("title", told(i, j))));
                if (order.size() <= WRITTEN) {
                    String css = "value on" + css(i, j);
                    String figure = value(i, j).map(LatencyScale::figure).orElse("");
                    svg.add(text(css, x + (j + 0.5) * cell, y + (i + 0.5) * cell + 4, figure));
                }
            }
        }
    }

    private Optional<Double> value(int i, int j) {
        OptionalDouble measured = matrix.between(order.get(i), order.get(j));
        return measured.isPresent() ? Optional.of(measured.getAsDouble()) : Optional.empty();
    }

    private String css(int i, int j) {
        return i == j ? "same" : value(i, j).map(this::step).orElse("blank");
    }

    private String step(double nanos) {
        return "s" + scale.map(known -> known.step(nanos)).orElse(0);
    }

    private String told(int i, int j) {
        String pair = "CPUs " + order.get(i) + " and " + order.get(j);
        return i == j
                ? "CPU " + order.get(i)
                : pair
                        + value(i, j)
                                .map(nanos -> ": " + LatencyScale.figure(nanos) + " ns")
                                .orElse(": not measured");
    }

    private Element square(String css, double x, double y) {
        return Element.of("rect")
                .css(css)
                .attr("x", x)
                .attr("y", y)
                .attr("width", cell)
                .attr("height", cell);
    }

    /// One path for all cells of a colour, equal neighbours in one piece: thousands of elements would be slow.
    private List<Element> paths(double x, double y) {
        Map<String, StringBuilder> paths = new TreeMap<>();
        int n = order.size();
        int side = (int) cell;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; ) {
                String css = css(i, j);
                int end = j + 1;
                while (end < n && css(i, end).equals(css)) {
                    end++;
                }
                int wide = (end - j) * side;
                paths.computeIfAbsent(css, _ -> new StringBuilder())
                        .append("M%d %dh%dv%dh-%dz"
                                .formatted((int) x + j * side, (int) y + i * side, wide, side, wide));
                j = end;
            }
        }
        return paths.entrySet().stream()
                .map(path -> Element.of("path")
                        .css(path.getKey())
                        .attr("d", path.getValue().toString()))
                .toList();
    }

    /// A frame for each group, the outer ones drawn last and stronger.
    private void frames(Element svg, double x, double y) {
        for (LatencyClusters.Level level : clusters.levels()) {
            for (CpuSet group : level.groups()) {
                int first = first(group);
                if (group.size() > 1) {
                    double side = group.size() * cell;
                    svg.add(Element.of("rect")
                            .css("frame " + level.kind().name().toLowerCase(Locale.ROOT))
                            .attr("x", x + first * cell)
                            .attr("y", y + first * cell)
                            .attr("width", side)
                            .attr("height", side));
                }
            }
        }
    }

    private int first(CpuSet group) {
        for (int i = 0; i < order.size(); i++) {
            if (group.contains(order.get(i))) {
                return i;
            }
        }
        throw new IllegalStateException("a group of CPUs that were not measured: " + group);
    }

    private void legend(Element svg, double x, double y) {
        LatencyScale known = scale.orElse(null);
        for (int step = 0; known != null && step < known.used(); step++) {
            double left = x + step * LEGEND_BOX;
            svg.add(Element.of("rect")
                    .css("s" + step)
                    .attr("x", left)
                    .attr("y", y)
                    .attr("width", LEGEND_BOX)
                    .attr("height", 12));
            String unit = step == known.used() - 1 ? " ns" : "";
            svg.add(text("bound", left + LEGEND_BOX / 2, y + 26, known.range(step) + unit));
        }
    }

    private static Element text(String css, double x, double y, String text) {
        return Element.of("text", text).css(css).attr("x", x).attr("y", y);
    }
}
