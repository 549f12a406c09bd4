package dev.nptune.kernel.diff;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Names of files as they stand in the header of a diff.
final class FileNames {
    private static final Pattern STAMP = Pattern.compile(
            "(\\d{4})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)(?:\\.\\d+)?(?: ([+-])(\\d\\d)(\\d\\d))?");
    /// How far from the epoch a stamp in some local time may be that means it (GNU patch, `fetchname`).
    private static final Duration EARLIEST = Duration.ofHours(-25);

    private static final Duration LATEST = Duration.ofHours(26);
    private static final String ESCAPES = "abtnvfr\"\\";
    private static final String ESCAPED = "\u0007\b\t\n\u000b\f\r\"\\";

    private FileNames() {}

    /// A name with what is said of the file.
    ///
    /// @param name the name
    /// @param absent whether the line says that there is no such file: `/dev/null`, or a time stamp of the epoch
    record Named(String name, boolean absent) {}

    /// Reads what follows `--- ` or `+++ `.
    ///
    /// @param git whether the diff is git's, whose names have blanks without anything around them
    static Named header(String rest, boolean git) {
        Quoted quoted = rest.startsWith("\"") ? unquote(rest) : null;
        String name;
        String after;
        if (quoted != null) {
            name = quoted.name();
            after = rest.substring(quoted.end());
        } else {
            int tab = rest.indexOf('\t');
            int end = tab >= 0 ? tab : git ? rest.length() : blank(rest);
            name = rest.substring(0, end);
            after = rest.substring(end);
        }
        return new Named(name, name.equals("/dev/null") || isEpoch(after.strip()));
    }

    private static int blank(String text) {
        int blank = text.indexOf(' ');
        return blank < 0 ? text.length() : blank;
    }

    private static boolean isEpoch(String stamp) {
        Matcher m = STAMP.matcher(stamp);
        if (!m.matches()) {
            return false;
        }
        try {
            LocalDateTime time = LocalDateTime.of(
                    number(m, 1), number(m, 2), number(m, 3), number(m, 4), number(m, 5), number(m, 6));
            int minutes = m.group(7) == null ? 0 : number(m, 8) * 60 + number(m, 9);
            Instant instant = time.toInstant(ZoneOffset.UTC)
                    .minus(Duration.ofMinutes("-".equals(m.group(7)) ? -minutes : minutes));
            Duration since = Duration.between(Instant.EPOCH, instant);
            return since.compareTo(EARLIEST) > 0 && since.compareTo(LATEST) < 0;
        } catch (DateTimeException _) {
            return false;
        }
    }

    private static int number(Matcher m, int group) {
        return Integer.parseInt(m.group(group));
    }

    /// A name out of its quotes.
    ///
    /// @param end where the text goes on after the closing quote
    record Quoted(String name, int end) {}

    /// Reads a name in C's quotes.
    ///
    /// @return null if it is not closed or has an escape that there is not
    static @Nullable Quoted unquote(String text) {
        StringBuilder name = new StringBuilder();
        int i = 1;
        while (i < text.length() && text.charAt(i) != '"') {
            if (text.charAt(i) != '\\') {
                name.append(text.charAt(i++));
                continue;
            }
            int escape = i + 1 < text.length() ? ESCAPES.indexOf(text.charAt(i + 1)) : -1;
            if (escape >= 0) {
                name.append(ESCAPED.charAt(escape));
                i += 2;
            } else if (i + 4 <= text.length() && text.substring(i + 1, i + 4).matches("[0-3][0-7]{2}")) {
                name.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
                i += 4;
            } else {
                return null;
            }
        }
        return i < text.length() ? new Quoted(name.toString(), i + 1) : null;
    }

    /// A name as git writes it: in quotes if it has anything that is not printable ASCII.
    static String quote(String name) {
        StringBuilder quoted = new StringBuilder("\"");
        boolean needed = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            int escape = ESCAPED.indexOf(c);
            needed |= escape >= 0 || c < ' ' || c > '~';
            if (escape >= 0) {
                quoted.append('\\').append(ESCAPES.charAt(escape));
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format(Locale.ROOT, "\\%03o", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return needed ? quoted.append('"').toString() : name;
    }

    /// A name without its first folders, in its shortest form: several slashes count as one, and `.` as none.
    ///
    /// @return null if it has not as many
    static @Nullable String strip(String name, int level) {
        String rest = name;
        for (int i = 0; i < level; i++) {
            int slash = rest.indexOf('/');
            if (slash < 0) {
                return null;
            }
            rest = rest.substring(slash + 1).replaceFirst("^/+", "");
        }
        String normal = (rest.startsWith("/") ? "/" : "")
                + Arrays.stream(rest.split("/"))
                        .filter(part -> !part.isEmpty() && !part.equals("."))
                        .collect(Collectors.joining("/"));
        return normal.isEmpty() ? null : normal;
    }

    /// A name for people and for [java.nio.file.Path]: the bytes as UTF-8 where they are that.
    static String decoded(String name) {
        return Unicode.ofBytes(name.getBytes(StandardCharsets.ISO_8859_1));
    }
}
