package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.TextLine;
import dev.nptune.kernel.relocate.Aligner.Alignment;
import dev.nptune.kernel.relocate.Edits.NoPlace;
import dev.nptune.kernel.relocate.Relocation.AlreadyIn;
import dev.nptune.kernel.relocate.Relocation.Moved;
import dev.nptune.kernel.relocate.Relocation.Place;
import dev.nptune.kernel.relocate.Relocation.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// Finds the place of a hunk in a file that has changed since the patch was made, where GNU patch and `git
/// apply` find none.
///
/// The lines of the old side are laid along the file, the rarer ones weighing more ([Aligner]); the function or
/// table that the patch names must be the one they are found in ([Search], [Edits]); and where lines have come
/// between those that the patch adds lines between, it is placed only if the order cannot matter ([Gap]). The
/// time is bounded: the file is read a few times, and the hunk is laid along at most 18 pieces of it.
public final class Relocator {
    /// The most lines of a hunk's old or new side that are looked for; a longer hunk is refused.
    public static final int MAX_HUNK = 400;

    private static final double LEAST = 0.55;
    private static final double LEAST_UNNAMED = 0.65;
    private static final double LEAST_BEHIND = 0.3;
    private static final double LEAD = 0.15;
    private static final double LEAD_UNNAMED = 0.2;
    private static final int NEAREST = 3;

    private final Source file;
    private final Structure structure;

    private Relocator(List<TextLine> file) {
        this.file = new Source(file);
        structure = Structure.of(this.file);
    }

    /// Finds the place of a hunk.
    ///
    /// @param file the file as it is
    /// @param hunk of a patch for another state of it
    public static Relocation relocate(List<TextLine> file, Hunk hunk) {
        return of(file).relocate(hunk);
    }

    /// For several hunks in one file, each looked for by itself.
    public static Relocator of(List<TextLine> file) {
        return new Relocator(file);
    }

    /// Finds the place of a hunk.
    public Relocation relocate(Hunk hunk) {
        List<TextLine> old = hunk.oldSide();
        int start = old.isEmpty() ? hunk.oldStart() : hunk.oldStart() - 1;
        return !Change.of(hunk).isEmpty() && Exact.at(file, old, start)
                ? new Moved(hunk, hunk, hunk.oldStart(), 1, 0, List.of(), "it applies where the patch has it")
                : anywhere(hunk);
    }

    /// Finds the place of a hunk; the line that the patch says does not count.
    private Relocation anywhere(Hunk hunk) {
        List<TextLine> old = hunk.oldSide();
        List<Change> changes = Change.of(hunk);
        if (changes.isEmpty()) {
            return refused(hunk, "the hunk changes nothing", List.of());
        }
        if (old.isEmpty()) {
            return refused(hunk, "the hunk has no line to look for", List.of());
        }
        if (old.size() > MAX_HUNK || hunk.newSide().size() > MAX_HUNK) {
            return refused(hunk, "the hunk is longer than " + MAX_HUNK + " lines", List.of());
        }
        List<Integer> exact = Exact.all(file, old);
        if (exact.size() == 1) {
            return exact(hunk, changes, exact.getFirst());
        }
        OptionalInt present = Present.find(file, hunk);
        if (exact.isEmpty() && present.isPresent()) {
            return alreadyIn(hunk, present.getAsInt());
        }
        return search(hunk, changes);
    }

    /// Finds a place for a hunk that is clearly better than one where it was put by its lines, some of its context
    /// left out.
    ///
    /// @param put the line of the file, from 0, that its first line was put on
    /// @return nothing if there is none, or it is not certain
    Optional<Moved> better(Hunk hunk, int put) {
        if (!(anywhere(hunk) instanceof Moved moved) || firstChange(moved.newHunk()) == changeAt(hunk, put)) {
            return Optional.empty();
        }
        double there = share(hunk, put);
        return there >= 1 || moved.score() >= there + LEAD ? Optional.of(moved) : Optional.empty();
    }

    private static int firstChange(Hunk hunk) {
        return changeAt(hunk, hunk.oldSide().isEmpty() ? hunk.oldStart() : hunk.oldStart() - 1);
    }

    private static int changeAt(Hunk hunk, int begin) {
        return begin + Change.of(hunk).getFirst().from();
    }

    /// How much of the old side stands in a place word for word, as [Moved#score] counts it.
    private double share(Hunk hunk, int begin) {
        OldSide old = OldSide.of(hunk);
        double found = 0;
        double all = 0;
        for (int i = 0; i < old.size(); i++) {
            double weight = Weights.of(
                    old.squeezed(i), file.count(old.squeezed(i)), old.removed().get(i));
            int at = begin + i;
            all += weight;
            if (at >= 0 && at < file.size() && file.line(at).equals(old.lines().get(i))) {
                found += weight;
            }
        }
        return all == 0 ? 1 : found / all;
    }

    private Relocation exact(Hunk hunk, List<Change> changes, int begin) {
        Optional<String> wrong = new Owners(file, structure, OldSide.of(hunk)).wrongExact(changes, begin);
        if (wrong.isPresent()) {
            return refused(
                    hunk,
                    wrong.get(),
                    List.of(new Place(
                            begin + 1, 1, structure.at(begin).map(Scope::words).orElse(""))));
        }
        Hunk moved = new Hunk(begin + 1, begin + 1 + hunk.newStart() - hunk.oldStart(), hunk.section(), hunk.lines());
        return new Moved(
                hunk, moved, begin + 1, 1, 0, List.of(), "the same lines, " + distance(begin + 1 - hunk.oldStart()));
    }

    private Relocation alreadyIn(Hunk hunk, int line) {
        String in = structure.at(line).map(scope -> " in " + scope.words()).orElse("");
        return new AlreadyIn(hunk, line + 1, "what the hunk does is done already" + in + ", line " + (line + 1));
    }

    private Relocation search(Hunk hunk, List<Change> changes) {
        OldSide old = OldSide.of(hunk);
        Search search = new Search(file, structure, old);
        Search.Found found = search.find();
        OptionalInt present = Present.findAmongOthers(file, structure, hunk);
        if (present.isPresent()) {
            return alreadyIn(hunk, present.getAsInt());
        }
        List<Place> nearest = nearest(found);
        String no = behindNamed(old, changes, found) ? "" : tooUncertain(found, search.hasHome());
        if (no.isEmpty() && !search.hasHome()) {
            no = elsewhere(found);
        }
        if (!no.isEmpty()) {
            return refused(hunk, no, nearest);
        }
        try {
            Edits edits = new Edits(file, structure, old, found.texts(), found.best(), found.renames());
            edits.make(changes);
            return moved(hunk, changes, found, edits);
        } catch (NoPlace e) {
            return refused(hunk, e.why(), nearest);
        }
    }

    /// Whether lines of the outermost level are added behind the named function, whose end is there word for
    /// word: what follows it may be what it likes.
    private boolean behindNamed(OldSide old, List<Change> changes, Search.Found found) {
        Change change = changes.getFirst();
        int n = change.from();
        boolean behind = changes.size() == 1
                && change.isInsertion()
                && n > 1
                && found.atHome()
                && found.best().score() >= Math.max(LEAST_BEHIND, found.outside())
                && Blocks.areTopLevel(change.squeezed());
        if (!behind || !(old.owners().get(n) instanceof OldSide.Owner.Top(String after))) {
            return false;
        }
        List<Scope> named = structure.named(after);
        boolean tells = false;
        boolean end = false;
        for (int i = 0; behind && i < n; i++) {
            int at = found.best().at()[i];
            behind = at >= 0
                    && file.text(at).equals(found.texts().get(i))
                    && (i == 0 || at == found.best().at()[i - 1] + 1);
            tells |= Weights.of(old.squeezed(i), 1, false) >= 1;
            end |= named.size() == 1 && at == named.getFirst().end();
        }
        return behind && tells && end;
    }

    private static String tooUncertain(Search.Found found, boolean named) {
        double score = found.best().score();
        if (score < (named ? LEAST : LEAST_UNNAMED)) {
            return "too little of the lines around is there: " + share(score);
        }
        if (found.outside() > score) {
            return "another place than the patch names is more alike: " + share(found.outside()) + " against "
                    + share(score);
        }
        if (score - found.runnerUp() < (named ? LEAD : LEAD_UNNAMED)) {
            return "two places are alike: " + share(score) + " and " + share(found.runnerUp());
        }
        return "";
    }

    /// A line that is in the file only once belongs where the hunk does.
    private String elsewhere(Search.Found found) {
        for (int i = 0; i < found.texts().size(); i++) {
            String text = Source.squeeze(found.texts().get(i));
            int at = found.best().at()[i];
            boolean here = at >= 0 && file.squeezed(at).equals(text);
            if (!here && file.count(text) == 1 && Weights.of(text, 1, false) >= 1) {
                return "a line of the hunk stands in another place only: " + text;
            }
        }
        return "";
    }

    private Relocation moved(Hunk hunk, List<Change> changes, Search.Found found, Edits edits) throws NoPlace {
        Hunk now = NewHunk.of(file, hunk, edits.edits());
        int begin = now.oldSide().isEmpty() ? now.oldStart() : now.oldStart() - 1;
        if (!Exact.at(file, now.oldSide(), begin)) {
            throw new NoPlace("the new hunk does not apply");
        }
        Edit first = edits.edits().getFirst();
        List<String> why = new ArrayList<>();
        int was = hunk.oldStart() - 1 + changes.getFirst().from();
        String in = structure.words(first.at());
        why.add(in.isEmpty() ? distance(first.at() - was) : in + ", " + distance(first.at() - was));
        why.addAll(edits.words());
        why.addAll(edits.notes());
        return new Moved(
                hunk,
                now,
                now.oldStart(),
                found.best().score(),
                found.runnerUp(),
                List.copyOf(edits.notes()),
                String.join("; ", why));
    }

    private static String distance(int lines) {
        int n = Math.abs(lines);
        return n == 0 ? "in the same line" : n + (n == 1 ? " line " : " lines ") + (lines < 0 ? "above" : "below");
    }

    private List<Place> nearest(Search.Found found) {
        List<Place> places = new ArrayList<>();
        for (Alignment alignment : found.all()) {
            int line = alignment.first();
            boolean known = places.stream().anyMatch(place -> Math.abs(place.line() - 1 - line) < Windows.MARGIN / 2);
            if (line >= 0 && !known && places.size() < NEAREST) {
                places.add(new Place(
                        line + 1,
                        alignment.score(),
                        structure.at(line).map(Scope::words).orElse("")));
            }
        }
        return places;
    }

    private static String share(double score) {
        return String.format(Locale.ROOT, "%.0f %%", score * 100);
    }

    private static Refused refused(Hunk hunk, String why, List<Place> nearest) {
        return new Refused(hunk, why, nearest);
    }
}
