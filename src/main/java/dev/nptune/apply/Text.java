package dev.nptune.apply;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.ShellText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Wording shared by the executors: quoting of what comes from outside, and where two texts differ.
final class Text {
    private static final int MAX_SHOWN = 120;
    private static final int MAX_LINES = 3;

    private Text() {}

    /// In single quotes, what cannot be seen escaped, cut where it gets long.
    static String quoted(String text) {
        return "'" + Printable.brief(text, MAX_SHOWN) + "'";
    }

    /// How a file is put back, for people.
    static String restore(Path backup, Path file) {
        return "write " + file + " as it was, from " + backup;
    }

    /// A command line as it could be typed.
    static String commandLine(List<String> argv) {
        return "run " + argv.stream().map(Text::word).collect(Collectors.joining(" "));
    }

    /// As one word of a POSIX shell command.
    static String word(String text) {
        return ShellText.word(text);
    }

    /// The lines at which a text is not what it was planned from, the first few of them.
    static List<String> differingLines(String planned, String now) {
        List<String> was = planned.lines().toList();
        List<String> is = now.lines().toList();
        List<String> out = new ArrayList<>();
        int lines = Math.max(was.size(), is.size());
        int differing = 0;
        for (int i = 0; i < lines; i++) {
            String a = i < was.size() ? quoted(was.get(i)) : "nothing";
            String b = i < is.size() ? quoted(is.get(i)) : "nothing";
            if (!a.equals(b) && differing++ < MAX_LINES) {
                out.add("line " + (i + 1) + " was " + a + ", is now " + b);
            }
        }
        if (differing > MAX_LINES) {
            out.add((differing - MAX_LINES) + " more lines differ");
        }
        return out.isEmpty() ? List.of("it differs in line ends or past the first characters of a line") : out;
    }
}
