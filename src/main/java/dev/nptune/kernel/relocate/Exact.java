package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.TextLine;
import java.util.ArrayList;
import java.util.List;

/// Finds lines word for word.
final class Exact {
    private static final int MOST = 100;

    private Exact() {}

    static boolean at(Source file, List<TextLine> lines, int begin) {
        return begin >= 0
                && begin + lines.size() <= file.size()
                && file.lines().subList(begin, begin + lines.size()).equals(lines);
    }

    /// The places where lines stand, from 0; the first hundred.
    static List<Integer> all(Source file, List<TextLine> lines) {
        List<Integer> found = new ArrayList<>();
        if (lines.isEmpty()) {
            return found;
        }
        // The rarest line first: what is left to compare is little even in hostile files.
        int key = 0;
        for (int i = 1; i < lines.size(); i++) {
            if (count(file, lines, i) < count(file, lines, key)) {
                key = i;
            }
        }
        TextLine rarest = lines.get(key);
        for (int i = 0; i < file.size() && found.size() < MOST; i++) {
            if (file.line(i).equals(rarest) && at(file, lines, i - key)) {
                found.add(i - key);
            }
        }
        return found;
    }

    private static int count(Source file, List<TextLine> lines, int i) {
        return file.count(Source.squeeze(lines.get(i).text()));
    }
}
