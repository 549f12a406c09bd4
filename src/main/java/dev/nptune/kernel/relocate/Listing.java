package dev.nptune.kernel.relocate;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lines that stand in lists, one thing a line, whose order is that of the alphabet or does not matter.
enum Listing {
    INCLUDES("#include lines", "#\\s*include\\s+([<\"].*[>\"]).*"),
    OBJECTS("the objects of the Makefile", "[\\w-]+-(?:y|m|objs|\\$\\((?:CONFIG_)?\\w+\\))\\s*[+:]?=\\s*(.*)"),
    SELECTS("the selects", "select (\\w+).*");

    private final String words;
    private final Pattern pattern;

    Listing(String words, String pattern) {
        this.words = words;
        this.pattern = Pattern.compile(pattern);
    }

    String words() {
        return words;
    }

    /// The list that all these lines are of.
    static Optional<Listing> of(List<String> lines) {
        for (Listing listing : values()) {
            if (!lines.isEmpty()
                    && lines.stream()
                            .allMatch(line -> listing.pattern.matcher(line).matches())) {
                return Optional.of(listing);
            }
        }
        return Optional.empty();
    }

    boolean has(String line) {
        return pattern.matcher(line).matches();
    }

    String key(String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.matches() ? matcher.group(1) : line;
    }

    /// How many of these lines come before a line; all or none of them if they are not sorted.
    int before(List<String> lines, String line) {
        int n = 0;
        while (n < lines.size() && key(lines.get(n)).compareTo(key(line)) < 0) {
            n++;
        }
        return n;
    }
}
