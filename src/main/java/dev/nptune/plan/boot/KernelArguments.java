package dev.nptune.plan.boot;

import dev.nptune.host.CommandLine;
import dev.nptune.host.CommandLine.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The text of a kernel command line, edited word by word: what is not dropped stays to the byte.
///
/// Words are told apart as [CommandLine] does it. What is added comes before a lone `--`, behind which all is for init,
/// and before a last word whose quote is never closed.
public final class KernelArguments {
    private KernelArguments() {}

    /// Edits a command line.
    ///
    /// @return the same text if there is nothing to add or to drop
    public static String edit(String commandLine, ArgumentEdit edit) {
        return Splice.apply(commandLine, splices(commandLine, edit));
    }

    /// A word and where it stands.
    private record Word(int from, int to, Parameter parameter, boolean open) {
        boolean endsArguments() {
            return parameter.name().equals("--") && parameter.value().isEmpty();
        }
    }

    /// What [#edit] does, as pieces.
    static List<Splice> splices(String text, ArgumentEdit edit) {
        return splices(text, edit::drops, edit.missing(CommandLine.parse(text).parameters()));
    }

    /// Drops some arguments and adds others.
    static List<Splice> splices(String text, Predicate<Parameter> drops, List<Parameter> add) {
        List<Word> words = words(text);
        int end = 0;
        while (end < words.size() && !words.get(end).endsArguments()) {
            end++;
        }
        List<Splice> out = new ArrayList<>();
        int limit = end;
        int lastKept = -1;
        for (int i = 0; i < end; i++) {
            Word word = words.get(i);
            if (drops.test(word.parameter())) {
                out.add(dropped(word, lastKept >= 0, i + 1 < words.size()));
            } else if (word.open()) {
                limit = i;
            } else {
                lastKept = word.to();
            }
        }
        if (!add.isEmpty()) {
            String added = add.stream().map(KernelArguments::written).collect(Collectors.joining(" "));
            if (lastKept >= 0) {
                out.add(new Splice(lastKept, lastKept, " " + added));
            } else if (limit < words.size()) {
                out.add(insertion(words.get(limit).from(), added + " "));
            } else {
                out.add(insertion(
                        words.isEmpty() ? text.length() : words.getFirst().from(), added));
            }
        }
        return out;
    }

    /// A command line that is spread over several places of a text: what is dropped goes from each, what is added goes
    /// to
    /// the last.
    static List<Splice> spread(String text, List<Place> places, Predicate<Parameter> drops, List<Parameter> add) {
        List<Splice> out = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Place at = places.get(i);
            List<Parameter> here = i + 1 == places.size() ? add : List.of();
            splices(text.substring(at.from(), at.to()), drops, here).stream()
                    .map(s -> new Splice(at.from() + s.from(), at.from() + s.to(), s.text()))
                    .forEach(out::add);
        }
        return out;
    }

    /// A part of a text.
    record Place(int from, int to) {}

    private static Splice insertion(int at, String text) {
        return new Splice(at, at, text);
    }

    /// A word goes with the blank before it, the first one with the blank behind it.
    private static Splice dropped(Word word, boolean somethingBefore, boolean somethingBehind) {
        if (somethingBefore) {
            return new Splice(word.from() - 1, word.to(), "");
        }
        return new Splice(word.from(), somethingBehind ? word.to() + 1 : word.to(), "");
    }

    /// An argument as the kernel reads it back.
    static String written(Parameter parameter) {
        return parameter
                .value()
                .filter(v -> v.contains(" "))
                .map(v -> parameter.name() + "=\"" + v + "\"")
                .orElseGet(parameter::toString);
    }

    private static List<Word> words(String text) {
        List<Word> words = new ArrayList<>();
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || (!quoted && isBlank(text.charAt(i)))) {
                if (i > start) {
                    words.add(new Word(start, i, parameter(text.substring(start, i)), quoted));
                }
                start = i + 1;
            } else if (text.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        return words;
    }

    private static Parameter parameter(String word) {
        List<Parameter> parameters = CommandLine.parse(word).parameters();
        return parameters.isEmpty() ? ArgumentEdit.parameter("--") : parameters.getFirst();
    }

    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
