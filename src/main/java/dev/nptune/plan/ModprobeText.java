package dev.nptune.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of a modprobe configuration file, of which single options can be dropped.
///
/// Comments, other options and spacing stay. A logical line may go over several lines that end in a backslash.
final class ModprobeText {
    private ModprobeText() {}

    /// Drops an option from an `options` line; the line goes with its last option, and the file with its last line
    /// that is not blank.
    ///
    /// @param text the file
    /// @param line number of the first line of the `options` line, from 1
    /// @param module module name with underscores
    /// @param parameter the option's name
    /// @return the edited text, `""` if nothing but blanks is left; empty if the line says no such thing
    static Optional<String> drop(String text, int line, String module, String parameter) {
        List<String> lines = new ArrayList<>(List.of(text.split("(?<=\\n)", -1)));
        if (line < 1 || line > lines.size()) {
            return Optional.empty();
        }
        int last = line - 1;
        while (lines.get(last).stripTrailing().endsWith("\\") && last + 1 < lines.size()) {
            last++;
        }
        String whole = String.join("", lines.subList(line - 1, last + 1));
        Matcher head = Pattern.compile("\\s*options\\s+(\\S+)(?=\\s|$)").matcher(whole);
        if (!head.lookingAt() || !head.group(1).replace('-', '_').equals(module)) {
            return Optional.empty();
        }
        String options = whole.substring(head.end());
        String kept = options.replaceAll("(?:[ \\t]+|(?<=\\n))" + Pattern.quote(parameter) + "=\\S+(?=\\s|$)", "");
        if (kept.equals(options)) {
            return Optional.empty();
        }
        boolean empty = kept.replace("\\", "").isBlank();
        lines.subList(line - 1, last + 1).clear();
        if (!empty) {
            lines.add(line - 1, whole.substring(0, head.end()) + tidy(kept));
        }
        String result = String.join("", lines);
        return Optional.of(result.isBlank() ? "" : result);
    }

    /// Continuation lines that dropping left without a word.
    private static String tidy(String options) {
        return options.replaceAll("\\\\\\r?\\n[ \\t]*(?=\\\\\\r?\\n)", "")
                .replaceAll("[ \\t]*\\\\\\r?\\n[ \\t]*(?=\\r?\\n?$)", "");
    }
}
