package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkLine;
import dev.nptune.kernel.diff.HunkLine.Kind;
import dev.nptune.kernel.diff.TextLine;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/// Tells whether a file has a hunk's change already.
final class Present {
    private static final double ENOUGH = 0.8;

    private Present() {}

    /// The first line of the change where the new side stands word for word, from 0.
    static OptionalInt find(Source file, Hunk hunk) {
        List<TextLine> now = hunk.newSide();
        List<Integer> places = Exact.all(file, now);
        boolean telling = hunk.lines().stream().anyMatch(line -> line.kind() == Kind.ADDED && tells(line.text()));
        if (telling || (places.size() == 1 && hunk.prefix() > 0 && hunk.suffix() > 0 && tells(now))) {
            return places.isEmpty() ? OptionalInt.empty() : OptionalInt.of(places.getFirst() + hunk.prefix());
        }
        return OptionalInt.empty();
    }

    /// With other lines around: all that the hunk adds stands in one piece for each change, where the rest of
    /// the new side is.
    static OptionalInt findAmongOthers(Source file, Structure structure, Hunk hunk) {
        Hunk after = new Hunk(hunk.newStart(), hunk.newStart(), hunk.section(), asContext(hunk));
        List<String> added = hunk.lines().stream()
                .filter(line -> line.kind() == Kind.ADDED)
                .map(line -> Source.squeeze(line.text()))
                .toList();
        boolean telling = added.stream().anyMatch(Present::tells);
        if (!telling || !added.stream().allMatch(line -> file.count(line) > 0) || repeats(hunk)) {
            return OptionalInt.empty();
        }
        Search.Found found = new Search(file, structure, OldSide.of(after)).find();
        if (found.best().score() < ENOUGH) {
            return OptionalInt.empty();
        }
        return addedLines(file, hunk, found.best().at());
    }

    /// Whether it adds a line that stands in its context too.
    private static boolean repeats(Hunk hunk) {
        Set<String> old =
                hunk.oldSide().stream().map(line -> Source.squeeze(line.text())).collect(Collectors.toSet());
        return hunk.lines().stream()
                .filter(line -> line.kind() == Kind.ADDED && tells(line.text()))
                .anyMatch(line -> old.contains(Source.squeeze(line.text())));
    }

    private static OptionalInt addedLines(Source file, Hunk hunk, int[] at) {
        int i = 0;
        int first = -1;
        int last = -1;
        for (HunkLine line : hunk.lines()) {
            if (line.kind() == Kind.REMOVED) {
                continue;
            }
            int here = at[i++];
            if (line.kind() == Kind.CONTEXT) {
                last = -1;
                continue;
            }
            boolean same = here >= 0 && file.squeezed(here).equals(Source.squeeze(line.text()));
            if (!same || (last >= 0 && here != last + 1)) {
                return OptionalInt.empty();
            }
            first = first < 0 ? here : first;
            last = here;
        }
        return first < 0 ? OptionalInt.empty() : OptionalInt.of(first);
    }

    private static List<HunkLine> asContext(Hunk hunk) {
        return hunk.newSide().stream()
                .map(line -> new HunkLine(Kind.CONTEXT, line.text(), line.terminated()))
                .toList();
    }

    private static boolean tells(List<TextLine> lines) {
        return lines.stream().filter(line -> tells(line.text())).count() >= 2;
    }

    private static boolean tells(String line) {
        return Weights.of(Source.squeeze(line), 1, false) >= 1;
    }
}
