package dev.nptune.plan.boot;

import dev.nptune.host.CommandLine;
import dev.nptune.host.CommandLine.Parameter;
import dev.nptune.plan.boot.KernelArguments.Place;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Files that hold nothing but kernel arguments, `/etc/kernel/cmdline` and those in `/etc/cmdline.d`. Lines are joined
/// by blanks, and those that begin with `#` are comments. Sources: kernel-install(8), mkinitcpio(8).
final class CommandLineFile {
    private static final Pattern LINE = Pattern.compile("(?m)^(?!#)[^\\n]*$");

    private CommandLineFile() {}

    /// The arguments that a file holds.
    static String arguments(String text) {
        return text.lines().filter(l -> !l.startsWith("#")).collect(Collectors.joining(" "));
    }

    /// A file with its arguments edited.
    static String edited(String text, ArgumentEdit edit) {
        return edited(
                text, edit, edit.missing(CommandLine.parse(arguments(text)).parameters()));
    }

    /// A file from which arguments are dropped, and to whose last line with arguments others are added.
    static String edited(String text, ArgumentEdit edit, List<Parameter> missing) {
        List<Place> lines = LINE.matcher(text)
                .results()
                .filter(l -> !l.group().isBlank())
                .map(l -> new Place(l.start(), l.end()))
                .toList();
        if (lines.isEmpty() && !missing.isEmpty()) {
            String added = Splice.apply("", KernelArguments.splices("", _ -> false, missing));
            return text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + added + "\n";
        }
        return Splice.apply(text, KernelArguments.spread(text, lines, edit::drops, missing));
    }
}
