package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.TextLine;
import java.util.List;
import java.util.Optional;

/// How much deeper or shallower the file's lines stand than the hunk's.
///
/// @param cut blanks that the hunk's lines have more at the front
/// @param add blanks that the file's lines have more at the front
record Indents(String cut, String add) {
    static final Indents SAME = new Indents("", "");

    boolean isSame() {
        return cut.isEmpty() && add.isEmpty();
    }

    /// Of one line; empty if they do not differ by tabs or blanks at the front alone.
    static Optional<Indents> between(String old, String now) {
        String a = Source.indent(old);
        String b = Source.indent(now);
        if (b.endsWith(a)) {
            return Optional.of(new Indents("", b.substring(0, b.length() - a.length())));
        }
        return a.endsWith(b) ? Optional.of(new Indents(a.substring(0, a.length() - b.length()), "")) : Optional.empty();
    }

    /// The lines, shifted; empty if one of them stands too shallow.
    Optional<List<TextLine>> shift(List<TextLine> lines) {
        boolean can = lines.stream().map(TextLine::text).allMatch(text -> isFlat(text) || text.startsWith(cut));
        return can
                ? Optional.of(lines.stream()
                        .map(line -> new TextLine(shift(line.text()), line.terminated()))
                        .toList())
                : Optional.empty();
    }

    /// Blank lines and directives stay where they are.
    private static boolean isFlat(String text) {
        return text.isBlank() || text.startsWith("#");
    }

    private String shift(String text) {
        return isFlat(text) ? text : add + text.substring(cut.length());
    }
}
