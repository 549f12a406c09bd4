package dev.nptune.cli;

import static dev.nptune.internal.text.TextTable.left;
import static dev.nptune.internal.text.TextTable.right;

import dev.nptune.internal.text.TextTable;
import dev.nptune.plan.LayoutCost;
import dev.nptune.plan.SettingEffect;
import dev.nptune.plan.WhatIf;
import java.util.List;
import java.util.Locale;

/// A comparison of layouts and settings for people.
final class WhatIfText {
    private WhatIfText() {}

    static String render(WhatIf whatIf, int columns, boolean unicode) {
        StringBuilder out = new StringBuilder();
        TextTable table = TextTable.of(
                left("layout"),
                right("vCPUs"),
                right("pair ns"),
                right("L3 %"),
                right("node %"),
                right("mem ns"),
                right("GPU ns"),
                right("shared"),
                right("cost"));
        for (WhatIf.Layout layout : whatIf.layouts()) {
            layout.cost()
                    .ifPresentOrElse(
                            cost -> row(table, layout, cost),
                            () -> table.row(layout.name(), "" + layout.vcpus(), "-", "-", "-", "-", "-", "-", "-"));
        }
        out.append(table.render(columns, unicode));
        wrap(
                out,
                "pair ns: mean time for a vCPU to see what another wrote; " + whatIf.basis()
                        + ". L3 %, node %: pairs of vCPUs without an L3 or NUMA node in common. mem ns, GPU ns: how much farther"
                        + " memory and graphics card are than at their own node. shared: vCPUs on cores that others run on too."
                        + " cost: all of it weighed for the goal, cache size and boost too; less is better, and it promises no"
                        + " time.",
                columns);
        whatIf.layouts().stream()
                .filter(layout -> !layout.reason().isEmpty())
                .forEach(layout -> wrap(out, layout.name() + " cannot be: " + layout.reason() + ".", columns));
        if (!whatIf.settings().isEmpty()) {
            settings(out, whatIf.settings(), columns, unicode);
        }
        return out.toString();
    }

    private static void row(TextTable table, WhatIf.Layout layout, LayoutCost cost) {
        table.row(
                layout.name(),
                "" + layout.vcpus(),
                number("%.0f", cost.pairNanos()),
                number("%.0f", 100 * cost.crossL3Pairs() / Math.max(1, cost.pairs())),
                number("%.0f", 100 * cost.crossNodePairs() / Math.max(1, cost.pairs())),
                number("%.0f", cost.memoryNanos()),
                number("%.0f", cost.gpuNanos()),
                number("%.0f %%", 100 * cost.sharedCores()),
                number("%.1f", cost.total()));
    }

    private static void settings(StringBuilder out, List<SettingEffect> settings, int columns, boolean unicode) {
        out.append('\n');
        TextTable table = TextTable.of(
                left("setting"),
                right(SettingEffect.WORKLOADS.get(0)),
                right(SettingEffect.WORKLOADS.get(1)),
                right(SettingEffect.WORKLOADS.get(2)),
                right(SettingEffect.WORKLOADS.get(3)));
        for (SettingEffect effect : settings) {
            List<String> cells = effect.toBare().stream()
                    .map(r -> r.map(v -> number("%.2f", v)).orElse("-"))
                    .toList();
            table.row(effect.setting(), cells.get(0), cells.get(1), cells.get(2), cells.get(3));
        }
        out.append(table.render(columns, unicode));
        wrap(
                out,
                "Times over those on bare metal (1 is bare metal), measured on the emulated Ryzen of NPTune's lab on its"
                        + " instruction clock, which does not see caches, TLB misses or memory types.",
                columns);
        settings.stream()
                .filter(effect -> !effect.remark().isEmpty())
                .forEach(effect -> wrap(out, effect.setting() + ": " + effect.remark(), columns));
    }

    private static void wrap(StringBuilder out, String text, int columns) {
        out.append(FindingText.wrap(text, columns, ""));
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
