package dev.nptune.plan;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.ShellText;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a change really touches, in a line: read from what it does, not from what it says of itself. A plan may come
/// from a stranger, and its summaries with it.
///
/// Names are told whole, however long they are; what cannot be seen in them is shown as an escape (see [Printable]).
public final class Touched {
    /// As much of a value as is shown.
    private static final int MAX_VALUE = 120;

    private Touched() {}

    /// The file, command line or VM, and what becomes of it.
    public static String of(Change change) {
        return Printable.line(
                switch (change) {
                    case Change.EditFile e -> file(e);
                    case Change.DefineDomain d -> "run virsh define, with new XML for VM '" + d.domain() + "'";
                    case Change.WriteSysfs w -> "write " + quoted(w.after()) + " to " + w.path();
                    case Change.ReloadModule r ->
                        "run " + line("modprobe", "-r", r.module()) + " and " + line("modprobe", r.module());
                    case Change.BindDriver b ->
                        "bind PCI function " + b.address() + " (" + b.id() + ") to " + b.after();
                    case Change.KeepCopy k -> "copy " + k.from() + " to " + k.to();
                    case Change.Rebuild r ->
                        "run " + words(r.builder().argv(r.kernel(), r.outputs().getFirst()).stream())
                                + (r.builder().inPlace() ? ", which writes " + String.join(", ", r.outputs()) : "");
                    case Change.EditBootEntry e -> "write " + e.path() + (e.trial() ? ", for one try" : "");
                    case Change.SetGrubVariable s -> "set " + s.name() + "=" + quoted(s.value()) + " in " + s.block();
                    case Change.OstreeArguments o ->
                        "run "
                                + words(Stream.of(
                                                Stream.of("rpm-ostree", "kargs"),
                                                o.append().stream().map(a -> "--append=" + a),
                                                o.delete().stream().map(a -> "--delete=" + a))
                                        .flatMap(part -> part));
                });
    }

    private static String file(Change.EditFile change) {
        String after = change.after();
        if (after == null) {
            return "remove " + change.path();
        }
        if (change.before() == null) {
            return "make " + change.path() + (after.startsWith("#!") ? ", a program" : "");
        }
        return (Objects.equals(change.before(), after) ? "leave as it is " : "write ") + change.path();
    }

    private static String line(String... words) {
        return words(Stream.of(words));
    }

    private static String words(Stream<String> words) {
        return words.map(ShellText::word).collect(Collectors.joining(" "));
    }

    private static String quoted(String value) {
        return "'" + Printable.brief(value, MAX_VALUE) + "'";
    }
}
