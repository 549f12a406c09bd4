package dev.nptune.plan.boot;

import dev.nptune.host.CommandLine;
import dev.nptune.host.CommandLine.Parameter;
import dev.nptune.plan.boot.Decoded.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Settings of limine-entry-tool and limine-mkinitcpio-hook: `KERNEL_CMDLINE[default]+="…"`, in `/etc/default/limine`
/// and in files of `/etc/limine-entry-tool.d`, of which the former is read last.
///
/// A section by a kernel's name that is set with `=` stands in place of the default one, for that kernel.
///
/// @param files text by path, in the order in which they are read
record LimineSettings(SequencedMap<String, String> files) {
    static final String DEFAULT = "default";

    private static final String NAME = "KERNEL_CMDLINE\\[[\"']?([^\\]\"'\\n]+)[\"']?\\]";
    private static final String VALUE = "(\"[^\"\\n]*\"|'[^'\\n]*'|[^\"'\\n]*)";
    private static final Pattern LINE = Pattern.compile("(?m)^[ \\t]*" + NAME + "[ \\t]*(\\+?)=[ \\t]*" + VALUE);

    private record Line(String file, String section, boolean appends, Decoded value) {}

    boolean isEmpty() {
        return lines().isEmpty();
    }

    /// The files with the default section edited, and a kernel's own section where it has one.
    ///
    /// @throws IllegalArgumentException if the values are put together in another way than is understood
    SequencedMap<String, String> edited(ArgumentEdit edit, Optional<String> kernel) {
        SequencedMap<String, String> out = new LinkedHashMap<>(files);
        Map<String, List<Splice>> splices = new LinkedHashMap<>();
        List<Line> all = lines();
        List<Line> counting = counting(all, DEFAULT);
        List<Line> own = kernel.map(k -> counting(all, k)).orElse(List.of());
        boolean inPlace = !own.isEmpty() && !own.getFirst().appends();
        edit(counting, edit, edit.missing(parameters(counting)), splices);
        edit(own, edit, inPlace ? edit.missing(parameters(own)) : List.of(), splices);
        splices.forEach((file, here) -> out.computeIfPresent(file, (_, text) -> Splice.apply(text, here)));
        verify(edit, new LimineSettings(out), DEFAULT);
        return out;
    }

    private static void edit(
            List<Line> lines, ArgumentEdit edit, List<Parameter> missing, Map<String, List<Splice>> splices) {
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            List<Parameter> add = i + 1 == lines.size() ? missing : List.of();
            splices.computeIfAbsent(line.file(), _ -> new ArrayList<>())
                    .addAll(line.value()
                            .inFile(
                                    KernelArguments.splices(line.value().text(), edit::drops, add),
                                    (quote, text) -> quote == 0 ? "\"" + text + "\"" : text));
        }
    }

    private void verify(ArgumentEdit edit, LimineSettings after, String section) {
        CommandLine old = CommandLine.parse(text(counting(lines(), section)));
        List<Parameter> wanted = new ArrayList<>(
                old.parameters().stream().filter(p -> !edit.drops(p)).toList());
        wanted.addAll(edit.missing(old.parameters()));
        String now = text(counting(after.lines(), section));
        if (!CommandLine.parse(now).equals(new CommandLine(wanted, old.init()))) {
            throw new IllegalArgumentException("what KERNEL_CMDLINE says is put together of parts of arguments");
        }
    }

    private static List<Parameter> parameters(List<Line> lines) {
        return CommandLine.parse(text(lines)).parameters();
    }

    private static String text(List<Line> lines) {
        return lines.stream().map(l -> l.value().text()).reduce("", (a, b) -> a + " " + b);
    }

    /// The lines whose text is in a section at the end.
    private static List<Line> counting(List<Line> all, String section) {
        List<Line> out = new ArrayList<>();
        for (Line line : all.reversed()) {
            if (line.section().equals(section)) {
                out.addFirst(line);
                if (!line.appends()) {
                    break;
                }
            }
        }
        return out;
    }

    private List<Line> lines() {
        List<Line> out = new ArrayList<>();
        files.forEach((file, text) -> {
            Matcher line = LINE.matcher(text);
            while (line.find()) {
                out.add(new Line(
                        file, line.group(1).strip(), !line.group(2).isEmpty(), value(line.group(3), line.start(3))));
            }
        });
        return out;
    }

    private static Decoded value(String raw, int from) {
        boolean quoted = raw.startsWith("\"") || raw.startsWith("'");
        String written = quoted ? raw : raw.stripTrailing();
        char quote = quoted ? raw.charAt(0) : '\0';
        int skip = quoted ? 1 : 0;
        List<Unit> units = new ArrayList<>();
        for (int i = skip; i < written.length() - skip; i++) {
            units.add(Unit.of(written.charAt(i), from + i, from + i + 1, quote));
        }
        Unit empty = quoted && units.isEmpty() ? Unit.of(Decoded.COMPUTED, from + 1, from + 1, quote) : null;
        return new Decoded(units, empty, from + written.length());
    }
}
