package dev.nptune.apply;

import java.util.List;
import java.util.Optional;

/// Whole lines that were added to a text in one place.
///
/// @param text all of them, with their line ends
record AddedLines(String text) {
    /// What an edit added.
    ///
    /// @return empty if it did anything else
    static Optional<AddedLines> of(String before, String after) {
        List<String> old = lines(before);
        List<String> edited = lines(after);
        int added = edited.size() - old.size();
        int same = 0;
        while (same < old.size() && same < edited.size() && old.get(same).equals(edited.get(same))) {
            same++;
        }
        if (added <= 0 || !old.subList(same, old.size()).equals(edited.subList(same + added, edited.size()))) {
            return Optional.empty();
        }
        return Optional.of(new AddedLines(String.join("", edited.subList(same, same + added))));
    }

    /// The text without them.
    ///
    /// @return empty if they are not in it exactly once
    Optional<String> outOf(String other) {
        int at = other.indexOf(text);
        boolean wholeLines = at == 0 || (at > 0 && other.charAt(at - 1) == '\n');
        return wholeLines && other.indexOf(text, at + 1) < 0
                ? Optional.of(other.substring(0, at) + other.substring(at + text.length()))
                : Optional.empty();
    }

    /// With their line ends.
    private static List<String> lines(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("(?<=\n)"));
    }
}
