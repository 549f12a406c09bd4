package dev.nptune.host;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The `os-release` format: shell assignments without any expansion. Source: os-release(5).
final class OsRelease {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private OsRelease() {}

    /// Values by name, quotes removed; of equal names the last counts; lines that are no assignment are passed over.
    static Map<String, String> parse(String text) {
        Map<String, String> values = new HashMap<>();
        text.lines().map(String::strip).forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0 && NAME.matcher(line.substring(0, equals)).matches()) {
                values.put(line.substring(0, equals), unquote(line.substring(equals + 1)));
            }
        });
        return values;
    }

    /// Single quotes keep all as it is; elsewhere a backslash makes the next character plain.
    private static String unquote(String text) {
        StringBuilder result = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                result.append(text.charAt(++i));
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }
}
