package dev.nptune.report;

import dev.nptune.bench.Workload;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Bars of what each workload took on bare metal, before and after, bare metal being 1: a short bar is good.
///
/// The scale is linear from 0 and the same for all workloads, so that lengths can be compared; a bar of more than
/// [#CUT] times bare metal is cut there and shows a gap, or the others could not be told apart. Every bar says what
/// it is and its value, so that no legend and no colour is needed to read it.
public final class Bars {
    /// Width for a page of its own or a wide window, in pixels.
    public static final int WIDE = 760;

    /// Width for a phone held upright.
    public static final int NARROW = 340;

    /// The longest bar drawn in full, in times bare metal.
    static final double CUT = 6;

    private static final double TITLE = 22;
    private static final double BAR = 16;
    private static final double PITCH = 19;
    private static final double GAP = 16;
    private static final double LABEL = 168;

    private Bars() {}

    /// A picture of its own, for a page that shows it as an image: light or dark as the reader's system is.
    ///
    /// @param workloads what to show, in order
    /// @param width in pixels, [#WIDE] or so
    /// @return an SVG document
    public static String svg(List<Workload> workloads, int width) {
        Element root = picture(workloads, width, "alone").attr("xmlns", "http://www.w3.org/2000/svg");
        Element style = Element.of("style").raw(Styles.read("bars.css"));
        return root.first(style).toString() + "\n";
    }

    /// The same without name space and style, to stand in an HTML page.
    static Element picture(List<Workload> workloads, int width, String css) {
        double height = Math.max(0, workloads.size() * (TITLE + 3 * PITCH + GAP) - GAP);
        Element svg = Element.of("svg")
                .css("bars " + css)
                .attr("viewBox", "0 0 " + width + " " + Math.round(height))
                .attr("width", width)
                .attr("height", height)
                .attr("role", "img")
                .attr("aria-label", "Time of each workload relative to bare metal, before and after");
        double unit = (width - LABEL) / longest(workloads);
        double y = 0;
        for (Workload workload : workloads) {
            svg.add(group(workload, y, unit));
            y += TITLE + 3 * PITCH + GAP;
        }
        return svg;
    }

    private static double longest(List<Workload> workloads) {
        double longest = 1;
        for (Workload workload : workloads) {
            longest = Math.max(
                    longest, Figures.toBare(workload, workload.before()).orElse(1));
            longest =
                    Math.max(longest, Figures.toBare(workload, workload.after()).orElse(1));
        }
        return Math.min(longest, CUT);
    }

    private static Element group(Workload workload, double top, double unit) {
        Element group = Element.of("g").add(text("name", 0, top + 14, workload.name()));
        double y = top + TITLE;
        for (Bar bar : bars(workload)) {
            group.add(bar.draw(y, unit));
            y += PITCH;
        }
        group.add(Element.of("line")
                .css("one")
                .attr("x1", unit)
                .attr("x2", unit)
                .attr("y1", top + TITLE - 2)
                .attr("y2", y - PITCH + BAR + 2));
        return group;
    }

    private static List<Bar> bars(Workload workload) {
        return List.of(
                Bar.of("bare", workload, workload.bare()),
                Bar.of("before", workload, workload.before()),
                Bar.of("after", workload, workload.after()));
    }

    private static Element text(String css, double x, double y, String text) {
        return Element.of("text", text).css(css).attr("x", x).attr("y", y);
    }

    /// @param series which of the three
    /// @param ratio to bare; empty if there is none to draw
    /// @param value the measured value with its unit
    private record Bar(String series, OptionalDouble ratio, String value) {
        static Bar of(String series, Workload workload, @Nullable Double value) {
            return new Bar(
                    series, Figures.toBare(workload, value), Figures.value(workload, value) + " " + workload.unit());
        }

        List<Element> draw(double y, double scale) {
            boolean cut = ratio.orElse(0) > CUT;
            double length = Math.min(ratio.orElse(0), CUT) * scale;
            double baseline = y + BAR - 4;
            if (ratio.isEmpty()) {
                return List.of(text("value", 4, baseline, series + ": not measured"));
            }
            Element label = Element.of("text")
                    .css("value")
                    .attr("x", length + 6)
                    .attr("y", baseline)
                    .add(Element.of("tspan", Figures.ratio(ratio)).css("ratio"))
                    .text(" " + series + ", " + value);
            Element bar = Element.of("rect")
                    .css(series)
                    .attr("x", 0)
                    .attr("y", y)
                    .attr("width", length)
                    .attr("height", BAR)
                    .attr("rx", 2);
            return cut ? List.of(bar, gap(length, y), label) : List.of(bar, label);
        }

        /// A slanted gap near the end of a bar that is longer than it is drawn.
        private static Element gap(double length, double y) {
            double x = length - 30;
            return Element.of("path")
                    .css("gap")
                    .attr("d", "M" + (x + 6) + " " + (y - 1) + "h6l-8 " + (BAR + 2) + "h-6z");
        }
    }
}
