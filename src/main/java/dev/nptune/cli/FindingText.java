package dev.nptune.cli;

import dev.nptune.doctor.Evidence;

/// Findings in lines for people.
final class FindingText {
    private FindingText() {}

    /// Two lines: the rule and what it says, then the first piece of evidence.
    static String line(String rule, String title, Evidence evidence, int columns) {
        return wrap(String.format("  %-16s %s", rule, title), columns, " ".repeat(19))
                + wrap(
                        " ".repeat(19) + evidence.where() + " = " + evidence.found() + ", wanted " + evidence.wanted(),
                        columns,
                        " ".repeat(21));
    }

    /// Breaks a text at spaces so that no line is wider than the terminal; words longer than that stay whole.
    ///
    /// @param indent what continued lines begin with
    static String wrap(String text, int columns, String indent) {
        StringBuilder wrapped = new StringBuilder();
        String line = text;
        while (line.length() > columns) {
            int space = line.lastIndexOf(' ', columns);
            int start = line.length() - line.stripLeading().length();
            if (space < Math.max(start, indent.length())) {
                space = line.indexOf(' ', columns);
            }
            if (space < 0) {
                break;
            }
            wrapped.append(line, 0, space).append('\n');
            line = indent + line.substring(space + 1).stripLeading();
        }
        return wrapped.append(line).append('\n').toString();
    }
}
