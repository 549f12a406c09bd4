package dev.nptune.plan.boot;

import dev.nptune.plan.boot.Decoded.Unit;
import dev.nptune.plan.boot.ShellFile.Unclear;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the value of one assignment, from behind the `=` to the blank, line end or semicolon that ends it.
final class ShellValue {
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:([A-Za-z_]\\w*)|\\{([A-Za-z_]\\w*)\\})");
    /// Parameter expansion without quotes, and none that assigns or ends the shell.
    private static final Pattern EXPANSION = Pattern.compile("\\$\\{[^\\n'\"`$\\\\{}=?]*\\}");

    private final String text;
    private final List<Unit> units = new ArrayList<>();
    private @Nullable Unit empty;
    private int at;

    ShellValue(String text, int from) {
        this.text = text;
        this.at = from;
    }

    /// @throws Unclear if it cannot be told where the value ends or what it is
    Decoded read() {
        while (at < text.length() && !ShellFile.isBlank(text.charAt(at)) && "\n;".indexOf(text.charAt(at)) < 0) {
            bare(text.charAt(at));
        }
        return new Decoded(units, empty, at);
    }

    private void bare(char c) {
        switch (c) {
            case '\\' -> escape();
            case '\'' -> single();
            case '"' -> quoted();
            case '$' -> dollar('\0');
            case '`' -> backquoted('\0');
            case '&', '|', '<', '>', '(', ')', '~' -> throw unclear("the character " + c + " without quotes");
            default -> plain('\0');
        }
    }

    private void plain(char quote) {
        units.add(Unit.of(text.charAt(at), at, at + 1, quote));
        at++;
    }

    private void escape() {
        if (at + 1 == text.length()) {
            throw unclear("a backslash at the end");
        }
        if (text.charAt(at + 1) != '\n') {
            units.add(Unit.of(text.charAt(at + 1), at, at + 2, '\0'));
        }
        at += 2;
    }

    private void single() {
        int end = text.indexOf('\'', at + 1);
        if (end < 0) {
            throw unclear("a quote that is not closed");
        }
        nothingBetween(end, '\'');
        for (at++; at < end; ) {
            plain('\'');
        }
        at++;
    }

    private void nothingBetween(int end, char quote) {
        if (end == at + 1) {
            empty = Unit.of(Decoded.COMPUTED, end, end, quote);
        }
    }

    private void quoted() {
        if (text.startsWith("\"\"", at)) {
            nothingBetween(at + 1, '"');
        }
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return;
            }
            if (c == '\\' && at + 1 < text.length() && "$`\"\\\n".indexOf(text.charAt(at + 1)) >= 0) {
                if (text.charAt(at + 1) != '\n') {
                    units.add(Unit.of(text.charAt(at + 1), at, at + 2, '"'));
                }
                at += 2;
            } else if (c == '$') {
                dollar('"');
            } else if (c == '`') {
                backquoted('"');
            } else {
                plain('"');
            }
        }
        throw unclear("a quote that is not closed");
    }

    private void dollar(char quote) {
        Matcher variable = VARIABLE.matcher(text).region(at, text.length());
        Matcher expansion = EXPANSION.matcher(text).region(at, text.length());
        char next = at + 1 < text.length() ? text.charAt(at + 1) : '\n';
        if (variable.lookingAt()) {
            String name = variable.group(1) == null ? variable.group(2) : variable.group(1);
            computed(variable.end(), quote, name);
        } else if (next == '{') {
            if (!expansion.lookingAt()) {
                throw unclear("an expansion of another kind");
            }
            computed(expansion.end(), quote, "");
        } else if (next == '(') {
            computed(command(at + 2), quote, "");
        } else if ("@*#?$!-0123456789".indexOf(next) >= 0) {
            computed(at + 2, quote, "");
        } else if (next == '[' || (quote == 0 && (next == '\'' || next == '"'))) {
            throw unclear("a dollar sign that shells read differently");
        } else {
            plain(quote);
        }
    }

    private void computed(int end, char quote, String variable) {
        units.add(new Unit(Decoded.COMPUTED, at, end, quote, variable));
        at = end;
    }

    private void backquoted(char quote) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != '`') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw unclear("a backquote that is not closed");
        }
        computed(end + 1, quote, "");
    }

    /// Where the command that begins here ends, behind its parenthesis.
    private int command(int from) {
        int depth = 1;
        for (int i = from; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '(' -> depth++;
                case ')' -> depth--;
                case '\\' -> i++;
                case '\'' -> i = closing(i, '\'');
                case '"' -> i = closing(i, '"');
                case '`', '#', '\n' -> throw unclear("a command of several parts");
                default -> {
                    if (text.startsWith("<<", i) || text.startsWith("case", i)) {
                        throw unclear("a command of several parts");
                    }
                }
            }
            if (depth == 0) {
                return i + 1;
            }
        }
        throw unclear("a command that is not closed");
    }

    private int closing(int from, char quote) {
        int end = text.indexOf(quote, from + 1);
        if (end < 0 || (quote == '"' && text.substring(from, end).matches("(?s).*[\\\\`].*|(?s).*\\$\\(.*"))) {
            throw unclear("quotes within a command");
        }
        return end;
    }

    private Unclear unclear(String what) {
        return new Unclear(ShellFile.line(text, at), what);
    }
}
