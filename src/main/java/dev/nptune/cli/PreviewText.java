package dev.nptune.cli;

import dev.nptune.apply.Preview;
import dev.nptune.internal.text.Printable;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import java.util.List;
import java.util.stream.Collectors;

/// What `--dry-run` shows: change by change, what would be done, and what is against it.
final class PreviewText {
    private static final String INDENT = "      ";

    private PreviewText() {}

    /// @param plan whose changes they are
    /// @param diff whether to show each change's diff
    static String render(Preview preview, Plan plan, boolean diff, int columns) {
        StringBuilder out = new StringBuilder();
        boolean back = !preview.run().isEmpty();
        String what = back ? "Taking run " + preview.run() + " back" : "Applying the plan for " + plan.domain();
        out.append(FindingText.wrap(
                Printable.line(what) + ", as it would be done now. Nothing was changed.", columns, ""));
        preview.notes().forEach(n -> out.append(FindingText.wrap("- " + Printable.line(n), columns, "  ")));
        Preview first = preview.first();
        if (first != null) {
            out.append("\nFirst, taking run ").append(first.run()).append(" back\n");
            first.steps().forEach(s -> out.append(step(s, true, columns)));
            out.append("\nThen, applying the plan\n");
        }
        for (Preview.Step step : preview.steps()) {
            out.append(step(step, back, columns));
            if (diff) {
                out.append(diff(plan, step.index()));
            }
        }
        return out.append('\n')
                .append(FindingText.wrap(verdict(preview, back), columns, ""))
                .toString();
    }

    private static String step(Preview.Step step, boolean back, int columns) {
        StringBuilder out = new StringBuilder("\n");
        out.append(FindingText.wrap(
                String.format("%4d  %s", step.index() + 1, Printable.line(step.summary())), columns, INDENT));
        // a command line stays on one line, to be copied
        step.does().forEach(d -> out.append(INDENT).append(Printable.line(d)).append('\n'));
        step.changedSince().forEach(c -> out.append(wrapped("changed since: " + c, columns)));
        step.unfit().forEach(u -> out.append(wrapped((back ? "left: " : "does not fit: ") + u, columns)));
        step.unchecked().forEach(u -> out.append(wrapped("not checked: " + u, columns)));
        return out.toString();
    }

    private static String wrapped(String text, int columns) {
        return FindingText.wrap(INDENT + Printable.line(text), columns, INDENT + "  ");
    }

    private static String diff(Plan plan, int index) {
        Plan one = Plan.of(plan.domain(), List.of(plan.changes().get(index)));
        return PlanDiff.render(one).lines().skip(1).map(l -> INDENT + l + "\n").collect(Collectors.joining());
    }

    private static String verdict(Preview preview, boolean back) {
        long unfit = unfit(preview);
        long unchecked =
                preview.steps().stream().filter(s -> !s.unchecked().isEmpty()).count();
        Preview first = preview.first();
        if (!preview.obstacle().isEmpty()) {
            return "It would be refused: " + Printable.line(preview.obstacle()) + ".";
        }
        if (first != null && !first.fits()) {
            return "It would not come to the plan: " + Plural.of(unfit(first), "change") + " of run " + first.run()
                    + " would be left.";
        }
        if (unfit > 0) {
            return back
                    ? "Not all of it would be taken back: " + Plural.of(unfit, "change") + " would be left."
                    : "It would be refused: " + Plural.of(unfit, "change") + (unfit == 1 ? " does" : " do")
                            + " not fit the machine as it is now.";
        }
        if (preview.steps().isEmpty()) {
            return "There is nothing to do.";
        }
        return unchecked == 0
                ? "It would go."
                : "It would go as far as can be seen; run it with sudo to have everything checked.";
    }

    private static long unfit(Preview preview) {
        return preview.steps().stream().filter(s -> !s.unfit().isEmpty()).count();
    }
}
