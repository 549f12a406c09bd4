package dev.nptune.plan.boot;

import dev.nptune.plan.boot.Decoded.Unit;
import dev.nptune.plan.boot.ShellFile.Assignment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What variables hold after assignments, with a private character in place of each thing that is only known when a
/// shell runs.
final class ShellValues {
    /// Values are put together from values; this is far above what any of them has.
    private static final int MAX_LENGTH = 1 << 16;

    private static final int MAX_COMPUTED = 1000;

    /// `${NAME` of an expansion that is more than the variable's value.
    private static final Pattern EXPANSION = Pattern.compile("\\$\\{#?([A-Za-z_]\\w*)");

    private final List<String> own;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, Character> computed = new HashMap<>();

    /// @param own variables that nothing but the files sets
    ShellValues(List<String> own) {
        this.own = own;
    }

    /// Reads on.
    ///
    /// @throws IllegalArgumentException if the values grow beyond all bounds
    void read(String text, List<Assignment> assignments) {
        for (Assignment assignment : assignments) {
            StringBuilder value = new StringBuilder(assignment.appends() ? get(assignment.name()) : "");
            for (Unit unit : assignment.value().units()) {
                value.append(unit.isComputed() ? computed(text, unit) : String.valueOf(unit.read()));
                if (value.length() > MAX_LENGTH) {
                    throw new IllegalArgumentException(assignment.name() + " is too long");
                }
            }
            values.put(assignment.name(), value.toString());
        }
    }

    private String computed(String text, Unit unit) {
        if (values.containsKey(unit.variable()) || own.contains(unit.variable())) {
            return get(unit.variable());
        }
        String source = unit.variable().isEmpty() ? text.substring(unit.from(), unit.to()) : "$" + unit.variable();
        Matcher expansion = EXPANSION.matcher(source);
        if (expansion.lookingAt() && values.containsKey(expansion.group(1))) {
            throw new IllegalArgumentException(source + " is an expansion of a variable that is set here");
        }
        if (computed.size() >= MAX_COMPUTED) {
            throw new IllegalArgumentException("too much is computed");
        }
        return String.valueOf(computed.computeIfAbsent(source, _ -> (char) (Decoded.COMPUTED + 1 + computed.size())));
    }

    String get(String name) {
        return values.getOrDefault(name, "");
    }

    /// Whether what is computed decides if a word is the `--` that ends the kernel's arguments.
    boolean mayEndArguments(String name) {
        return Stream.of(get(name).split("\\s+"))
                .anyMatch(word -> !word.equals(bare(word)) && bare(word).equals("--"));
    }

    private static String bare(String word) {
        return word.replaceAll("[\uE000-\uF8FF\"]", "");
    }

    boolean isSet(String name) {
        return values.containsKey(name);
    }

    Set<String> names() {
        return values.keySet();
    }
}
