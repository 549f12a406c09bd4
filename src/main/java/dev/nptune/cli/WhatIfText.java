package dev.nptune.cli;

import static dev.nptune.internal.text.TextTable.left;
import static dev.nptune.internal.text.TextTable.right;

import dev.nptune.host.CpuSet;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.TextTable;
import dev.nptune.plan.LayoutCost;
import dev.nptune.plan.SettingEffect;
import dev.nptune.plan.WhatIf;
import dev.nptune.plan.WhatIf.Kind;
import dev.nptune.plan.WhatIf.Layout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A comparison of layouts and settings for people.
///
/// What does not fit in the terminal's width is left out of the table, the parts first that are the same for all
/// layouts, and named below it; number of vCPUs and cost always stay.
final class WhatIfText {
    private static final String INDENT = "  ";

    private final WhatIf whatIf;
    private final int columns;
    private final boolean unicode;
    private final StringBuilder out = new StringBuilder();

    private WhatIfText(WhatIf whatIf, int columns, boolean unicode) {
        this.whatIf = whatIf;
        this.columns = columns;
        this.unicode = unicode;
    }

    static String render(WhatIf whatIf, int columns, boolean unicode) {
        WhatIfText text = new WhatIfText(whatIf, columns, unicode);
        text.layouts();
        text.cpus();
        if (!whatIf.settings().isEmpty()) {
            text.settings();
        }
        return text.out.toString();
    }

    /// A part of the cost that has a column of its own, in the order of the columns.
    private enum Part {
        PAIR("pair ns", 6, "mean time for a vCPU to see what another wrote") {
            @Override
            String of(LayoutCost cost) {
                return number("%.0f", cost.pairNanos());
            }
        },
        L3("L3 %", 4, "pairs of vCPUs without an L3 cache in common") {
            @Override
            String of(LayoutCost cost) {
                return number("%.0f", 100 * cost.crossL3Pairs() / Math.max(1, cost.pairs()));
            }
        },
        NODE("node %", 2, "pairs of vCPUs on different NUMA nodes") {
            @Override
            String of(LayoutCost cost) {
                return number("%.0f", 100 * cost.crossNodePairs() / Math.max(1, cost.pairs()));
            }
        },
        MEMORY("mem ns", 3, "how much farther memory is than that of the vCPU's own node") {
            @Override
            String of(LayoutCost cost) {
                return number("%.0f", cost.memoryNanos());
            }
        },
        GPU("GPU ns", 1, "how much farther the graphics card is than one at the vCPU's own node") {
            @Override
            String of(LayoutCost cost) {
                return number("%.0f", cost.gpuNanos());
            }
        },
        SHARED("shared", 5, "vCPUs on cores that others run on too") {
            @Override
            String of(LayoutCost cost) {
                return number("%.0f %%", 100 * cost.sharedCores());
            }
        };

        private final String title;
        private final int importance;
        private final String words;

        Part(String title, int importance, String words) {
            this.title = title;
            this.importance = importance;
            this.words = words;
        }

        abstract String of(LayoutCost cost);
    }

    private void layouts() {
        List<Part> shown = new ArrayList<>(List.of(Part.values()));
        List<Part> byImportance = Stream.of(Part.values())
                .sorted(Comparator.comparing(this::isSame).reversed().thenComparingInt(part -> part.importance))
                .toList();
        for (Part next : byImportance) {
            if (fits(table(shown))) {
                break;
            }
            shown.remove(next);
        }
        out.append(table(shown).render(columns, unicode)).append('\n');
        for (Part part : shown) {
            String basis = part == Part.PAIR ? "; " + whatIf.basis() : "";
            wrap(part.title + ": " + part.words + basis + ".");
        }
        wrap("cost: nearness, cache sizes, boost, and what is shared with the host or left to it, weighed for "
                + whatIf.goal().name().toLowerCase(Locale.ROOT)
                + "; less is better, it compares layouts of this machine only and promises no time.");
        String missing = byImportance.stream()
                .filter(p -> !shown.contains(p))
                .map(p -> p.title)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            wrap("No room for: " + missing + ".");
        }
        whatIf.layouts().stream()
                .filter(layout -> !layout.reason().isEmpty())
                .forEach(layout -> wrap(layout.name() + " cannot be: " + layout.reason() + "."));
    }

    private TextTable table(List<Part> parts) {
        Stream<TextTable.Column> middle = parts.stream().map(part -> right(part.title));
        TextTable table =
                TextTable.of(Stream.of(Stream.of(left("layout"), right("vCPUs")), middle, Stream.of(right("cost")))
                        .flatMap(s -> s)
                        .toArray(TextTable.Column[]::new));
        for (Layout layout : whatIf.layouts()) {
            List<String> cells = new ArrayList<>(List.of(layout.name(), "" + layout.vcpus()));
            parts.forEach(part -> cells.add(layout.cost().map(part::of).orElse("-")));
            cells.add(layout.cost().map(cost -> number("%.1f", cost.total())).orElse("-"));
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    /// Whether a part says the same of all layouts.
    private boolean isSame(Part part) {
        Set<String> values = whatIf.layouts().stream()
                .flatMap(layout -> layout.cost().stream())
                .map(part::of)
                .collect(Collectors.toSet());
        return values.size() < 2;
    }

    private boolean fits(TextTable table) {
        return table.render(Integer.MAX_VALUE, false).lines().allMatch(line -> line.length() <= columns);
    }

    private void cpus() {
        out.append('\n');
        wrap("Host CPUs, vCPU by vCPU:");
        Layout now = whatIf.layouts().getFirst();
        for (Layout layout : whatIf.layouts()) {
            if (!layout.pins().isEmpty()) {
                boolean stays = layout.kind() == Kind.PLANNED && layout.isAs(now);
                wrap(INDENT + layout.name() + ": " + (stays ? "stays as it is" : pins(layout.pins())));
            }
        }
        whatIf.layouts().stream()
                .filter(layout -> layout.kind() == Kind.PLANNED && isReordered(layout.pins(), now.pins()))
                .forEach(_ -> wrap("Planned are the same CPUs in another order, which the cost does not depend on, but"
                        + " the guest's view of its cores and caches does."));
    }

    private static boolean isReordered(List<CpuSet> pins, List<CpuSet> others) {
        return !pins.equals(others) && sorted(pins).equals(sorted(others));
    }

    private static List<String> sorted(List<CpuSet> pins) {
        return pins.stream().map(CpuSet::toString).sorted().toList();
    }

    /// Spaces after commas, so that lines can be broken there.
    private static String pins(List<CpuSet> pins) {
        List<String> words =
                pins.stream().map(pin -> pin.toString().replace(",", ", ")).toList();
        boolean single = pins.stream().allMatch(pin -> pin.size() == 1);
        return !single && Set.copyOf(words).size() == 1
                ? "each on any of " + words.getFirst()
                : String.join(single ? ", " : "; ", words);
    }

    private void settings() {
        out.append('\n');
        TextTable table = TextTable.of(Stream.concat(
                        Stream.of(left("setting")),
                        SettingEffect.WORKLOADS.stream().map(TextTable::right))
                .toArray(TextTable.Column[]::new));
        for (SettingEffect effect : whatIf.settings()) {
            table.row(Stream.concat(Stream.of(effect.setting()), ratios(effect).stream())
                    .toArray(String[]::new));
        }
        if (fits(table)) {
            out.append(table.render(columns, unicode)).append('\n');
        }
        for (SettingEffect effect : whatIf.settings()) {
            wrap(effect.setting() + ": " + effect.words() + (fits(table) ? "" : "; " + inWords(effect)) + "."
                    + (effect.remark().isEmpty() ? "" : " " + effect.remark()));
        }
        wrap("Times over those on bare metal (1 is bare metal), measured on the emulated Ryzen of NPTune's lab on its"
                + " instruction clock, which does not see caches, TLB misses or memory types.");
    }

    /// A setting's row where the table is too wide.
    private static String inWords(SettingEffect effect) {
        List<String> ratios = ratios(effect);
        return IntStream.range(0, ratios.size())
                .mapToObj(i -> SettingEffect.WORKLOADS.get(i) + " " + ratios.get(i))
                .collect(Collectors.joining(", "));
    }

    private static List<String> ratios(SettingEffect effect) {
        return effect.toBare().stream()
                .map(ratio -> ratio.map(value -> number("%.2f", value)).orElse("-"))
                .toList();
    }

    private void wrap(String text) {
        String shown = Printable.line(text);
        out.append(FindingText.wrap(unicode ? shown : Printable.ascii(shown), columns, INDENT + INDENT));
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
