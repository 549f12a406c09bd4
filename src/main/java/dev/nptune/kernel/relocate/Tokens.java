package dev.nptune.kernel.relocate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Lines as tokens: names and numbers whole, every other character that is no blank by itself.
final class Tokens {
    private static final int MAX_TOKENS = 200;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, int[]> sorted = new HashMap<>();

    static List<String> of(String text) {
        List<String> tokens = new ArrayList<>();
        int limit = Math.min(text.length(), Source.MAX_LINE);
        for (int i = 0; i < limit && tokens.size() < MAX_TOKENS; ) {
            int begin = i;
            while (i < limit && isWordPart(text.charAt(i))) {
                i++;
            }
            if (i > begin) {
                tokens.add(text.substring(begin, i));
            } else {
                if (text.charAt(i) > ' ') {
                    tokens.add(text.substring(i, i + 1));
                }
                i++;
            }
        }
        return tokens;
    }

    static boolean isWordPart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    static boolean isName(String token) {
        char c = token.charAt(0);
        return isWordPart(c) && !(c >= '0' && c <= '9');
    }

    /// How alike two lines are, 0 to 1: tokens they share, whatever their order, of all they have. Names and
    /// numbers count five times as much as signs.
    double likeness(String a, String b) {
        int[] x = sorted(a);
        int[] y = sorted(b);
        if (x.length == 0 || y.length == 0) {
            return 0;
        }
        double common = 0;
        double all = 0;
        for (int i = 0, j = 0; i < x.length && j < y.length; ) {
            int order = Integer.compare(x[i], y[j]);
            if (order == 0) {
                common += 2 * weight(x[i]);
            }
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        for (int id : x) {
            all += weight(id);
        }
        for (int id : y) {
            all += weight(id);
        }
        return common / all;
    }

    private static double weight(int id) {
        return id < 0 ? 0.2 : 1;
    }

    private int[] sorted(String line) {
        return sorted.computeIfAbsent(line, text -> {
            List<String> tokens = of(text);
            int[] ids = new int[tokens.size()];
            for (int i = 0; i < ids.length; i++) {
                String token = tokens.get(i);
                ids[i] = isWordPart(token.charAt(0))
                        ? numbers.computeIfAbsent(token, _ -> numbers.size())
                        : -token.charAt(0);
            }
            Arrays.sort(ids);
            return ids;
        });
    }
}
