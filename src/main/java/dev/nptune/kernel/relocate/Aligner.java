package dev.nptune.kernel.relocate;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lays the old side of a hunk along a piece of a file, in order, so that the lines found weigh most. Lines of
/// either may stay alone: those of the hunk lose their weight, those of the file between the found ones cost a
/// little, the first more than the next.
final class Aligner {
    static final double SQUEEZED = 0.98;
    private static final double LIKE = 0.8;
    private static final double LEAST_LIKENESS = 0.6;
    private static final double OPEN = 0.08;
    private static final double NEXT = 0.004;

    private static final byte ALONE = 1;
    private static final byte FOUND = 2;
    private static final byte SKIP = 3;

    private final Source file;
    private final Tokens tokens;
    private final List<String> texts;
    private final String[] squeezed;
    private final double[] weights;
    private final double sum;

    /// @param texts the old side
    Aligner(Source file, Tokens tokens, List<String> texts, double[] weights) {
        this.file = file;
        this.tokens = tokens;
        this.texts = List.copyOf(texts);
        this.weights = weights.clone();
        squeezed = texts.stream().map(Source::squeeze).toArray(String[]::new);
        sum = Math.max(1e-9, Arrays.stream(weights).sum());
    }

    /// Where each line of the old side was found.
    static final class Alignment {
        static final Alignment NONE = new Alignment(new int[0], 0);

        private final int[] at;
        private final double score;

        private Alignment(int[] at, double score) {
            this.at = at;
            this.score = score;
        }

        /// For each line of the old side the line of the file, from 0; -1 if it was not found.
        int[] at() {
            return at;
        }

        /// How much was found, 0 to 1.
        double score() {
            return score;
        }

        /// The first line found; -1 if none was.
        int first() {
            return Arrays.stream(at).filter(j -> j >= 0).findFirst().orElse(-1);
        }
    }

    /// @param begin first line of the piece
    /// @param end the line after its last
    /// @param banned an alignment none of whose pairs may be used again; null for none
    Alignment align(int begin, int end, int @Nullable [] banned) {
        int n = squeezed.length;
        int width = end - begin;
        byte[][] from = new byte[n + 1][width + 1];
        double[] above = new double[width + 1];
        double[] row = new double[width + 1];
        for (int i = 1; i <= n; i++) {
            fill(i, begin, banned, above, row, from[i]);
            double[] swap = above;
            above = row;
            row = swap;
        }
        int best = 0;
        for (int j = 1; j <= width; j++) {
            if (above[j] > above[best] + 1e-12) {
                best = j;
            }
        }
        return new Alignment(trace(from, n, best, begin), Math.clamp(above[best] / sum, 0, 1));
    }

    private void fill(int i, int begin, int @Nullable [] banned, double[] above, double[] row, byte[] from) {
        int width = row.length - 1;
        double skipped = Double.NEGATIVE_INFINITY;
        boolean last = i == squeezed.length;
        for (int j = 0; j <= width; j++) {
            row[j] = above[j];
            from[j] = ALONE;
            if (j == 0) {
                continue;
            }
            int line = begin + j - 1;
            double same = banned != null && banned[i - 1] == line ? 0 : likeness(i - 1, line);
            if (same > 0 && above[j - 1] + weights[i - 1] * same > row[j]) {
                row[j] = above[j - 1] + weights[i - 1] * same;
                from[j] = FOUND;
            }
            skipped = Math.max(skipped - NEXT, row[j - 1] - OPEN);
            if (!last && skipped > row[j]) {
                row[j] = skipped;
                from[j] = SKIP;
            }
        }
    }

    private int[] trace(byte[][] from, int rows, int column, int begin) {
        int[] at = new int[rows];
        Arrays.fill(at, -1);
        int j = column;
        for (int i = rows; i > 0; ) {
            switch (from[i][j]) {
                case FOUND -> {
                    i--;
                    j--;
                    at[i] = begin + j;
                }
                case SKIP -> j--;
                default -> i--;
            }
        }
        return at;
    }

    /// How alike line i of the old side and a line of the file are; 0 if they are not the same line for sure.
    double likeness(int i, int line) {
        String other = file.squeezed(line);
        if (squeezed[i].equals(other)) {
            return texts.get(i).equals(file.text(line)) ? 1 : SQUEEZED;
        }
        if (Weights.isTerminator(squeezed[i]) && Weights.isTerminator(other)) {
            return SQUEEZED * 0.95;
        }
        double like = tokens.likeness(squeezed[i], other);
        return like < LEAST_LIKENESS ? 0 : LIKE * like;
    }
}
