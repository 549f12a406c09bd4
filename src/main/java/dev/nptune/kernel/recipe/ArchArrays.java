package dev.nptune.kernel.recipe;

import dev.nptune.kernel.recipe.Bash.Assignment;
import dev.nptune.kernel.recipe.Bash.Function;
import dev.nptune.kernel.recipe.Bash.Node;
import dev.nptune.kernel.recipe.Bash.Simple;
import dev.nptune.kernel.recipe.Bash.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// An array of a PKGBUILD, as far as it is set whatever the options are: assignments up to the first one in a branch.
///
/// @param text the PKGBUILD
/// @param name the array
/// @param parts its assignments, in order; none if it is not set
/// @param inBranch what is added to it in a branch or a function
record ArchArrays(String text, String name, List<Assignment> parts, List<Assignment> inBranch) {
    /// An element.
    ///
    /// @param value its text, computed parts as [BashElements#COMPUTED]
    /// @param word the word it comes from
    record Element(String value, Word word) {}

    static ArchArrays of(String text, List<Node> script, String name) {
        List<Assignment> parts = new ArrayList<>();
        List<Assignment> inBranch = new ArrayList<>();
        for (Node node : script) {
            if (node instanceof Simple simple) {
                for (Assignment each : named(text, simple, name)) {
                    if (!each.appends()) {
                        parts.clear();
                        inBranch.clear();
                    }
                    if (inBranch.isEmpty()) {
                        parts.add(each);
                    }
                }
            } else if (!packages(node)) {
                node.all()
                        .filter(Simple.class::isInstance)
                        .map(Simple.class::cast)
                        .forEach(s -> inBranch.addAll(named(text, s, name)));
            }
        }
        return new ArchArrays(text, name, List.copyOf(parts), List.copyOf(inBranch));
    }

    /// What a package is made of says nothing of what all are built from.
    private static boolean packages(Node node) {
        return node instanceof Function f && f.name().matches("_?package.*|prepare|build|check|pkgver");
    }

    private static List<Assignment> named(String text, Simple simple, String name) {
        for (Assignment each : simple.assignments()) {
            if (each.name().startsWith(name + "[")) {
                throw Unclear.at(text, each.from(), "a single element of " + name + " is set");
            }
            if (each.name().equals(name) && each.elements() == null) {
                throw Unclear.at(text, each.from(), name + " is no array");
            }
        }
        return simple.assignments().stream().filter(a -> a.name().equals(name)).toList();
    }

    boolean isSet() {
        return !parts.isEmpty();
    }

    /// Where it is named first, for messages.
    Optional<Integer> line() {
        return parts.isEmpty()
                ? inBranch.stream().findFirst().map(a -> Splices.line(text, a.from()))
                : Optional.of(Splices.line(text, parts.getFirst().from()));
    }

    private static List<Word> words(Assignment part) {
        List<Word> words = part.elements();
        return words == null ? List.of() : words;
    }

    List<Element> elements() {
        return parts.stream()
                .flatMap(p -> words(p).stream())
                .flatMap(w -> BashElements.of(text, w).stream().map(v -> new Element(v, w)))
                .toList();
    }

    /// Of what is added in branches, the words alone.
    List<Word> conditional() {
        return inBranch.stream().flatMap(a -> words(a).stream()).toList();
    }

    /// Puts an element in.
    ///
    /// @param index before which element; as many as there are for the end
    /// @throws Unclear if there are fewer elements
    void insert(Splices splices, int index, String value) {
        List<Element> all = elements();
        if (index > all.size()) {
            throw new Unclear(
                    line().orElse(1), name + " has " + all.size() + " elements where source has " + index + " before");
        }
        if (index > 0
                && index < all.size()
                && all.get(index - 1).word().equals(all.get(index).word())) {
            throw Unclear.at(text, all.get(index).word().from(), "braces in " + name);
        }
        if (index == 0) {
            first(splices, value);
            return;
        }
        Word before = all.get(index - 1).word();
        Assignment part = parts.stream()
                .filter(p -> words(p).contains(before))
                .reduce((_, last) -> last)
                .orElseThrow();
        after(splices, part, before, value);
    }

    private void first(Splices splices, String value) {
        Assignment part = parts.getFirst();
        Optional<Word> next = words(part).stream().findFirst();
        if (next.isEmpty()) {
            splices.insert(part.valueFrom() + 1, quotedLike('\'', value));
        } else {
            int at = next.get().from();
            splices.insert(
                    at,
                    quotedLike(text.charAt(at), value)
                            + (startsLine(next.get()) ? "\n" + Splices.indent(text, at) : " "));
        }
    }

    private void after(Splices splices, Assignment part, Word before, String value) {
        List<Word> words = words(part);
        boolean lines = startsLine(words.getLast());
        String element = quotedLike(text.charAt(before.from()), value);
        if (!lines) {
            splices.insert(before.to(), " " + element);
            return;
        }
        String indent = Splices.indent(text, words.getLast().from());
        int end = Splices.lineEnd(text, before.to());
        boolean comment = text.substring(before.to(), end).matches("[ \\t]+#.*");
        splices.insert(comment ? end : before.to(), "\n" + indent + element);
    }

    private boolean startsLine(Word word) {
        return text.substring(Splices.lineStart(text, word.from()), word.from()).isBlank();
    }

    private static String quotedLike(char sign, String value) {
        return sign == '\'' || sign == '"' || value.contains(" ")
                ? (sign == '"' ? "\"" + value + "\"" : "'" + value + "'")
                : value;
    }

    /// Index of the element that a file's name stands for: by what is before `::`, or the last part of its path.
    Optional<Integer> indexOf(String file) {
        List<Element> all = elements();
        return IntStream.range(0, all.size())
                .filter(i -> fileName(all.get(i).value()).equals(file))
                .boxed()
                .findFirst();
    }

    static String fileName(String source) {
        int renamed = source.indexOf("::");
        String path = renamed >= 0 ? source.substring(0, renamed) : source;
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
