package dev.nptune.report;

import dev.nptune.internal.text.DisplayWidth;
import dev.nptune.report.MachineMap.Box;
import dev.nptune.report.MachineMap.Core;
import dev.nptune.report.MachineMap.Device;
import dev.nptune.report.MachineMap.Use;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Draws a machine as an SVG document, light or dark as the reader's system is.
///
/// Every box says in words what it is; colours only repeat which VM a CPU belongs to, which stands on the CPU too.
public final class MachineSvg {
    private static final double WIDTH = 1160;
    private static final double MARGIN = 16;
    private static final double PADDING = 10;
    private static final double GAP = 8;
    private static final double LINE = 17;
    private static final double PU_WIDTH = 42;
    private static final double PU_HEIGHT = 34;
    private static final double CORE_PADDING = 3;
    private static final double MARK = 11;
    /// Colours that the style sheet has for VMs.
    private static final int COLOURS = 6;

    private final MachineMap map;
    private final boolean marked;

    private MachineSvg(MachineMap map) {
        this.map = map;
        this.marked = map.boxes().stream().anyMatch(MachineSvg::hasMarks);
    }

    /// An SVG document.
    public static String draw(MachineMap map) {
        return new MachineSvg(map).document();
    }

    private static boolean hasMarks(Box box) {
        return box.cores().stream().anyMatch(core -> !core.mark().isEmpty())
                || box.inside().stream().anyMatch(MachineSvg::hasMarks);
    }

    /// Something with a size that can be put anywhere.
    private record Tile(double width, double height, Drawing drawing) {
        @FunctionalInterface
        interface Drawing {
            List<Element> at(double x, double y);
        }
    }

    private String document() {
        List<Tile> parts = new ArrayList<>();
        parts.add(line("headline", map.title(), 24));
        parts.add(flow(map.boxes().stream().map(this::box).toList(), WIDTH - 2 * MARGIN));
        if (!map.elsewhere().isEmpty()) {
            parts.add(line("title", "PCI devices of no known node", LINE));
            parts.addAll(devices(map.elsewhere()));
        }
        for (int vm = 0; vm < map.vms().size(); vm++) {
            parts.add(legend(vm));
        }
        map.notes().forEach(note -> parts.add(line("note", note, LINE)));
        Tile all = stack(parts);
        double width = Math.max(all.width() + 2 * MARGIN, 420);
        double height = all.height() + 2 * MARGIN;
        return Element.of("svg")
                        .css("machine")
                        .attr("viewBox", "0 0 " + Math.round(width) + " " + Math.round(height))
                        .attr("width", width)
                        .attr("height", height)
                        .attr("role", "img")
                        .attr("aria-label", "Topology of " + map.title())
                        .attr("xmlns", "http://www.w3.org/2000/svg")
                        .add(Element.of("style").raw(Styles.read("machine.css")))
                        .add(all.drawing().at(MARGIN, MARGIN))
                + "\n";
    }

    private Tile box(Box box) {
        List<Tile> parts = new ArrayList<>();
        parts.add(heading(box));
        List<Tile> content =
                new ArrayList<>(box.inside().stream().map(this::box).toList());
        if (!box.cores().isEmpty()) {
            content.add(cores(box.cores()));
        }
        parts.add(flow(content, widest(box)));
        parts.addAll(devices(box.devices()));
        return framed(stack(parts), box.kind().name().toLowerCase(Locale.ROOT), PADDING);
    }

    /// Inner boxes get less room, so that all of them fit into the page.
    private static double widest(Box box) {
        return switch (box.kind()) {
            case PACKAGE -> WIDTH - 2 * MARGIN - 2 * PADDING;
            case NODE -> WIDTH - 2 * MARGIN - 4 * PADDING;
            case DIE, L3 -> (WIDTH - 2 * MARGIN - 6 * PADDING - GAP) / 2;
        };
    }

    /// Cores in rows of four or, where there are many, more.
    private Tile cores(List<Core> cores) {
        int row = cores.size() <= 8 ? 4 : cores.size() <= 32 ? 8 : 16;
        List<Tile> rows = new ArrayList<>();
        for (int i = 0; i < cores.size(); i += row) {
            rows.add(flow(
                    cores.subList(i, Math.min(cores.size(), i + row)).stream()
                            .map(this::core)
                            .toList(),
                    Double.MAX_VALUE));
        }
        return stack(rows);
    }

    private Tile core(Core core) {
        List<Tile> pus = core.cpus().stream().mapToObj(this::pu).toList();
        double width = pus.size() * PU_WIDTH;
        Tile row = new Tile(width, PU_HEIGHT, (x, y) -> {
            List<Element> drawn = new ArrayList<>();
            for (int i = 0; i < pus.size(); i++) {
                drawn.addAll(pus.get(i).drawing().at(x + i * PU_WIDTH, y));
            }
            return drawn;
        });
        Tile mark = new Tile(width, MARK, (x, y) -> List.of(text("mark", x + width / 2, y + MARK - 2, core.mark())));
        return framed(marked ? join(row, mark) : row, "core", CORE_PADDING);
    }

    private Tile pu(int cpu) {
        List<Use> uses = map.uses(cpu);
        String css = uses.isEmpty() ? "pu" : colour(uses.getFirst());
        return new Tile(PU_WIDTH, PU_HEIGHT, (x, y) -> {
            List<Element> drawn = new ArrayList<>();
            Element square = rectangle(css, x + 1, y + 1, PU_WIDTH - 2, PU_HEIGHT - 2, 3);
            String told = uses.stream()
                    .map(use ->
                            map.vms().get(use.vm()).name() + " " + use.thread().name())
                    .collect(Collectors.joining(", "));
            square.add(Element.of("title", "CPU " + cpu + (told.isEmpty() ? "" : ": " + told)));
            drawn.add(square);
            drawn.add(text("cpu-number", x + PU_WIDTH / 2, y + (uses.isEmpty() ? 21 : 15), Integer.toString(cpu)));
            if (!uses.isEmpty()) {
                drawn.add(text("use", x + PU_WIDTH / 2, y + 28, label(uses)));
            }
            return drawn;
        });
    }

    /// CPUs for guest code are filled in the VM's colour, those for its other threads only framed in it.
    private static String colour(Use use) {
        boolean guest = use.thread().label().startsWith("v");
        return (guest ? "pu vm" : "pu beside vm") + use.vm() % COLOURS;
    }

    private static String label(List<Use> uses) {
        String first = uses.getFirst().thread().label();
        return uses.size() == 1 ? first : first + "+" + (uses.size() - 1);
    }

    private static Tile heading(Box box) {
        return words(0, new Words("title", box.title()), new Words("detail", box.detail()));
    }

    /// Text in one style.
    private record Words(String css, String text) {}

    /// Several texts one after another, as wide as the reader's fonts make them.
    private static Tile words(double start, Words... words) {
        String all = Arrays.stream(words).map(Words::text).collect(Collectors.joining("  "));
        return new Tile(start + 1.1 * width(all), LINE, (x, y) -> {
            Element line = Element.of("text").attr("x", x + start).attr("y", y + LINE - 4);
            for (int i = 0; i < words.length; i++) {
                Element part = Element.of("tspan", words[i].text()).css(words[i].css());
                line.add(i == 0 ? part : part.attr("dx", 8));
            }
            return List.of(line);
        });
    }

    /// One below the other; none at all for none.
    private static List<Tile> devices(List<Device> devices) {
        return devices.stream()
                .map(MachineSvg::device)
                .reduce(MachineSvg::join)
                .map(List::of)
                .orElse(List.of());
    }

    private static Tile device(Device device) {
        return words(
                0,
                new Words("address", device.address().toString()),
                new Words("name", device.name()),
                new Words("detail", device.detail()));
    }

    private Tile legend(int vm) {
        String threads = map.vms().get(vm).threads().stream()
                .map(thread -> thread.label() + "→" + thread.cpus())
                .collect(Collectors.joining("  "));
        Tile told = words(22, new Words("title", map.vms().get(vm).name()), new Words("label", threads));
        return new Tile(told.width(), LINE, (x, y) -> {
            List<Element> drawn = new ArrayList<>(told.drawing().at(x, y));
            drawn.addFirst(rectangle("pu vm" + vm % COLOURS, x, y + 2, 14, 14, 3));
            return drawn;
        });
    }

    private static Tile line(String css, String text, double height) {
        return new Tile(
                width(text) * (css.equals("headline") ? 1.35 : 1),
                height,
                (x, y) -> List.of(text(css, x, y + height - 5, text)));
    }

    /// Side by side, the next row begun where the width is used up.
    private static Tile flow(List<Tile> tiles, double width) {
        List<Tile> rows = new ArrayList<>();
        List<Tile> row = new ArrayList<>();
        double used = 0;
        for (Tile tile : tiles) {
            if (!row.isEmpty() && used + GAP + tile.width() > width) {
                rows.add(sideBySide(List.copyOf(row)));
                row.clear();
            }
            used = row.isEmpty() ? tile.width() : used + GAP + tile.width();
            row.add(tile);
        }
        if (!row.isEmpty()) {
            rows.add(sideBySide(List.copyOf(row)));
        }
        return stack(rows);
    }

    private static Tile sideBySide(List<Tile> tiles) {
        double width = tiles.stream().mapToDouble(Tile::width).sum() + GAP * (tiles.size() - 1);
        double height = tiles.stream().mapToDouble(Tile::height).max().orElse(0);
        return new Tile(width, height, (x, y) -> {
            List<Element> drawn = new ArrayList<>();
            double at = x;
            for (Tile tile : tiles) {
                drawn.addAll(tile.drawing().at(at, y));
                at += tile.width() + GAP;
            }
            return drawn;
        });
    }

    private static Tile stack(List<Tile> tiles) {
        double width = tiles.stream().mapToDouble(Tile::width).max().orElse(0);
        double height = tiles.stream().mapToDouble(Tile::height).sum() + GAP * Math.max(0, tiles.size() - 1);
        return new Tile(width, height, (x, y) -> {
            List<Element> drawn = new ArrayList<>();
            double at = y;
            for (Tile tile : tiles) {
                drawn.addAll(tile.drawing().at(x, at));
                at += tile.height() + GAP;
            }
            return drawn;
        });
    }

    /// One on the other without a gap.
    private static Tile join(Tile upper, Tile lower) {
        return new Tile(Math.max(upper.width(), lower.width()), upper.height() + lower.height(), (x, y) -> {
            List<Element> drawn = new ArrayList<>(upper.drawing().at(x, y));
            drawn.addAll(lower.drawing().at(x, y + upper.height()));
            return drawn;
        });
    }

    private static Tile framed(Tile tile, String css, double padding) {
        return new Tile(tile.width() + 2 * padding, tile.height() + 2 * padding, (x, y) -> {
            List<Element> drawn = new ArrayList<>();
            drawn.add(rectangle(css, x, y, tile.width() + 2 * padding, tile.height() + 2 * padding, 5));
            drawn.addAll(tile.drawing().at(x + padding, y + padding));
            return drawn;
        });
    }

    private static Element rectangle(String css, double x, double y, double width, double height, double radius) {
        return Element.of("rect")
                .css(css)
                .attr("x", x)
                .attr("y", y)
                .attr("width", width)
                .attr("height", height)
                .attr("rx", radius);
    }

    private static Element text(String css, double x, double y, String text) {
        return Element.of("text", text).css(css).attr("x", x).attr("y", y);
    }

    /// About how wide a text is at the picture's font size; nothing here knows the reader's fonts.
    private static double width(String text) {
        return 6.6 * DisplayWidth.of(text);
    }
}
