package dev.nptune.kernel.diff;

import dev.nptune.kernel.diff.HunkOutcome.AlreadyIn;
import dev.nptune.kernel.diff.HunkOutcome.Applied;
import java.util.ArrayList;
import java.util.List;

/// Places the hunks of one file, as GNU patch 2.7.6 does (`locate_hunk`, `apply_hunk`): same order of places, same
/// use
/// of
/// context, same offsets.
///
/// Lines are looked for in the file as it was. A hunk is tried where the last one's offset puts it, then one line
/// further
/// down, one further up, two down and so on, never before what an earlier hunk has changed. If there is no place, one
/// line
/// of context less is looked at on both ends, up to the greatest fuzz. Where a hunk has less context on one end
/// than on
/// the
/// other, the file is taken to begin or end there, until so much fuzz is allowed that both are alike.
///
/// Otherwise than in GNU patch, each hunk may be found to be in already, not only the first: what it leaves stands
/// there
/// whole. If it adds lines, that is looked for before fuzz, lest they be added twice.
public final class Placing {
    /// The greatest fuzz if nothing else is said, as in GNU patch.
    public static final int USUAL_FUZZ = 2;

    private final List<TextLine> input;
    private final List<TextLine> output;
    private final int maxFuzz;
    private final boolean noticeApplied;

    /// Lines of the input that are in the output, or have been dropped.
    private int frozen;

    /// What the last hunk's place adds to a line number of the patch.
    private int inOffset;

    /// How many lines longer the output is.
    private int outOffset;

    private Placing(List<TextLine> input, int maxFuzz, boolean noticeApplied) {
        this.input = input;
        this.output = new ArrayList<>(input.size() + 16);
        this.maxFuzz = maxFuzz;
        this.noticeApplied = noticeApplied;
    }

    /// What came of the hunks of a file.
    ///
    /// @param lines the file with those that found a place
    /// @param outcomes what came of each, in order
    public record Placed(List<TextLine> lines, List<HunkOutcome> outcomes) {
        public Placed {
            outcomes = List.copyOf(outcomes);
        }
    }

    /// Places hunks.
    ///
    /// @param input the file's lines
    /// @param maxFuzz the greatest fuzz
    /// @param noticeApplied whether to look for hunks that are in already; GNU patch with `--force` does not
    public static Placed place(List<TextLine> input, List<Hunk> hunks, int maxFuzz, boolean noticeApplied) {
        Placing placing = new Placing(input, maxFuzz, noticeApplied);
        List<HunkOutcome> outcomes = new ArrayList<>();
        for (Hunk hunk : hunks) {
            outcomes.add(placing.place(hunk));
        }
        placing.copyTill(input.size());
        return new Placed(placing.output, outcomes);
    }

    private HunkOutcome place(Hunk hunk) {
        List<TextLine> pattern = hunk.oldSide();
        int first = hunk.oldStart() + (pattern.isEmpty() ? 1 : 0);
        Pattern forward = new Pattern(pattern, first, hunk.prefix(), hunk.suffix());
        boolean adds = hunk.lines().stream().anyMatch(l -> l.kind() == HunkLine.Kind.ADDED);
        int most = Math.min(maxFuzz, Math.max(hunk.prefix(), hunk.suffix()));
        for (int fuzz = 0; fuzz <= most; fuzz++) {
            int where = locate(forward, fuzz);
            if (where != 0) {
                int at = where + outOffset;
                return apply(hunk, where) ? new Applied(at, inOffset, fuzz) : failed(hunk, first);
            }
            if (adds ? fuzz == 0 : fuzz == most) {
                int applied = applied(hunk, first, pattern.size());
                if (applied != 0) {
                    return new AlreadyIn(applied);
                }
            }
        }
        return failed(hunk, first);
    }

    private HunkOutcome failed(Hunk hunk, int first) {
        return Failures.explain(hunk, input, first + inOffset, frozen);
    }

    /// What a hunk expects of the file.
    ///
    /// @param first the line at which the patch has it; if it expects no lines, the one before which it adds
    private record Pattern(List<TextLine> lines, int first, int prefix, int suffix) {}

    /// Finds the place of a hunk, and carries its offset on.
    ///
    /// @return 0 if there is none
    private int locate(Pattern hunk, int fuzz) {
        int guess = hunk.first + inOffset;
        if (hunk.lines.isEmpty()) {
            return guess;
        }
        int offset = offset(hunk, guess, fuzz);
        if (offset == NONE) {
            return 0;
        }
        inOffset += offset;
        return guess + offset;
    }

    private static final int NONE = Integer.MIN_VALUE;

    private int offset(Pattern hunk, int guess, int fuzz) {
        int context = Math.max(hunk.prefix, hunk.suffix);
        int prefixFuzz = fuzz + hunk.prefix - context;
        int suffixFuzz = fuzz + hunk.suffix - context;
        int lines = hunk.lines.size();
        int mostDown = input.size() - (lines - suffixFuzz) + 1 - guess;
        int mostUp = Math.min(guess - (frozen + 1), guess - 1);
        if (prefixFuzz < 0 && hunk.first <= 1) {
            boolean wholeFile = suffixFuzz < 0;
            boolean possible = !wholeFile || (lines == input.size() && hunk.prefix >= frozen);
            int offset = 1 - guess;
            return possible && frozen <= hunk.prefix && offset <= mostDown && matches(hunk, 1, 0, suffixFuzz)
                    ? offset
                    : NONE;
        }
        prefixFuzz = Math.max(0, prefixFuzz);
        if (suffixFuzz < 0) {
            int up = guess - (input.size() - lines + 1);
            return up <= mostUp && matches(hunk, guess - up, prefixFuzz, 0) ? -up : NONE;
        }
        return search(hunk, guess, prefixFuzz, suffixFuzz, mostDown, mostUp);
    }

    private int search(Pattern hunk, int guess, int prefixFuzz, int suffixFuzz, int mostDown, int mostUp) {
        // Where the guess lies before what is frozen, GNU patch begins above it; what it finds there is out of order.
        int begin = mostDown < 0 ? -mostDown : Math.min(0, guess - (frozen + 1));
        int end = Math.max(mostDown, guess - (frozen + 1));
        for (int offset = begin; offset <= end; offset++) {
            if (offset <= mostDown && matches(hunk, guess + offset, prefixFuzz, suffixFuzz)) {
                return offset;
            }
            if (offset <= mostUp && matches(hunk, guess - offset, prefixFuzz, suffixFuzz)) {
                return -offset;
            }
        }
        return NONE;
    }

    private boolean matches(Pattern hunk, int where, int prefixFuzz, int suffixFuzz) {
        int end = hunk.lines.size() - suffixFuzz;
        for (int i = Math.max(0, prefixFuzz); i < end && i < hunk.lines.size(); i++) {
            if (!hunk.lines.get(i).equals(line(where + i))) {
                return false;
            }
        }
        return true;
    }

    private static final TextLine NOTHING = new TextLine("", false);

    private TextLine line(int number) {
        return number < 1 || number > input.size() ? NOTHING : input.get(number - 1);
    }

    /// Puts a hunk into the output.
    ///
    /// @return false if an earlier hunk was put in behind its place
    private boolean apply(Hunk hunk, int where) {
        int old = where - 1;
        for (HunkLine line : hunk.lines()) {
            switch (line.kind()) {
                case CONTEXT -> old++;
                case REMOVED -> {
                    if (!copyTill(old)) {
                        return false;
                    }
                    frozen++;
                    old++;
                }
                case ADDED -> {
                    if (!copyTill(old)) {
                        return false;
                    }
                    put(line.line());
                }
            }
        }
        outOffset += hunk.newSide().size() - hunk.oldSide().size();
        return true;
    }

    private boolean copyTill(int last) {
        if (frozen > last) {
            return false;
        }
        for (int i = frozen; i < Math.min(last, input.size()); i++) {
            put(input.get(i));
        }
        frozen = last;
        return true;
    }

    /// A line after one without a line feed gives it one.
    private void put(TextLine line) {
        if (!output.isEmpty() && !output.getLast().terminated()) {
            output.set(output.size() - 1, new TextLine(output.getLast().text(), true));
        }
        output.add(line);
    }

    /// Looks whether what a hunk leaves stands in the file, and if so passes over it.
    ///
    /// @return where in the output, or 0
    private int applied(Hunk hunk, int first, int oldLines) {
        List<TextLine> pattern = hunk.newSide();
        if (!noticeApplied || pattern.isEmpty()) {
            return 0;
        }
        int offset = offset(new Pattern(pattern, first, hunk.prefix(), hunk.suffix()), first + inOffset, 0);
        int where = first + inOffset + offset;
        if (offset == NONE || !copyTill(where - 1 + pattern.size() - hunk.suffix())) {
            return 0;
        }
        inOffset = where - first + pattern.size() - oldLines;
        return where + outOffset;
    }
}
