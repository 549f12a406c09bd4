package dev.nptune.plan.boot;

import dev.nptune.host.CommandLine.Parameter;
import dev.nptune.plan.boot.KernelArguments.Place;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The text of a Boot Loader Specification entry: a key and a value to a line; several `options` are joined by blanks.
///
/// Source: https://uapi-group.org/specifications/specs/boot_loader_specification/
record EntryText(String text) {
    private static final Pattern LINE = Pattern.compile("(?m)^[ \\t]*([A-Za-z-]+)[ \\t]+(.*)$");

    /// All arguments.
    String options() {
        return String.join(" ", values("options"));
    }

    /// The values of a key, in order.
    List<String> values(String key) {
        return LINE.matcher(text)
                .results()
                .filter(m -> m.group(1).equals(key))
                .map(m -> m.group(2).strip())
                .toList();
    }

    Optional<String> value(String key) {
        return values(key).stream().findFirst();
    }

    /// The text with its arguments edited: dropped from every line, added to the last one.
    String edited(ArgumentEdit edit) {
        List<Place> lines = LINE.matcher(text)
                .results()
                .filter(l -> l.group(1).equals("options"))
                .map(l -> new Place(l.start(2), l.end(2)))
                .toList();
        List<Parameter> missing = edit.missing(Site.configuredBy(options()));
        if (lines.isEmpty()) {
            String added = missing.stream().map(KernelArguments::written).collect(Collectors.joining(" "));
            return added.isEmpty()
                    ? text
                    : text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + "options " + added + "\n";
        }
        return Splice.apply(text, KernelArguments.spread(text, lines, edit::drops, missing));
    }
}
