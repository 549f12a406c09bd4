package dev.nptune.kernel.relocate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The pieces of a file in which a hunk may belong: where its rarer lines, or lines with its rarer names, are
/// found at about the right distances.
final class Windows {
    private static final int MOST = 10;
    private static final int BUCKET = 32;
    private static final int MAX_HITS = 400;
    static final int MARGIN = 60;

    private final Source file;
    private final Map<Integer, Double> votes = new TreeMap<>();

    Windows(Source file) {
        this.file = file;
    }

    /// @param begin its first line
    /// @param end the line after its last
    record Window(int begin, int end) {}

    List<Window> of(List<String> squeezed, double[] weights) {
        Map<String, List<Integer>> lines = new HashMap<>();
        Map<String, List<Integer>> names = new HashMap<>();
        for (String line : squeezed) {
            lines.computeIfAbsent(line, _ -> new ArrayList<>());
            for (String token : Tokens.of(line)) {
                if (token.length() > 2 && Tokens.isName(token)) {
                    names.computeIfAbsent(token, _ -> new ArrayList<>());
                }
            }
        }
        find(lines, names);
        for (int i = 0; i < squeezed.size(); i++) {
            vote(lines.getOrDefault(squeezed.get(i), List.of()), i, weights[i]);
            for (String token : Set.copyOf(Tokens.of(squeezed.get(i)))) {
                vote(names.getOrDefault(token, List.of()), i, weights[i] / 8);
            }
        }
        return votes.entrySet().stream()
                .sorted(Map.Entry.<Integer, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(MOST)
                .map(vote -> around(vote.getKey() * BUCKET, squeezed.size()))
                .toList();
    }

    private Window around(int line, int length) {
        return new Window(Math.max(0, line - MARGIN), Math.min(file.size(), line + BUCKET + length + MARGIN));
    }

    private void find(Map<String, List<Integer>> lines, Map<String, List<Integer>> names) {
        for (int i = 0; i < file.size(); i++) {
            String text = file.squeezed(i);
            List<Integer> hits = lines.get(text);
            if (hits != null && hits.size() <= MAX_HITS) {
                hits.add(i);
            }
            int limit = Math.min(text.length(), Source.MAX_LINE);
            for (int at = 0; at < limit; ) {
                int begin = at;
                while (at < limit && Tokens.isWordPart(text.charAt(at))) {
                    at++;
                }
                if (at - begin > 2) {
                    List<Integer> found = names.get(text.substring(begin, at));
                    if (found != null && found.size() <= MAX_HITS) {
                        found.add(i);
                    }
                }
                at = at == begin ? at + 1 : at;
            }
        }
    }

    /// What is nearly everywhere has no say.
    private void vote(List<Integer> hits, int i, double weight) {
        if (hits.isEmpty() || hits.size() > MAX_HITS) {
            return;
        }
        double each = weight / Math.sqrt(hits.size());
        for (int hit : hits) {
            int bucket = Math.floorDiv(Math.max(0, hit - i), BUCKET);
            votes.merge(bucket, each, Double::sum);
            votes.merge(bucket + 1, each / 2, Double::sum);
        }
    }
}
