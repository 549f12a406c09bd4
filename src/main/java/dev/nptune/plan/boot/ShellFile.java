package dev.nptune.plan.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file of assignments that a shell reads (`/etc/default/grub`), as far as it is nothing but assignments.
///
/// Quotes, escapes, continued lines, comments, `export`, `+=` and several assignments to a line are read as sh and bash
/// both read them. Variables and commands in values are kept as what they are and not looked into. Anything else, and
/// what the two read differently, is [Unclear]. Source: POSIX.1-2024, Shell Command Language, 2.2 to 2.9.
final class ShellFile {
    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(\\+?)=");
    private static final Pattern EXPORT = Pattern.compile("export[ \\t]+(?=[A-Za-z_])");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final String text;
    private final List<Assignment> assignments = new ArrayList<>();
    private int at;

    private ShellFile(String text) {
        this.text = text;
    }

    /// One assignment.
    ///
    /// @param appends whether it is `+=`
    /// @param from where the value begins in the file, quotes included
    record Assignment(String name, boolean appends, int from, Decoded value) {
        int to() {
            return value.end();
        }
    }

    /// The file has something that is no plain assignment.
    static final class Unclear extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unclear(int line, String what) {
            super("line " + line + ": " + what, null, false, false);
        }
    }

    /// All assignments in order.
    ///
    /// @throws Unclear if there is anything else
    static List<Assignment> parse(String text) {
        ShellFile file = new ShellFile(text);
        file.read();
        return List.copyOf(file.assignments);
    }

    private void read() {
        text.chars()
                .filter(c ->
                        (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f || (c >= 0xe000 && c < 0xf900))
                .findAny()
                .ifPresent(_ -> {
                    throw unclear("a control character");
                });
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isBlank(c) || c == '\n') {
                at++;
            } else if (text.startsWith("\\\n", at)) {
                at += 2;
            } else if (c == '#') {
                comment();
            } else if (c == ';') {
                throw unclear("a semicolon with nothing before it");
            } else {
                command();
            }
        }
    }

    private void comment() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    /// Assignments up to the end of a line or a semicolon.
    private void command() {
        Matcher export = EXPORT.matcher(text).region(at, text.length());
        boolean exported = export.lookingAt();
        at = exported ? export.end() : at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n' || c == ';') {
                at++;
                return;
            }
            if (isBlank(c)) {
                at++;
            } else if (text.startsWith("\\\n", at)) {
                at += 2;
            } else if (c == '#') {
                comment();
            } else {
                assignment(exported);
            }
        }
    }

    private void assignment(boolean exported) {
        Matcher assignment = ASSIGNMENT.matcher(text).region(at, text.length());
        if (assignment.lookingAt()) {
            at = assignment.end();
            Decoded value = new ShellValue(text, at).read();
            if (exported) {
                value.units().stream()
                        .filter(u -> u.quote() == 0 && (u.isComputed() || "*?[".indexOf(u.read()) >= 0))
                        .findAny()
                        .ifPresent(_ -> {
                            throw unclear("export with an expansion that is not quoted");
                        });
            }
            assignments.add(
                    new Assignment(assignment.group(1), !assignment.group(2).isEmpty(), assignment.end(), value));
            at = value.end();
            return;
        }
        Matcher name = NAME.matcher(text).region(at, text.length());
        if (!exported || !name.lookingAt() || !endsWord(name.end())) {
            throw unclear("something else than an assignment");
        }
        at = name.end();
    }

    private boolean endsWord(int end) {
        return end == text.length() || isBlank(text.charAt(end)) || "\n;".indexOf(text.charAt(end)) >= 0;
    }

    private Unclear unclear(String what) {
        return new Unclear(line(text, at), what);
    }

    static int line(String text, int at) {
        return 1
                + (int) text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
