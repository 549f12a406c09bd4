package dev.nptune.plan.boot;

import java.math.BigInteger;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Releases of kernels, compared number by number and word by word, a number being more than a word.
final class Versions {
    private static final Pattern PART = Pattern.compile("\\d+|[A-Za-z]+");

    private Versions() {}

    static int compare(String one, String other) {
        List<String> ones = parts(one);
        List<String> others = parts(other);
        for (int i = 0; i < Math.min(ones.size(), others.size()); i++) {
            int difference = comparePart(ones.get(i), others.get(i));
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(ones.size(), others.size());
    }

    private static int comparePart(String one, String other) {
        boolean number = Character.isDigit(one.charAt(0));
        if (number != Character.isDigit(other.charAt(0))) {
            return number ? 1 : -1;
        }
        return number ? new BigInteger(one).compareTo(new BigInteger(other)) : one.compareTo(other);
    }

    private static List<String> parts(String version) {
        return PART.matcher(version).results().map(MatchResult::group).toList();
    }
}
