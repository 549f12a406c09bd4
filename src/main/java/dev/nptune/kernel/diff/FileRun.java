package dev.nptune.kernel.diff;

import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.FileDiff.Action;
import dev.nptune.kernel.diff.FileResult.Verdict;
import dev.nptune.kernel.diff.HunkOutcome.AlreadyIn;
import dev.nptune.kernel.diff.HunkOutcome.Applied;
import dev.nptune.kernel.diff.HunkOutcome.Doubtful;
import dev.nptune.kernel.diff.HunkOutcome.Failed;
import dev.nptune.kernel.diff.HunkOutcome.Rescued;
import dev.nptune.kernel.diff.Placing.Placed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Applies the diff of one file to an overlay.
final class FileRun {
    private static final int PERMISSIONS = 0777;

    private final FileDiff diff;
    private final Overlay files;
    private final Series.Options options;
    private final @Nullable String oldName;
    private final @Nullable String newName;
    private final Set<String> leaving;

    /// @param leaving names whose files the same patch renames or deletes
    FileRun(FileDiff diff, int strip, Overlay files, Series.Options options, Set<String> leaving) {
        this.diff = diff;
        this.files = files;
        this.options = options;
        this.oldName = StripLevel.strip(diff.oldName(), strip);
        this.newName = StripLevel.strip(diff.newName(), strip);
        this.leaving = leaving;
    }

    FileResult run() throws UserException {
        if ((diff.oldName() != null && oldName == null) || (diff.newName() != null && newName == null)) {
            String whole = Objects.requireNonNull(diff.newName() == null ? diff.oldName() : diff.newName());
            return fails(whole, "the name has fewer folders than are to be taken off");
        }
        for (String name : names()) {
            Optional<String> refusal = files.tree().refusal(name);
            if (refusal.isPresent()) {
                return fails(name, refusal.get());
            }
        }
        return switch (diff.action()) {
            case MODIFY -> modify();
            case CREATE -> create(Objects.requireNonNull(newName));
            case DELETE -> delete(Objects.requireNonNull(oldName));
            case RENAME, COPY -> move(Objects.requireNonNull(oldName), Objects.requireNonNull(newName));
        };
    }

    private List<String> names() {
        return Stream.of(oldName, newName)
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }

    private FileResult fails(String name, String words) {
        return FileResult.fails(diff, name, words);
    }

    /// As GNU patch chooses of the names of files that are there: the fewest folders, then the shortest.
    private FileResult modify() throws UserException {
        Comparator<String> best = Comparator.<String>comparingLong(
                        n -> n.chars().filter(c -> c == '/').count())
                .thenComparingInt(n -> n.length() - n.lastIndexOf('/'))
                .thenComparingInt(String::length);
        List<String> there = new ArrayList<>();
        for (String name : names()) {
            if (files.get(name).isPresent()) {
                there.add(name);
            }
        }
        Optional<String> name = there.stream().min(best);
        if (name.isPresent()) {
            return change(name.get(), files.get(name.get()).orElseThrow());
        }
        String first = names().stream().min(best).orElseThrow();
        boolean creates = !diff.hunks().isEmpty()
                && diff.hunks().getFirst().oldSide().isEmpty()
                && diff.hunks().getFirst().oldStart() == 0;
        return creates ? change(first, new Content(List.of(), Content.USUAL_MODE)) : fails(first, missing(first));
    }

    private String missing(String name) {
        List<String> similar = files.tree().similar(name);
        return "there is no such file in the tree"
                + (similar.isEmpty() ? "" : "; did the patch mean " + String.join(", ", similar) + "?");
    }

    private FileResult change(String name, Content before) throws UserException {
        Placed placed = place(before.lines());
        int mode = mode(before.mode());
        Verdict verdict = verdict(placed, mode == before.mode());
        if (verdict != Verdict.ALREADY_IN) {
            files.put(name, new Content(placed.lines(), mode));
        }
        return new FileResult(diff, name, verdict, "", placed.outcomes());
    }

    private int mode(int before) {
        String mode = diff.newMode();
        return mode == null ? before : Integer.parseInt(mode, 8) & PERMISSIONS;
    }

    private static Verdict verdict(Placed placed, boolean sameOtherwise) {
        if (placed.outcomes().stream().anyMatch(Failed.class::isInstance)) {
            return Verdict.FAILS;
        }
        return sameOtherwise && placed.outcomes().stream().allMatch(AlreadyIn.class::isInstance)
                ? Verdict.ALREADY_IN
                : Verdict.APPLIES;
    }

    private Placed place(List<TextLine> lines) {
        Placed placed = Placing.place(lines, diff.hunks(), options.maxFuzz(), options.noticeApplied());
        Map<Integer, Doubtful> doubts = doubts(lines, placed);
        if (doubts.isEmpty()) {
            return rescued(placed);
        }
        Optional<Placed> moved = options.rescue().moves() ? moved(lines, placed, doubts) : Optional.empty();
        if (moved.isPresent()) {
            return moved.get();
        }
        List<HunkOutcome> outcomes = new ArrayList<>(placed.outcomes());
        doubts.forEach(outcomes::set);
        return rescued(new Placed(placed.lines(), outcomes));
    }

    /// The same with the doubtful hunks where the rescue puts them.
    ///
    /// @return nothing if a hunk fails so, or another one would come to another place than before
    private Optional<Placed> moved(List<TextLine> lines, Placed placed, Map<Integer, Doubtful> doubts) {
        List<Hunk> sure = IntStream.range(0, diff.hunks().size())
                .filter(i -> !doubts.containsKey(i))
                .mapToObj(diff.hunks()::get)
                .toList();
        Placed without = Placing.place(lines, sure, options.maxFuzz(), options.noticeApplied());
        List<HunkOutcome> others = new ArrayList<>(without.outcomes());
        new TreeMap<>(doubts)
                .forEach((i, doubt) -> others.add(i, new Failed(doubt.applied().at(), "", null)));
        List<HunkOutcome> before = inFile(placed.outcomes());
        List<HunkOutcome> after = inFile(others);
        boolean same = IntStream.range(0, before.size())
                .allMatch(i -> doubts.containsKey(i) || before.get(i).equals(after.get(i)));
        if (!same) {
            return Optional.empty();
        }
        Placed moved = rescued(new Placed(without.lines(), others));
        return Optional.of(moved).filter(m -> m.outcomes().stream().noneMatch(Failed.class::isInstance));
    }

    /// What came of each hunk, by the lines of the file as it was.
    private List<HunkOutcome> inFile(List<HunkOutcome> outcomes) {
        List<HunkOutcome> all = new ArrayList<>();
        int longer = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case Applied a -> {
                    all.add(new Applied(a.at() - longer, a.offset(), a.fuzz()));
                    Hunk hunk = diff.hunks().get(i);
                    longer += hunk.newSide().size() - hunk.oldSide().size();
                }
                case AlreadyIn a -> all.add(new AlreadyIn(a.at() - longer));
                case Doubtful _, Rescued _, Failed _ -> all.add(new Failed(0, "", null));
            }
        }
        return all;
    }

    /// Of hunks that were put elsewhere than the patch says, or with fuzz, those that have a better place.
    private Map<Integer, Doubtful> doubts(List<TextLine> lines, Placed placed) {
        Map<Integer, Applied> unsure = new TreeMap<>();
        for (int i = 0; i < placed.outcomes().size(); i++) {
            if (placed.outcomes().get(i) instanceof Applied a && (a.offset() != 0 || a.fuzz() != 0)) {
                unsure.put(i, a);
            }
        }
        Rescue.Better better = options.rescue().better(lines, unsure.size());
        Map<Integer, Doubtful> doubts = new HashMap<>();
        unsure.forEach((i, a) -> {
            Hunk hunk = diff.hunks().get(i);
            better.find(hunk, hunk.oldStart() + a.offset())
                    .ifPresent(found -> doubts.put(
                            i,
                            new Doubtful(
                                    a,
                                    found.hunks().getFirst().oldStart(),
                                    found.how(),
                                    options.rescue().moves())));
        });
        return doubts;
    }

    /// Those that found no place are given to the rescue.
    private Placed rescued(Placed placed) {
        List<TextLine> now = placed.lines();
        List<HunkOutcome> outcomes = new ArrayList<>(placed.outcomes());
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Failed) {
                Optional<Rescue.Found> found =
                        options.rescue().rescue(diff, diff.hunks().get(i), now);
                if (found.isPresent()) {
                    Placed rescued = Placing.place(now, found.get().hunks(), 0, false);
                    if (rescued.outcomes().stream().allMatch(o -> o instanceof Applied a && a.offset() == 0)) {
                        now = rescued.lines();
                        outcomes.set(
                                i,
                                new Rescued(
                                        at(rescued),
                                        found.get().hunks(),
                                        found.get().how(),
                                        found.get().difference()));
                    }
                }
            }
        }
        return new Placed(now, outcomes);
    }

    private static int at(Placed rescued) {
        return rescued.outcomes().getFirst() instanceof Applied a ? a.at() : 1;
    }

    private FileResult create(String name) throws UserException {
        Optional<Content> there = files.get(name);
        List<TextLine> lines =
                diff.hunks().stream().flatMap(h -> h.newSide().stream()).toList();
        if (there.isPresent() && there.get().lines().equals(lines)) {
            int mode = mode(there.get().mode());
            if (mode == there.get().mode() || diff.newMode() == null) {
                return new FileResult(diff, name, Verdict.ALREADY_IN, "the new file is there, just so", List.of());
            }
            files.put(name, new Content(lines, mode));
            return new FileResult(diff, name, Verdict.APPLIES, "the new file is there; its mode changes", List.of());
        }
        if (there.isPresent() && !there.get().lines().isEmpty()) {
            return fails(name, "the patch makes a new file, but there is one of this name with other lines");
        }
        return change(name, there.orElse(new Content(List.of(), Content.USUAL_MODE)));
    }

    private FileResult delete(String name) throws UserException {
        Optional<Content> there = files.get(name);
        if (there.isEmpty()) {
            return new FileResult(diff, name, Verdict.ALREADY_IN, "the file is not there", List.of());
        }
        Placed placed = Placing.place(there.get().lines(), diff.hunks(), options.maxFuzz(), false);
        boolean failed = placed.outcomes().stream().anyMatch(Failed.class::isInstance);
        if (failed || !placed.lines().isEmpty()) {
            String words = failed
                    ? "the patch deletes the file, but not all it says of it stands there"
                    : "the patch deletes the file, but it has lines that the patch does not know";
            return new FileResult(diff, name, Verdict.FAILS, words, placed.outcomes());
        }
        files.remove(name);
        return new FileResult(diff, name, Verdict.APPLIES, "", placed.outcomes());
    }

    private FileResult move(String from, String to) throws UserException {
        boolean rename = diff.action() == Action.RENAME;
        if (options.reverse() && !rename) {
            return fails(from, "the patch copies a file, which is not taken back: remove the copy by hand");
        }
        Optional<Content> source = rename ? files.toRename(from) : files.atStart(from);
        Optional<Content> target = files.get(to);
        if (from.equals(to) || (rename && source.isEmpty() && target.isPresent())) {
            return target.isEmpty() ? fails(to, missing(to)) : change(to, target.get());
        }
        if (source.isEmpty()) {
            return fails(from, missing(from));
        }
        Placed placed = place(source.get().lines());
        Content after = new Content(placed.lines(), mode(source.get().mode()));
        if (!rename && target.isPresent() && target.get().lines().equals(after.lines())) {
            return new FileResult(diff, to, Verdict.ALREADY_IN, "the copy is there", List.of());
        }
        if (target.isPresent() && !leaving.contains(to)) {
            return fails(
                    to, "the file " + FileNames.decoded(from) + " should get this name, but there is one that has it");
        }
        files.putTarget(to, after);
        if (rename && !files.isTarget(from)) {
            files.remove(from);
        }
        return new FileResult(diff, to, verdict(placed, false), "", placed.outcomes());
    }
}
