package dev.nptune.kernel.relocate;

import java.util.Set;
import java.util.regex.Pattern;

/// How much it tells that a line was found: a line that is everywhere tells little.
final class Weights {
    private static final Pattern TERMINATOR =
            Pattern.compile("\\{\\s*(?:0|NULL)?\\s*,?\\s*},?|NULL,?|\\{\\s*/\\*.*\\*/\\s*},?");
    private static final Set<String> COMMON =
            Set.of("break;", "return;", "else", "} else {", "/*", "*/", "*", "#endif", "#else");

    private Weights() {}

    /// Whether a line ends a table, as `{ 0 }` does.
    static boolean isTerminator(String squeezed) {
        return TERMINATOR.matcher(squeezed).matches();
    }

    /// @param count how often it is in the file
    static double of(String squeezed, int count, boolean removed) {
        double weight = base(squeezed) / (1 + Math.log(Math.max(1, count)) / Math.log(2) / 2);
        return removed ? 1.5 * weight : weight;
    }

    private static double base(String squeezed) {
        if (squeezed.isEmpty()) {
            return 0.1;
        }
        if (isTerminator(squeezed)) {
            return 0.5;
        }
        if (COMMON.contains(squeezed)) {
            return 0.2;
        }
        for (int i = 0; i < squeezed.length(); i++) {
            if (Tokens.isWordPart(squeezed.charAt(i))) {
                return 1;
            }
        }
        return 0.15;
    }
}
