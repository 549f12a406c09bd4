package dev.nptune.kernel.relocate;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Local names that the file has changed: wherever the hunk says `ret`, the function now says `err`.
///
/// A name counts as renamed only if every line found says so, the old name is not in the function any more, the
/// new one is declared there, and the hunk does not know the new one.
final class Renames {
    private static final Pattern NAME = Pattern.compile("(?<![\\w.])(?<!->)[a-z_]\\w*(?!\\s*\\()(?!\\w)");

    private Renames() {}

    /// @param texts the old side
    /// @param at where its lines were found
    /// @param begin first line of the function
    /// @param end the line after its last
    static Map<String, String> of(Source file, List<String> texts, int[] at, int begin, int end) {
        Map<String, Set<String>> seen = new TreeMap<>();
        Set<String> hunkNames = new HashSet<>();
        for (int i = 0; i < at.length; i++) {
            List<String> old = Tokens.of(texts.get(i));
            hunkNames.addAll(old);
            if (at[i] >= 0) {
                compare(old, Tokens.of(file.text(at[i])), seen);
            }
        }
        Map<String, String> renames = new LinkedHashMap<>();
        Map<String, Integer> uses = uses(file, begin, end);
        seen.forEach((old, now) -> {
            String only = now.iterator().next();
            if (now.size() == 1
                    && !only.equals(old)
                    && !uses.containsKey(old)
                    && !hunkNames.contains(only)
                    && declared(file, only, begin, end)) {
                renames.put(old, only);
            }
        });
        // two names cannot have become one
        return new HashSet<>(renames.values()).size() == renames.size() ? renames : Map.of();
    }

    /// Lines that differ in names only tell of every name what it is now.
    private static void compare(List<String> old, List<String> now, Map<String, Set<String>> seen) {
        if (old.size() != now.size()) {
            return;
        }
        for (int i = 0; i < old.size(); i++) {
            if (!old.get(i).equals(now.get(i)) && !(isLocal(old, i) && isLocal(now, i))) {
                return;
            }
        }
        for (int i = 0; i < old.size(); i++) {
            if (isLocal(old, i)) {
                seen.computeIfAbsent(old.get(i), _ -> new HashSet<>()).add(now.get(i));
            }
        }
    }

    private static boolean isLocal(List<String> tokens, int i) {
        String token = tokens.get(i);
        char first = token.charAt(0);
        boolean call = i + 1 < tokens.size() && tokens.get(i + 1).equals("(");
        boolean member = i > 0
                && (tokens.get(i - 1).equals(".")
                        || (tokens.get(i - 1).equals(">")
                                && i > 1
                                && tokens.get(i - 2).equals("-")));
        return ((first >= 'a' && first <= 'z') || first == '_') && !call && !member;
    }

    static Map<String, Integer> uses(Source file, int begin, int end) {
        Map<String, Integer> uses = new HashMap<>();
        for (int i = begin; i < end; i++) {
            List<String> tokens = Tokens.of(file.text(i));
            for (int k = 0; k < tokens.size(); k++) {
                if (isLocal(tokens, k)) {
                    uses.merge(tokens.get(k), 1, Integer::sum);
                }
            }
        }
        return uses;
    }

    /// `int name;`, `struct x *name = …`, `u8 a, name)`
    static boolean declared(Source file, String name, int begin, int end) {
        Pattern pattern = Pattern.compile(
                "\\w[\\s*]+\\**\\b(?:\\w+(?:\\s*=[^,;]*)?,[\\s*]*)*" + Pattern.quote(name) + "\\s*(?:[=;,)\\[:]|$)");
        for (int i = begin; i < end; i++) {
            String text = file.text(i);
            if (text.length() <= Source.MAX_LINE
                    && text.contains(name)
                    && !text.strip().startsWith("return")
                    && pattern.matcher(text).find()) {
                return true;
            }
        }
        return false;
    }

    static String apply(Map<String, String> renames, String text) {
        if (renames.isEmpty()) {
            return text;
        }
        return NAME.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(renames.getOrDefault(match.group(), match.group())));
    }
}
