package dev.nptune.host;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// libvirt's own format of settings: `name = value`, where a value is a number, a text in single, double or three
/// double quotes, or a list of such in brackets over any number of lines; `#` starts a comment. Source: libvirt's
/// `virconf`.
final class QemuConf {
    /// Those that decide what a VM may use.
    private static final Set<String> OF_INTEREST = Set.of(
            "user",
            "group",
            "dynamic_ownership",
            "remember_owner",
            "cgroup_controllers",
            "cgroup_device_acl",
            "namespaces",
            "hugetlbfs_mount",
            "memory_backing_dir",
            "nvram",
            "firmware",
            "security_driver",
            "security_default_confined",
            "security_require_confined",
            "clear_emulator_capabilities",
            "set_process_name",
            "max_core",
            "swtpm_user",
            "swtpm_group",
            "relaxed_acs_check",
            "deprecation_behavior",
            "seccomp_sandbox");

    private final String text;
    private int at;

    private QemuConf(String text) {
        this.text = text;
    }

    /// The settings of interest; of equal names the last counts.
    ///
    /// @throws IllegalArgumentException if the text is not of that format, with the line
    static Map<String, List<String>> parse(String text) {
        Map<String, List<String>> settings = new TreeMap<>();
        QemuConf parser = new QemuConf(text);
        parser.skip(true);
        while (parser.at < text.length()) {
            String name = parser.word();
            parser.skip(false);
            parser.expect('=');
            parser.skip(false);
            List<String> values = parser.peek() == '[' ? parser.list() : List.of(parser.single());
            if (OF_INTEREST.contains(name)) {
                settings.put(name, values);
            }
            parser.skip(true);
        }
        return Collections.unmodifiableMap(settings);
    }

    private List<String> list() {
        List<String> values = new ArrayList<>();
        expect('[');
        skip(true);
        while (peek() != ']') {
            values.add(single());
            skip(true);
            if (peek() == ',') {
                at++;
                skip(true);
            } else if (peek() != ']') {
                throw wrong("a comma or the end of the list");
            }
        }
        at++;
        return List.copyOf(values);
    }

    private String single() {
        if (text.startsWith("\"\"\"", at)) {
            return until("\"\"\"");
        }
        return switch (peek()) {
            case '"' -> until("\"");
            case '\'' -> until("'");
            default -> word();
        };
    }

    private String until(String quote) {
        int start = at + quote.length();
        int end = text.indexOf(quote, start);
        if (end < 0) {
            throw wrong("a closing quote");
        }
        at = end + quote.length();
        return text.substring(start, end);
    }

    private String word() {
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(peek()) || "_-.+".indexOf(peek()) >= 0)) {
            at++;
        }
        if (at == start) {
            throw wrong("a name or a number");
        }
        return text.substring(start, at);
    }

    /// Passes over blanks; over ends of lines and comments as well, if asked.
    private void skip(boolean lines) {
        while (at < text.length()) {
            char c = peek();
            if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r' || c == ';'))) {
                at++;
            } else if (lines && c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else {
                return;
            }
        }
    }

    private void expect(char c) {
        if (peek() != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    /// The next character; NUL at the end, which no text holds since it would be escaped.
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private IllegalArgumentException wrong(String expected) {
        long line = 1 + text.chars().limit(at).filter(c -> c == '\n').count();
        return new IllegalArgumentException("line " + line + ": expected " + expected);
    }
}
