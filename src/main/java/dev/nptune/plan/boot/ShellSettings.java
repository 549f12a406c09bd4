package dev.nptune.plan.boot;

import dev.nptune.host.CommandLine;
import dev.nptune.host.CommandLine.Parameter;
import dev.nptune.plan.boot.ShellFile.Assignment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Kernel arguments in variables that a shell sets in several files one after the other.
///
/// Only values are edited, in the quotes they have. What comes out is read once more, and is only good if every
/// variable
/// then says what it said, without what was dropped and with what was added.
final class ShellSettings {
    private final SequencedMap<String, String> files;
    private final List<String> variables;

    /// @param files text by path, in the order in which they are read; there is at least one
    /// @param variables the variables with arguments; what is added goes to the first of them that is set
    ShellSettings(SequencedMap<String, String> files, List<String> variables) {
        this.files = files;
        this.variables = List.copyOf(variables);
    }

    /// What came of an edit.
    ///
    /// @param files all files afterwards
    /// @param target the variable that arguments are added to
    record Edited(SequencedMap<String, String> files, String target) {}

    private record Located(String file, Assignment assignment) {}

    /// Edits.
    ///
    /// @throws ShellFile.Unclear if some file is no list of assignments
    /// @throws IllegalArgumentException if the values cannot be edited so that they say what they are to, with
    /// the reason
    Edited edit(ArgumentEdit edit) {
        List<Located> all = located(files);
        ShellValues before = values(files);
        List<Parameter> there = variables.stream()
                .flatMap(v -> CommandLine.parse(before.get(v)).parameters().stream())
                .toList();
        List<Parameter> missing = edit.missing(there);
        Optional<String> set = variables.stream().filter(before::isSet).findFirst();
        String target = set.orElse(variables.getFirst());
        Map<String, List<Splice>> splices = new LinkedHashMap<>();
        for (String variable : variables) {
            List<Located> counting = counting(all, variable);
            for (int i = 0; i < counting.size(); i++) {
                boolean adds = i + 1 == counting.size() && variable.equals(target);
                splices.computeIfAbsent(counting.get(i).file(), _ -> new ArrayList<>())
                        .addAll(splices(counting.get(i), edit::drops, adds ? missing : List.of()));
            }
        }
        SequencedMap<String, String> after = new LinkedHashMap<>(files);
        splices.forEach((file, here) -> after.computeIfPresent(file, (_, text) -> Splice.apply(text, here)));
        if (set.isEmpty() && !missing.isEmpty()) {
            String first = after.firstEntry().getKey();
            after.put(first, withLine(after.firstEntry().getValue(), target, missing));
        }
        verify(edit, before, values(after), target, missing);
        return new Edited(after, target);
    }

    private List<Splice> splices(Located each, Predicate<Parameter> drops, List<Parameter> add) {
        Decoded value = each.assignment().value();
        String text = value.text();
        List<Splice> words = KernelArguments.splices(text, drops, add);
        if (!add.isEmpty() && value.isBare()) {
            return List.of(new Splice(
                    each.assignment().from(), each.assignment().to(), written('\0', Splice.apply(text, words))));
        }
        return value.inFile(words, ShellSettings::written);
    }

    static String written(char quote, String text) {
        if (quote == '\'') {
            return text;
        }
        String escaped = text.replaceAll("[\\\\$`\"]", "\\\\$0");
        return quote == '"' ? escaped : "\"" + escaped + "\"";
    }

    private static String withLine(String text, String variable, List<Parameter> add) {
        String value = Splice.apply("", KernelArguments.splices("", _ -> false, add));
        return text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + variable + "=" + written('\0', value)
                + "\n";
    }

    /// The assignments whose text is in a variable at the end.
    private static List<Located> counting(List<Located> all, String variable) {
        List<Located> out = new ArrayList<>();
        for (Located each : all.reversed()) {
            if (each.assignment().name().equals(variable)) {
                out.addFirst(each);
                boolean goesOn = each.assignment().appends()
                        || each.assignment().value().units().stream()
                                .anyMatch(u -> u.variable().equals(variable));
                if (!goesOn) {
                    break;
                }
            }
        }
        return out;
    }

    private static List<Located> located(SequencedMap<String, String> files) {
        return files.entrySet().stream()
                .flatMap(f -> ShellFile.parse(f.getValue()).stream().map(a -> new Located(f.getKey(), a)))
                .toList();
    }

    private ShellValues values(SequencedMap<String, String> now) {
        ShellValues values = new ShellValues(variables);
        now.values().forEach(text -> values.read(text, ShellFile.parse(text)));
        return values;
    }

    private void verify(
            ArgumentEdit edit, ShellValues before, ShellValues after, String target, List<Parameter> missing) {
        for (String variable : variables) {
            if (before.mayEndArguments(variable)) {
                throw new IllegalArgumentException("where the kernel's arguments end in " + variable + " is computed");
            }
            CommandLine old = CommandLine.parse(before.get(variable));
            CommandLine wanted = new CommandLine(
                    Stream.of(
                                    old.parameters().stream()
                                            .filter(p -> !edit.drops(p))
                                            .toList(),
                                    variable.equals(target) ? missing : List.<Parameter>of())
                            .flatMap(Collection::stream)
                            .toList(),
                    old.init());
            if (!CommandLine.parse(after.get(variable)).equals(wanted)) {
                throw new IllegalArgumentException(
                        "what " + variable + " says is put together in a way that is not edited safely");
            }
        }
        Set<String> others = new HashSet<>(before.names());
        others.addAll(after.names());
        others.removeAll(variables);
        for (String other : others) {
            if (!after.get(other).equals(before.get(other))) {
                throw new IllegalArgumentException(other + " is made of a variable that holds kernel arguments");
            }
        }
    }
}
