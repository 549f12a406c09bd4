package dev.nptune.kernel.relocate;

import dev.nptune.kernel.diff.TextLine;
import dev.nptune.kernel.relocate.Aligner.Alignment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Turns the changes of a hunk into edits of the file, once it is known where the lines of the old side are.
final class Edits {
    private final Source file;
    private final Structure structure;
    private final OldSide old;
    private final List<String> texts;
    private final Alignment alignment;
    private final Map<String, String> renames;
    private final Owners owners;
    private final List<Edit> edits = new ArrayList<>();
    private final Set<String> words = new LinkedHashSet<>();
    private final Set<String> notes = new LinkedHashSet<>();

    /// @param texts the old side, its names as the file has them
    /// @param renames what was done to them
    Edits(
            Source file,
            Structure structure,
            OldSide old,
            List<String> texts,
            Alignment alignment,
            Map<String, String> renames) {
        this.file = file;
        this.structure = structure;
        this.old = old;
        this.texts = List.copyOf(texts);
        this.alignment = alignment;
        this.renames = Map.copyOf(renames);
        owners = new Owners(file, structure, old);
    }

    /// Why a hunk cannot be placed.
    static final class NoPlace extends Exception {
        private static final long serialVersionUID = 1;

        NoPlace(String why) {
            super(why);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    List<Edit> edits() {
        return edits;
    }

    /// What was decided at the changes, in words.
    Set<String> words() {
        return words;
    }

    /// What was done to the added lines.
    Set<String> notes() {
        return notes;
    }

    void make(List<Change> changes) throws NoPlace {
        for (Change change : changes) {
            Edit edit = change.isInsertion() ? insertion(change) : replacement(change);
            if (!edits.isEmpty() && edits.getLast().at() + edits.getLast().removed() > edit.at()) {
                throw new NoPlace("the changes of the hunk would overlap");
            }
            edits.add(edit);
        }
    }

    private Edit insertion(Change change) throws NoPlace {
        Gap.Decision decision = new Gap(file, structure, old, texts, change, alignment).decide();
        return switch (decision) {
            case Gap.Decision.No no -> throw new NoPlace(no.words());
            case Gap.Decision.At at -> {
                if (!at.words().isEmpty()) {
                    words.add(at.words());
                }
                check(change.from(), structure.before(at.line()), at.line());
                yield new Edit(at.line(), 0, added(change, at.line(), at.line()));
            }
        };
    }

    private void check(int index, Optional<Scope> at, int line) throws NoPlace {
        Optional<String> wrong = owners.wrong(index, at, line);
        if (wrong.isPresent()) {
            throw new NoPlace(wrong.get());
        }
    }

    private Edit replacement(Change change) throws NoPlace {
        int first = alignment.at()[change.from()];
        for (int i = change.from(); i < change.to(); i++) {
            int line = alignment.at()[i];
            String text = texts.get(i).strip();
            if (line < 0) {
                throw new NoPlace("the line to be removed is not there: " + text);
            }
            if (!Source.squeeze(texts.get(i)).equals(file.squeezed(line))) {
                throw new NoPlace("the line to be removed reads otherwise in the file: " + file.squeezed(line));
            }
            if (line != first + i - change.from()) {
                throw new NoPlace("other lines stand between those to be removed");
            }
        }
        check(owners.index(change), structure.at(first), first);
        return new Edit(first, change.to() - change.from(), added(change, first, first + change.to() - change.from()));
    }

    /// The added lines as they read in the file.
    private List<TextLine> added(Change change, int begin, int end) throws NoPlace {
        List<TextLine> lines = change.added();
        if (lines.isEmpty()) {
            return lines;
        }
        if ((begin > 0 && !file.line(begin - 1).terminated())
                || (lines.stream().anyMatch(line -> !line.terminated()) && end < file.size())) {
            throw new NoPlace("the last line of the file has no end");
        }
        Indents indents = indents(change);
        Optional<List<TextLine>> shifted = indents.shift(lines);
        if (shifted.isEmpty()) {
            throw new NoPlace("the lines around stand less deep than the added ones can");
        }
        if (!indents.isSame()) {
            notes.add("the added lines stand " + (indents.add().isEmpty() ? "less deep" : "deeper")
                    + ", as those around");
        }
        List<TextLine> renamed = shifted.get().stream()
                .map(line -> new TextLine(Renames.apply(renames, line.text()), line.terminated()))
                .toList();
        if (!renamed.equals(shifted.get())) {
            renames.forEach(
                    (was, is) -> notes.add(was + " is named " + is + " in the file, and so in the added lines"));
        }
        checkNames(change, renamed, begin);
        return renamed;
    }

    private void checkNames(Change change, List<TextLine> added, int line) throws NoPlace {
        Optional<Scope> scope = structure.at(line);
        if (scope.isEmpty() || scope.get().kind() != Scope.Kind.FUNCTION) {
            return;
        }
        Optional<String> unknown = new LocalNames(file, structure, scope.get())
                .unknown(added.stream().map(TextLine::text).toList(), texts.subList(change.from(), change.to()));
        if (unknown.isPresent()) {
            throw new NoPlace("the added lines use " + unknown.get() + ", which "
                    + scope.get().words() + " does not know");
        }
    }

    /// As the nearest lines on both sides say; they must agree.
    private Indents indents(Change change) throws NoPlace {
        Indents found = null;
        for (int side = 0; side < 2; side++) {
            int i = side == 0 ? change.to() - 1 : change.isInsertion() ? change.from() : change.to() - 1;
            int step = side == 0 ? -1 : 1;
            while (i >= 0 && i < old.size() && !tellsIndent(i)) {
                i += step;
            }
            if (i < 0 || i >= old.size()) {
                continue;
            }
            Optional<Indents> here =
                    Indents.between(texts.get(i), file.text(alignment.at()[i]));
            if (here.isEmpty() || (found != null && !found.equals(here.get()))) {
                throw new NoPlace("the lines around were indented anew, each in another way");
            }
            found = here.get();
        }
        return found == null ? Indents.SAME : found;
    }

    private boolean tellsIndent(int i) {
        String text = texts.get(i);
        return alignment.at()[i] >= 0
                && !text.isBlank()
                && !text.startsWith("#")
                && Tokens.of(text).size() > 0;
    }
}
