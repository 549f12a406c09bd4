package dev.nptune.plan;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UnifiedDiff;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A plan as text to be read before it is carried out: a unified diff for each file and for the domain's XML, a line
/// for everything else. Each part stands under its summary as a `#` line.
///
/// What cannot be seen in files is shown as an escape (see [Printable]), so that nothing in them reaches a terminal.
public final class PlanDiff {
    private PlanDiff() {}

    /// Renders a plan; a plan without changes gives an empty text.
    public static String render(Plan plan) {
        StringBuilder out = new StringBuilder();
        for (Change change : plan.changes()) {
            out.append(out.isEmpty() ? "" : "\n");
            out.append("# ").append(change.summary().replace('\n', ' ')).append('\n');
            out.append(body(change));
        }
        return Printable.lines(out.toString());
    }

    private static String body(Change change) {
        return switch (change) {
            case Change.EditFile e -> UnifiedDiff.of(e.path().replaceFirst("^/", ""), e.before(), e.after());
            case Change.DefineDomain d -> UnifiedDiff.of("domain/" + d.domain() + ".xml", d.before(), d.after());
            case Change.WriteSysfs w -> w.path() + ": " + w.before() + " → " + w.after() + "\n";
            case Change.ReloadModule r ->
                "/sys/module/" + r.module() + "/parameters/" + r.parameter() + ": " + r.before() + " → " + r.after()
                        + "\n";
            case Change.BindDriver b ->
                "/sys/bus/pci/devices/" + b.address() + "/driver (" + b.id() + "): "
                        + (b.before() == null ? "(none)" : b.before()) + " → " + b.after() + "\n";
            case Change.KeepCopy k ->
                k.from() + " → " + k.to() + (k.renamed().isEmpty() ? "" : ", with " + new TreeMap<>(k.renamed()))
                        + "\n";
            case Change.Rebuild r ->
                String.join(" ", r.builder().argv(r.kernel(), r.outputs().getFirst())) + "\n";
            case Change.EditBootEntry e -> UnifiedDiff.of(e.path().replaceFirst("^/", ""), e.before(), e.after());
            case Change.SetGrubVariable s -> s.block() + ": " + s.name() + "=" + s.value() + "\n";
            case Change.OstreeArguments o -> ostree(o);
        };
    }

    private static String ostree(Change.OstreeArguments change) {
        return change.delete().stream().map(a -> "-" + a + "\n").collect(Collectors.joining())
                + change.append().stream().map(a -> "+" + a + "\n").collect(Collectors.joining());
    }
}
