package dev.nptune.kernel.relocate;

import java.util.List;
import java.util.Optional;

/// Compares what the patch says of the function or table that a change is in with the place it would get.
final class Owners {
    private final Source file;
    private final Structure structure;
    private final OldSide old;

    Owners(Source file, Structure structure, OldSide old) {
        this.file = file;
        this.structure = structure;
        this.old = old;
    }

    /// The index of the old side whose owner counts: a line that begins a function is part of it.
    int index(Change change) {
        boolean opens = !change.isInsertion()
                && Headers.opens(old.lines().get(change.from()).text());
        return opens ? change.from() + 1 : change.from();
    }

    /// What contradicts a hunk that fits word for word, if the file has what the patch names.
    Optional<String> wrongExact(List<Change> changes, int begin) {
        for (Change change : changes) {
            int index = index(change);
            int line = begin + change.from();
            boolean known = !(old.owners().get(index) instanceof OldSide.Owner.In in)
                    || !structure.named(in.name()).isEmpty();
            Optional<Scope> at = change.isInsertion() ? structure.before(line) : structure.at(line);
            Optional<String> wrong = known ? wrong(index, at, line) : Optional.empty();
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    /// What contradicts a place.
    ///
    /// @param index of the old side
    /// @param at what the place lies in
    /// @param line the place, from 0
    Optional<String> wrong(int index, Optional<Scope> at, int line) {
        return switch (old.owners().get(index)) {
            case OldSide.Owner.Unknown() -> Optional.empty();
            case OldSide.Owner.Labelled(String label) -> {
                boolean below = at.isPresent() && hasLabel(label, at.get().begin(), line);
                yield !structure.isC() || below
                        ? Optional.empty()
                        : Optional.of("the place is not below the label " + label + ", as it is in the patch");
            }
            case OldSide.Owner.Top(String after) -> structure.isC() ? wrongTop(after, at, line) : Optional.empty();
            case OldSide.Owner.In(String name, boolean certain) -> {
                boolean right =
                        at.isPresent() ? at.get().names().contains(name) : !certain && structure.follows(name, line);
                String in = at.map(Scope::words).orElse("no function or table");
                yield right ? Optional.empty() : Optional.of("the place is in " + in + ", the patch names " + name);
            }
        };
    }

    private Optional<String> wrongTop(String after, Optional<Scope> at, int line) {
        if (at.isPresent()) {
            return Optional.of("the place is in " + at.get().words() + ", which the patch does not name");
        }
        return after.isEmpty() || structure.follows(after, line)
                ? Optional.empty()
                : Optional.of("the place does not follow " + after + ", as it does in the patch");
    }

    private boolean hasLabel(String label, int begin, int end) {
        for (int i = end - 1; i >= begin; i--) {
            if (Headers.label(file.text(i)).equals(label)) {
                return true;
            }
        }
        return false;
    }
}
