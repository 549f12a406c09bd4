package dev.nptune.kernel.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Debian changelog with an entry for a local version on top. Source: deb-changelog(5).
final class DebianChangelog {
    private static final Pattern HEAD = Pattern.compile("(\\S+) \\(([^()\\s]+)\\) ([^;\\n]+); *(\\S.*)");
    private static final Pattern SIGNATURE = Pattern.compile("(?m)^ -- .*$");
    private static final int WIDTH = 80;

    private DebianChangelog() {}

    /// Who signs an entry and when.
    ///
    /// @param maintainer `Name <address>`
    /// @param date as RFC 5322 has it
    record Signature(String maintainer, String date) {}

    private record Entry(String source, String version, String distribution, String options, int end, String text) {}

    /// Adds an entry, or lines to one of ours that is not released.
    ///
    /// @param suffix what tells the version from the distribution's, letters and digits: `npt`
    /// @param changes a line for each patch that no entry of ours names yet
    /// @throws Unclear if the top is no entry
    static String with(String text, String suffix, List<Change> changes, Signature signature) {
        List<Change> missing = new ArrayList<>(changes);
        Entry top = entry(text, 0);
        for (Entry each = top; ours(each, suffix).isPresent(); each = entry(text, next(text, each))) {
            String known = each.text();
            missing.removeIf(
                    c -> known.contains("* Add " + c.file() + (c.subject().isEmpty() ? "" : ":")));
            if (next(text, each) >= text.length()) {
                break;
            }
        }
        if (missing.isEmpty()) {
            return text;
        }
        StringBuilder lines = new StringBuilder();
        missing.forEach(c -> lines.append(c.lines()));
        Optional<Integer> number = ours(top, suffix);
        if (number.isPresent() && top.distribution().equals("UNRELEASED")) {
            int at = lastLine(text, top);
            return text.substring(0, at) + lines + text.substring(at);
        }
        String base = number.isEmpty()
                ? top.version()
                : top.version().substring(0, top.version().lastIndexOf("+" + suffix));
        return top.source() + " (" + base + "+" + suffix + (number.orElse(0) + 1) + ") UNRELEASED; " + top.options()
                + "\n\n" + lines + "\n -- " + signature.maintainer() + "  " + signature.date() + "\n\n" + text;
    }

    /// A patch that was added.
    ///
    /// @param file its name
    /// @param subject what it says of itself; empty if nothing
    record Change(String file, String subject) {
        String lines() {
            String sentence = "Add " + file + (subject.isEmpty() ? "" : ": " + subject);
            StringBuilder out = new StringBuilder();
            StringBuilder line = new StringBuilder("  *");
            for (String word : sentence.split(" +")) {
                if (line.length() + 1 + word.length() > WIDTH && line.length() > 4) {
                    out.append(line).append('\n');
                    line = new StringBuilder("   ");
                }
                line.append(' ').append(word);
            }
            return out.append(line).append('\n').toString();
        }
    }

    /// The number of a version of ours.
    private static Optional<Integer> ours(Entry entry, String suffix) {
        Matcher number = Pattern.compile(".*\\+" + suffix + "([1-9][0-9]{0,5})").matcher(entry.version());
        return number.matches() ? Optional.of(Integer.valueOf(number.group(1))) : Optional.empty();
    }

    private static int next(String text, Entry entry) {
        int at = entry.end();
        while (at < text.length() && text.charAt(at) == '\n') {
            at++;
        }
        return at;
    }

    /// Behind the last line of changes, before the empty line above the signature.
    private static int lastLine(String text, Entry entry) {
        int at = entry.end() - entry.text().length() + entry.text().lastIndexOf("\n -- ");
        while (at > 0 && text.charAt(at - 1) == '\n') {
            at--;
        }
        return at + 1;
    }

    private static Entry entry(String text, int from) {
        Matcher head = HEAD.matcher(text).region(from, Splices.lineEnd(text, from));
        Matcher signature = SIGNATURE.matcher(text);
        if (!head.matches() || !signature.find(from)) {
            throw Unclear.at(text, from, "no entry of a changelog");
        }
        int end = Math.min(signature.end() + 1, text.length());
        return new Entry(head.group(1), head.group(2), head.group(3), head.group(4), end, text.substring(from, end));
    }
}
