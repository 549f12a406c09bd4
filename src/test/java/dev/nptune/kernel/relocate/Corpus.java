package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.Hunk;
import dev.nptune.kernel.diff.HunkOutcome;
import dev.nptune.kernel.diff.Placing;
import dev.nptune.kernel.diff.TextLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Hunks that GNU patch does not place, with what is right for each.
final class Corpus {
    /// @param file what the hunk is to be placed in
    /// @param truths the results that are right; none if it has no place
    record Case(
            String name,
            PatchMaker.Kind patch,
            DriftMaker.Kind drift,
            Hunk hunk,
            List<TextLine> file,
            Set<List<TextLine>> truths) {}

    private final String name;
    private final List<String> lines;
    private final Landmarks landmarks;

    Corpus(String name, String text) {
        this.name = name;
        lines = text.lines().toList();
        landmarks = new Landmarks(lines);
    }

    /// Hunks that GNU patch does not place: tries until there are so many.
    List<Case> cases(Random random, int count) {
        return cases(random, count, false);
    }

    /// Hunks that GNU patch places, with fuzz or at other lines than they say.
    List<Case> placed(Random random, int count) {
        return cases(random, count, true);
    }

    private List<Case> cases(Random random, int count, boolean placed) {
        PatchMaker patches = new PatchMaker(lines, landmarks, random);
        List<Case> cases = new ArrayList<>();
        List<DriftMaker.Kind> kinds = Arrays.stream(DriftMaker.Kind.values())
                .filter(kind -> kind != DriftMaker.Kind.REAL)
                .toList();
        for (int turn = 0; cases.size() < count && turn < 20 * count; turn++) {
            Case made = null;
            for (int tries = 0; made == null && tries < 300; tries++) {
                made = attempt(patches, random, kinds.get(turn % kinds.size()), placed);
            }
            if (made != null) {
                cases.add(made);
            }
        }
        return cases;
    }

    private @Nullable Case attempt(PatchMaker patches, Random random, DriftMaker.Kind kind, boolean placed) {
        PatchMaker.Made patch = patches.make();
        if (patch == null) {
            return null;
        }
        DriftMaker.Made drift = new DriftMaker(lines, landmarks, patch, random).make(kind);
        if (drift == null) {
            return null;
        }
        Optional<Hunk> hunk = HunkMaker.hunk(lines, patch.draft());
        if (hunk.isEmpty()) {
            return null;
        }
        Draft file = Draft.of(lines);
        drift.does().forEach(step -> step.to(file, true));
        List<TextLine> text = file.lines();
        HunkOutcome outcome = Placing.place(text, List.of(hunk.get()), Placing.USUAL_FUZZ, false)
                .outcomes()
                .getFirst();
        boolean wanted =
                outcome instanceof HunkOutcome.Applied a ? placed && (a.fuzz() > 0 || a.offset() != 0) : !placed;
        if (!wanted) {
            return null;
        }
        return new Case(name, patch.kind(), drift.kind(), hunk.get(), text, truths(patch, drift));
    }

    /// Where patch and drift add lines in the same place, neither knew of the other. In a list either order is
    /// right; in a function none is for sure, so that the hunk has no place.
    private static Set<List<TextLine>> truths(PatchMaker.Made patch, DriftMaker.Made drift) {
        Set<List<TextLine>> truths = new LinkedHashSet<>();
        if (!drift.placeable()) {
            return truths;
        }
        for (boolean patchFirst : new boolean[] {true, false}) {
            Draft both = patch.draft().copy();
            drift.does().forEach(step -> step.to(both, patchFirst));
            boolean free = drift.kind() == DriftMaker.Kind.SAME_PLACE
                    || drift.kind() == DriftMaker.Kind.TABLE_GROWN
                    || drift.kind() == DriftMaker.Kind.COMMENT;
            if (both.conflict()
                    || (both.sameGap()
                            && !(free && (patch.kind().isList() || drift.kind() == DriftMaker.Kind.COMMENT)))) {
                return Set.of();
            }
            truths.add(both.lines());
        }
        return truths;
    }
}
