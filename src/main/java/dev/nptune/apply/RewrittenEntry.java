package dev.nptune.apply;

import dev.nptune.host.CommandLine;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An entry of the Boot Loader Specification that its own tool has written again. kernel-install writes another first
/// line then, and puts the arguments in another order; what the entry starts is the same.
final class RewrittenEntry {
    private static final Pattern LINE = Pattern.compile("(?m)^[ \\t]*([A-Za-z-]+)[ \\t]+(.*)$");
    private static final Pattern OPTIONS = Pattern.compile("(?m)^([ \\t]*options[ \\t]+)(.*)\\R?");

    private RewrittenEntry() {}

    /// Whether two entries start the same files with the same arguments, or are the same.
    static boolean isLike(String one, String other) {
        return one.equals(other)
                || (List.of("linux", "initrd").stream()
                                .allMatch(key -> values(one, key).equals(values(other, key)))
                        && !values(one, "linux").isEmpty()
                        && sorted(one).equals(sorted(other))
                        && ordered(one).equals(ordered(other)));
    }

    /// An entry with the arguments of another one, all in its first line of them.
    static String withOptions(String entry, String other) {
        String options = String.join(" ", values(other, "options"));
        Matcher lines = OPTIONS.matcher(entry);
        StringBuilder out = new StringBuilder();
        boolean first = true;
        while (lines.find()) {
            String line = first ? lines.group(1) + options + "\n" : "";
            lines.appendReplacement(out, Matcher.quoteReplacement(line));
            first = false;
        }
        return lines.appendTail(out).toString();
    }

    private static List<String> values(String entry, String key) {
        return LINE.matcher(entry)
                .results()
                .filter(m -> m.group(1).equals(key))
                .map(m -> m.group(2).strip())
                .toList();
    }

    private static List<CommandLine.Parameter> arguments(String entry) {
        return CommandLine.parse(String.join(" ", values(entry, "options"))).parameters();
    }

    private static List<String> sorted(String entry) {
        return arguments(entry).stream()
                .map(CommandLine.Parameter::toString)
                .sorted()
                .toList();
    }

    /// Those whose order the kernel minds: of one name the last counts or is the console, and huge pages are of the
    /// size that is named before them.
    private static List<String> ordered(String entry) {
        List<CommandLine.Parameter> all = arguments(entry);
        return all.stream()
                .filter(p -> p.name().startsWith("hugepages")
                        || all.stream().filter(q -> q.name().equals(p.name())).count() > 1)
                .map(CommandLine.Parameter::toString)
                .toList();
    }
}
