package dev.nptune.kernel.diff;

import java.util.ArrayList;
import java.util.List;

/// A line of a file.
///
/// @param text without its line feed, ISO 8859-1
/// @param terminated whether a line feed follows; false only for the last line of a file that has none
public record TextLine(String text, boolean terminated) {
    /// The lines of a text; none of an empty one.
    public static List<TextLine> of(String text) {
        List<TextLine> lines = new ArrayList<>();
        int begin = 0;
        for (int end; (end = text.indexOf('\n', begin)) >= 0; begin = end + 1) {
            lines.add(new TextLine(text.substring(begin, end), true));
        }
        if (begin < text.length()) {
            lines.add(new TextLine(text.substring(begin), false));
        }
        return lines;
    }

    /// The text of lines.
    public static String join(List<TextLine> lines) {
        StringBuilder text = new StringBuilder();
        for (TextLine line : lines) {
            text.append(line.text());
            if (line.terminated()) {
                text.append('\n');
            }
        }
        return text.toString();
    }

    /// The text for people: its bytes as UTF-8 where they are that.
    public String shown() {
        return Unicode.ofLatin(text);
    }
}
