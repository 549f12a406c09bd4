package dev.nptune.host.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Paths with the shell's `*`, `?` and `[0-9]` in them, as a tree of names, so that thousands of paths can be compared
/// with thousands of patterns.
///
/// Comparing takes time in proportion to pattern times name, whatever is in them: there is no backtracking.
final class PathPatterns {
    private final Map<String, PathPatterns> plain = new HashMap<>();
    private final Map<String, PathPatterns> wild = new HashMap<>();
    private boolean end;

    /// @param pattern an absolute path
    void add(String pattern) {
        add(parts(pattern), false);
    }

    /// Adds every directory above, too.
    void addWithParents(String pattern) {
        add(parts(pattern), true);
    }

    private void add(List<String> parts, boolean parents) {
        PathPatterns here = this;
        for (String part : parts) {
            boolean isWild = part.chars().anyMatch(c -> "*?[".indexOf(c) >= 0);
            here = (isWild ? here.wild : here.plain).computeIfAbsent(part, _ -> new PathPatterns());
            here.end |= parents;
        }
        here.end = true;
    }

    boolean matches(List<String> parts) {
        if (parts.isEmpty()) {
            return end;
        }
        String name = parts.getFirst();
        List<String> rest = parts.subList(1, parts.size());
        PathPatterns next = plain.get(name);
        if (next != null && next.matches(rest)) {
            return true;
        }
        return wild.entrySet().stream()
                .anyMatch(e -> matches(e.getKey(), name) && e.getValue().matches(rest));
    }

    /// The names of a path; empty ones and `.` left out.
    static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    /// Whether a name matches one pattern of the shell. A dot at the beginning must be there in the pattern.
    static boolean matches(String pattern, String name) {
        if (name.startsWith(".") && !pattern.startsWith(".")) {
            return false;
        }
        int p = 0;
        int n = 0;
        int star = -1;
        int starName = 0;
        while (n < name.length()) {
            int next = p < pattern.length() && pattern.charAt(p) != '*' ? matchOne(pattern, p, name.charAt(n)) : -1;
            if (next >= 0) {
                p = next;
                n++;
            } else if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                starName = n;
            } else if (star >= 0) {
                p = star + 1;
                n = ++starName;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /// Where the pattern goes on if its sign at `p` stands for the character, else -1.
    private static int matchOne(String pattern, int p, char c) {
        char sign = pattern.charAt(p);
        int close = sign == '[' ? pattern.indexOf(']', p + 1) : -1;
        if (close < 0) {
            return sign == '?' || sign == c ? p + 1 : -1;
        }
        for (int i = p + 1; i < close; i++) {
            boolean range = i + 2 < close && pattern.charAt(i + 1) == '-';
            if (range ? c >= pattern.charAt(i) && c <= pattern.charAt(i + 2) : c == pattern.charAt(i)) {
                return close + 1;
            }
            i += range ? 2 : 0;
        }
        return -1;
    }
}
