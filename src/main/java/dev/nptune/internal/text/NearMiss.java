package dev.nptune.internal.text;

import java.util.Collection;
import java.util.List;

/// Finds what somebody meant who typed a name slightly wrong.
public final class NearMiss {
    private static final int MOST = 2;
    private static final int LONGEST = 64;

    private NearMiss() {}

    /// The known names that take the fewest slips of the keyboard to become the word, in their own order: at most two
    /// slips, and fewer than half the word's letters. Empty if none is that near.
    public static List<String> of(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return List.of();
        }
        int most = Math.min(MOST, (word.length() - 1) / 2);
        List<String> near = known.stream()
                .filter(name -> Math.abs(name.length() - word.length()) <= most)
                .filter(name -> slips(word, name) <= most)
                .toList();
        int least = near.stream().mapToInt(name -> slips(word, name)).min().orElse(0);
        return near.stream().filter(name -> slips(word, name) == least).toList();
    }

    /// Letters left out, put in, mistaken, or swapped with their neighbour (optimal string alignment distance).
    static int slips(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int mistaken = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + mistaken);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
