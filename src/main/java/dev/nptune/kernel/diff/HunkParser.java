package dev.nptune.kernel.diff;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.HunkLine.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads one hunk.
final class HunkParser {
    private static final Pattern HEADER =
            Pattern.compile("@@ -(\\d{1,10})(?:,(\\d{1,10}))? \\+(\\d{1,10})(?:,(\\d{1,10}))? ?@@(.*)");
    /// No file that is read here has as many lines.
    private static final int MAX_NUMBER = 500_000_000;
    /// How many lines of context may be lost at the end of the patch, as in GNU patch.
    private static final int MAX_LOST = 3;

    private final PatchLines lines;
    private final int first;
    private final int end;
    private final boolean stripReturn;
    private final List<HunkLine> read = new ArrayList<>();
    private int at;
    private int oldLeft;
    private int newLeft;
    private boolean changes;

    private HunkParser(PatchLines lines, int first, int end, boolean stripReturn) {
        this.lines = lines;
        this.first = first;
        this.end = end;
        this.stripReturn = stripReturn;
        this.at = first + 1;
    }

    /// A hunk, and the line after it.
    record Parsed(Hunk hunk, int next) {}

    /// @param first the line with `@@`
    /// @param end where the text ends
    /// @param stripReturn whether to take a carriage return off every line
    static Parsed parse(PatchLines lines, int first, int end, boolean stripReturn) throws UserException {
        return new HunkParser(lines, first, end, stripReturn).parse();
    }

    private Parsed parse() throws UserException {
        Matcher header = HEADER.matcher(line(first));
        if (!header.matches()) {
            throw lines.error(
                    first,
                    "'" + Printable.brief(line(first), 60) + "' is no beginning of a hunk",
                    "it should look like '@@ -12,7 +12,8 @@'; get the patch again");
        }
        int oldStart = number(header.group(1));
        oldLeft = header.group(2) == null ? 1 : number(header.group(2));
        int newStart = number(header.group(3));
        newLeft = header.group(4) == null ? 1 : number(header.group(4));
        while (oldLeft > 0 || newLeft > 0) {
            next();
        }
        complain();
        String section = header.group(5);
        return new Parsed(
                new Hunk(oldStart, newStart, section.startsWith(" ") ? section.substring(1) : section, read), at);
    }

    private int number(String digits) throws UserException {
        long number = Long.parseLong(digits);
        if (number > MAX_NUMBER) {
            throw lines.error(first, "the line number " + digits + " is larger than any file", "get the patch again");
        }
        return (int) number;
    }

    private String line(int i) {
        return stripReturn ? lines.bare(i) : lines.get(i);
    }

    private void next() throws UserException {
        if (at == end) {
            if (oldLeft != newLeft || oldLeft > MAX_LOST) {
                throw lines.error(
                        Math.max(first, end - 1), "the patch ends in the middle of " + lacking(), "get it again");
            }
            add(Kind.CONTEXT, "");
            return;
        }
        String line = line(at);
        char sign = line.isEmpty() ? '\n' : line.charAt(0);
        if (sign == '#') {
            at++;
            return;
        }
        Kind kind = kind(sign);
        if (kind == null || (kind != Kind.ADDED && oldLeft == 0) || (kind != Kind.REMOVED && newLeft == 0)) {
            throw lines.error(
                    at,
                    "'" + Printable.brief(line, 40) + "' is no line of " + lacking(),
                    "the patch was cut or edited: get it again, or correct the numbers in '@@'");
        }
        at++;
        add(kind, sign == '+' || sign == '-' || sign == ' ' ? line.substring(1) : line);
    }

    private static @Nullable Kind kind(char sign) {
        return switch (sign) {
            case ' ', '\n', '\t', '\r' -> Kind.CONTEXT;
            case '-' -> Kind.REMOVED;
            case '+' -> Kind.ADDED;
            default -> null;
        };
    }

    private void add(Kind kind, String text) throws UserException {
        oldLeft -= kind == Kind.ADDED ? 0 : 1;
        newLeft -= kind == Kind.REMOVED ? 0 : 1;
        changes |= kind != Kind.CONTEXT;
        boolean terminated = true;
        if (at < end && lines.startsWith(at, "\\")) {
            if (kind == Kind.ADDED ? newLeft > 0 : oldLeft > 0) {
                throw lines.error(at, "only the last line of a file can lack its line feed", "get the patch again");
            }
            terminated = false;
            at++;
        }
        read.add(new HunkLine(kind, text, terminated));
    }

    /// What is wrong with a hunk that has all its lines.
    private void complain() throws UserException {
        if (!changes) {
            throw lines.error(first, "the hunk changes nothing", "take it out, or get the patch again");
        }
        if (at < end
                && ((lines.startsWith(at, "+") && !lines.startsWith(at, "++"))
                        || (lines.startsWith(at, "-") && !lines.startsWith(at, "--")))) {
            throw lines.error(
                    at,
                    "the hunk at line " + lines.number(first) + " has more lines than its '@@' says",
                    "correct the numbers in '@@', or get the patch again");
        }
    }

    private String lacking() {
        return "the hunk at line " + lines.number(first) + ", which still lacks " + oldLeft + " old and " + newLeft
                + " new lines";
    }
}
