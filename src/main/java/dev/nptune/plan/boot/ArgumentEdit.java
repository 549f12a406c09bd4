package dev.nptune.plan.boot;

import dev.nptune.host.CommandLine.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Kernel arguments to add and to drop.
///
/// An argument is `name` or `name=value` without quotes, whatever the value holds; quotes are put where they are
/// needed.
///
/// @param add arguments to add, in order; one that is there already is not added again
/// @param drop arguments to drop: `name` whatever its value, `name=value` that one alone. A name that is added as well
///     is dropped with other values only
public record ArgumentEdit(List<String> add, List<String> drop) {
    private static final int MAX_LENGTH = 512;

    /// @throws IllegalArgumentException if an argument is empty, holds a quote or a character that is not printable
    ///     ASCII, is about `root`, or is both added and dropped
    public ArgumentEdit {
        add = add.stream().distinct().toList();
        drop = drop.stream().distinct().toList();
        Stream.concat(add.stream(), drop.stream()).forEach(ArgumentEdit::check);
        for (String word : drop) {
            Parameter dropped = parameter(word);
            if (dropped.value().isPresent() && added(add).anyMatch(a -> same(a, dropped))) {
                throw new IllegalArgumentException("added and dropped: " + word);
            }
        }
    }

    private static void check(String word) {
        if (word.isEmpty() || word.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("an argument has 1 to " + MAX_LENGTH + " characters: " + word);
        }
        if (!word.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '"')) {
            throw new IllegalArgumentException("an argument is printable ASCII without quotes: " + word);
        }
        Parameter parameter = parameter(word);
        if (parameter.name().contains(" ") || word.startsWith("=") || word.equals("--")) {
            throw new IllegalArgumentException("not an argument's name: " + parameter.name());
        }
        if (parameter.is("root")) {
            throw new IllegalArgumentException("root= is what the machine boots from and stays: " + word);
        }
    }

    /// What is not given any more afterwards, with any value: a name that is added as well is not among it.
    List<String> gone() {
        return drop.stream()
                .filter(d -> added(add).noneMatch(a -> a.is(parameter(d).name())))
                .toList();
    }

    /// The change in words, `+` and `-` before what comes and goes.
    public String words() {
        return Stream.concat(add.stream().map(a -> "+" + a), gone().stream().map(d -> "-" + d))
                .collect(Collectors.joining(" "));
    }

    /// Whether an argument on a command line is to go.
    boolean drops(Parameter there) {
        return drop.stream()
                .map(ArgumentEdit::parameter)
                .anyMatch(d -> there.is(d.name())
                        && (d.value().isEmpty()
                                ? added(add).noneMatch(a -> same(a, there))
                                : d.value().equals(there.value())));
    }

    /// What is to be added to a command line with these arguments.
    List<Parameter> missing(List<Parameter> there) {
        return added(add).filter(a -> there.stream().noneMatch(p -> same(a, p))).toList();
    }

    /// Whether a command line is as one with the change, so that nothing tells the one from the other.
    boolean isMetBy(List<Parameter> there) {
        return missing(there).isEmpty()
                && gone().stream()
                        .map(ArgumentEdit::parameter)
                        .noneMatch(d -> there.stream()
                                .anyMatch(p -> p.is(d.name())
                                        && (d.value().isEmpty() || d.value().equals(p.value()))));
    }

    private static Stream<Parameter> added(List<String> words) {
        return words.stream().map(ArgumentEdit::parameter);
    }

    static boolean same(Parameter one, Parameter other) {
        return one.is(other.name()) && one.value().equals(other.value());
    }

    static Parameter parameter(String word) {
        int equals = word.indexOf('=', 1);
        return equals < 0
                ? new Parameter(word, Optional.empty())
                : new Parameter(word.substring(0, equals), Optional.of(word.substring(equals + 1)));
    }
}
