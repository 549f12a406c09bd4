package dev.nptune.apply;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Whole lines that were added to a text in one place.
///
/// Blank ones at their ends set them apart from their neighbours. A tool that writes the text anew may drop those, or
/// others in their stead, so they are not looked for; as many as were added go with the others where they are there.
///
/// @param before how many blank lines come first
/// @param lines from the first that is not blank to the last, with their line ends
/// @param after how many blank lines come last
record AddedLines(int before, List<String> lines, int after) {
    AddedLines {
        lines = List.copyOf(lines);
    }

    /// What an edit added; a line end that the text lacked belongs to the text.
    ///
    /// @return empty if it did anything else
    static Optional<AddedLines> of(String before, String after) {
        List<String> old = split(before);
        List<String> edited = split(after);
        if (!old.isEmpty() && !before.endsWith("\n") && after.startsWith(before + "\n")) {
            old.set(old.size() - 1, old.getLast() + "\n");
        }
        int added = edited.size() - old.size();
        int same = 0;
        while (same < old.size() && same < edited.size() && old.get(same).equals(edited.get(same))) {
            same++;
        }
        if (added <= 0 || !old.subList(same, old.size()).equals(edited.subList(same + added, edited.size()))) {
            return Optional.empty();
        }
        return of(edited.subList(same, same + added));
    }

    private static Optional<AddedLines> of(List<String> added) {
        int first = 0;
        while (first < added.size() && added.get(first).isBlank()) {
            first++;
        }
        int end = added.size();
        while (end > first && added.get(end - 1).isBlank()) {
            end--;
        }
        return first == end
                ? Optional.empty()
                : Optional.of(new AddedLines(first, added.subList(first, end), added.size() - end));
    }

    /// The text without them.
    ///
    /// @return empty if they are not in it exactly once, together
    Optional<String> outOf(String other) {
        List<String> all = split(other);
        int first = Collections.indexOfSubList(all, lines);
        if (first < 0 || first != Collections.lastIndexOfSubList(all, lines)) {
            return Optional.empty();
        }
        int end = first + lines.size();
        for (int i = 0; i < after && end < all.size() && all.get(end).isBlank(); i++) {
            end++;
        }
        for (int i = 0; i < before && first > 0 && all.get(first - 1).isBlank(); i++) {
            first--;
        }
        all.subList(first, end).clear();
        return Optional.of(String.join("", all));
    }

    /// With their line ends.
    private static List<String> split(String text) {
        return new ArrayList<>(text.isEmpty() ? List.of() : List.of(text.split("(?<=\n)")));
    }
}
