package dev.nptune.kernel.diff;

import dev.nptune.internal.text.UserException;
import java.util.regex.Pattern;

/// Says what a text is in which no unified diff was found.
final class NoDiff {
    private static final Pattern NORMAL = Pattern.compile("\\d+(,\\d+)?[acd]\\d+(,\\d+)?");
    private static final Pattern ED = Pattern.compile("\\d+(,\\d+)?[acd]");
    private static final Pattern INDENTED = Pattern.compile("[ \\tX]+(--- \\S.*|diff --git .*)");

    private static final String AGAIN = "make it again with: diff -u OLD NEW, or: git format-patch";

    private NoDiff() {}

    static UserException explain(PatchLines lines) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.bare(i);
            if (line.startsWith("@@ -")) {
                return lines.error(
                        i, "a hunk without the lines '---' and '+++' that name its file", "put the two lines back");
            }
            if (NORMAL.matcher(line).matches() && (lines.startsWith(i + 1, "< ") || lines.startsWith(i + 1, "> "))) {
                return lines.error(i, "it is a normal diff, which has no context", AGAIN);
            }
            if (ED.matcher(line).matches()) {
                return lines.error(i, "it is an ed script, which nothing can check", AGAIN);
            }
            if (INDENTED.matcher(line).matches()) {
                return lines.error(
                        i, "the diff is indented, as where a message quotes one", "take the indentation off all lines");
            }
        }
        return lines.error(0, lines.size() == 0 ? "it is empty" : "there is no diff in it", AGAIN);
    }
}
