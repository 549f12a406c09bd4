package dev.nptune.cli;

import dev.nptune.internal.text.Printable;
import dev.nptune.plan.Change;
import dev.nptune.plan.Choice;
import dev.nptune.plan.Plan;
import dev.nptune.plan.Topic;
import dev.nptune.plan.Touched;
import java.util.List;

/// A plan for people: what was decided and why, what it brings and costs, what will be changed, what is left alone.
final class PlanText {
    private static final String INDENT = " ".repeat(11);

    private final StringBuilder out = new StringBuilder();
    private final int columns;

    private PlanText(int columns) {
        this.columns = columns;
    }

    static String render(Plan plan, int columns) {
        PlanText text = new PlanText(columns);
        text.head(plan);
        for (Topic topic : Topic.values()) {
            text.topic(
                    topic,
                    plan.choices().stream().filter(c -> c.topic() == topic).toList());
        }
        text.changes(plan.changes(), false);
        text.notes(plan.notes());
        return Printable.lines(text.out.toString());
    }

    /// The changes alone, in order, each with what it really touches: what somebody agrees to must not be what the plan
    /// says of itself.
    static String changes(Plan plan, int columns) {
        PlanText text = new PlanText(columns);
        text.head(plan);
        text.changes(plan.changes(), true);
        return Printable.lines(text.out.toString());
    }

    private void head(Plan plan) {
        line(
                plan.changes().isEmpty()
                        ? "Plan for " + Printable.line(plan.domain()) + ": nothing to change"
                        : "Plan for " + Printable.line(plan.domain()) + ": "
                                + Plural.of(plan.changes().size(), "change"),
                "");
    }

    private void topic(Topic topic, List<Choice> choices) {
        if (choices.isEmpty()) {
            return;
        }
        out.append('\n');
        line(topic.words(), "");
        for (Choice choice : choices) {
            line("  " + choice.what(), "  ");
            line("    why    " + choice.why(), INDENT);
            if (!choice.brings().isEmpty()) {
                line("    brings " + choice.brings(), INDENT);
            }
            if (!choice.costs().isEmpty()) {
                line("    costs  " + choice.costs(), INDENT);
            }
        }
    }

    private void changes(List<Change> changes, boolean touched) {
        if (changes.isEmpty()) {
            return;
        }
        out.append('\n');
        line("changes, in order", "");
        for (int i = 0; i < changes.size(); i++) {
            line(String.format("%4d  %s", i + 1, Printable.line(changes.get(i).summary())), "      ");
            if (touched) {
                line("    > " + Touched.of(changes.get(i)), "        ");
            }
        }
    }

    private void notes(List<String> notes) {
        if (notes.isEmpty()) {
            return;
        }
        out.append('\n');
        line("to know", "");
        notes.forEach(note -> line("  - " + note, "    "));
    }

    private void line(String text, String indent) {
        out.append(FindingText.wrap(text, columns, indent));
    }
}
