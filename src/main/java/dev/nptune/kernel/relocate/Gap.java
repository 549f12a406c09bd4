package dev.nptune.kernel.relocate;

import dev.nptune.kernel.relocate.Aligner.Alignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where in the file lines are added that the hunk adds between two lines of its old side, when those two do not
/// stand next to each other any more.
final class Gap {
    private static final int NEARBY = 8;

    private final Source file;
    private final Structure structure;
    private final OldSide old;
    private final List<String> texts;
    private final Change change;

    private final int left;
    private final int right;
    private final int leftLine;
    private final int rightLine;

    /// @param texts the old side, its names as the file has them
    /// @param alignment of the old side
    Gap(Source file, Structure structure, OldSide old, List<String> texts, Change change, Alignment alignment) {
        this.file = file;
        this.structure = structure;
        this.old = old;
        this.texts = List.copyOf(texts);
        this.change = change;
        int l = change.from() - 1;
        while (l >= 0 && alignment.at()[l] < 0) {
            l--;
        }
        int r = change.from();
        while (r < old.size() && alignment.at()[r] < 0) {
            r++;
        }
        left = l;
        right = r;
        leftLine = l < 0 ? -1 : alignment.at()[l];
        rightLine = r == old.size() ? -1 : alignment.at()[r];
    }

    /// What was decided.
    sealed interface Decision {
        /// A place.
        ///
        /// @param line the line of the file before which the lines go
        /// @param words why
        record At(int line, String words) implements Decision {}

        record No(String words) implements Decision {}
    }

    Decision decide() {
        if (leftLine < 0 || rightLine < 0) {
            return atEdge();
        }
        boolean leftNear = left == change.from() - 1;
        boolean rightNear = right == change.from();
        List<String> between = between();
        if (!between.isEmpty()) {
            leftNear &= sameLine(left, leftLine);
            rightNear &= sameLine(right, rightLine);
        }
        if (between.isEmpty()) {
            return new Decision.At(rightLine, leftNear && rightNear ? changed() : gone(leftNear, rightNear));
        }
        if (rightNear) {
            Optional<Decision> end = endOfTable(between);
            if (end.isPresent()) {
                return end.get();
            }
        }
        if (leftNear && rightNear) {
            return amongNew(between);
        }
        if (leftNear != rightNear) {
            return besideChanged(between, leftNear);
        }
        return new Decision.No(
                "both lines around the added ones were changed or removed, and other lines stand in their place");
    }

    /// Whether it is the line itself and not one that resembles it.
    private boolean sameLine(int i, int line) {
        String was = Source.squeeze(texts.get(i));
        String is = file.squeezed(line);
        return was.equals(is) || (Weights.isTerminator(was) && Weights.isTerminator(is));
    }

    private String changed() {
        boolean before = !sameLine(left, leftLine);
        boolean after = !sameLine(right, rightLine);
        if (before && after) {
            return "the lines before and after were changed";
        }
        return before ? "the line before was changed" : after ? "the line after was changed" : "";
    }

    private static String gone(boolean leftNear, boolean rightNear) {
        return !leftNear && !rightNear
                ? "the lines before and after were removed"
                : "the line " + (leftNear ? "after" : "before") + " was removed";
    }

    private List<String> between() {
        List<String> lines = new ArrayList<>();
        for (int i = leftLine + 1; i < rightLine; i++) {
            lines.add(file.squeezed(i));
        }
        return lines;
    }

    /// One side of the hunk has no line that was found.
    private Decision atEdge() {
        if (leftLine < 0 && rightLine < 0) {
            return new Decision.No("none of the lines around the added ones is there");
        }
        boolean whole =
                leftLine < 0 ? right == 0 && rightLine == 0 : left == old.size() - 1 && leftLine == file.size() - 1;
        if (whole) {
            return new Decision.At(
                    leftLine < 0 ? 0 : file.size(),
                    leftLine < 0 ? "at the begin of the file" : "at the end of the file");
        }
        return new Decision.No("no line " + (leftLine < 0 ? "before" : "after") + " the added ones is there any more");
    }

    private Optional<Decision> endOfTable(List<String> between) {
        Optional<Scope> scope = structure.before(rightLine);
        boolean table = scope.isPresent() && scope.get().kind() == Scope.Kind.TABLE;
        boolean last = Weights.isTerminator(file.squeezed(rightLine))
                || (scope.isPresent() && scope.get().end() == rightLine);
        if (!table || !last || !Blocks.areMembers(change.squeezed())) {
            return Optional.empty();
        }
        return Optional.of(
                new Decision.At(rightLine, "the end of the table; " + lines(between) + " added there since"));
    }

    private static String lines(List<String> lines) {
        return lines.size() == 1 ? "one line was" : lines.size() + " lines were";
    }

    /// The lines around are both there, and others were added between them. Their order with ours is not known,
    /// so that it must not matter.
    private Decision amongNew(List<String> between) {
        List<String> added = change.squeezed();
        Optional<Listing> listing = Listing.of(added);
        if (repeats(leftLine) || repeats(rightLine)) {
            return new Decision.No("the lines around the added ones are repeated there, and others were added between");
        }
        if (listing.isPresent() && Listing.of(between).equals(listing)) {
            return sorted(listing.get(), between, added);
        }
        if (Blocks.isComment(between)
                && !between.getLast().isEmpty()
                && !between.getFirst().isEmpty()
                && !Blocks.isComment(added)) {
            return new Decision.At(leftLine + 1, "a comment was added to the line after");
        }
        Scope.Kind kind = structure.before(rightLine).map(Scope::kind).orElse(null);
        String words = lines(between) + " added between";
        if (kind == Scope.Kind.TABLE || kind == Scope.Kind.STRUCT || kind == Scope.Kind.ENUM) {
            if (Blocks.areMembers(added) && Blocks.areMembers(between)) {
                return members(between, added, words);
            }
        } else if (kind == null && structure.isC() && Blocks.areTopLevel(added) && Blocks.areTopLevel(between)) {
            boolean after = added.getFirst().isEmpty() && !between.getFirst().isEmpty();
            return new Decision.At(after ? rightLine : leftLine + 1, words + ", outside of all functions");
        } else if (kind == Scope.Kind.FUNCTION && (declarations(between, added) || cases(between, added))) {
            return new Decision.At(leftLine + 1, words + ", whose order with these does not matter");
        }
        return new Decision.No(lines(between) + " added in the same place, and the order may matter");
    }

    /// Whether a line that says something stands there more than once, such as a 0 in a list of numbers.
    private boolean repeats(int line) {
        String text = file.squeezed(line);
        if (text.isEmpty() || !Tokens.isWordPart(text.charAt(0)) || Blocks.leaves(text)) {
            return false;
        }
        for (int i = Math.max(0, line - NEARBY); i < Math.min(file.size(), line + NEARBY); i++) {
            if (i != line && file.squeezed(i).equals(text)) {
                return true;
            }
        }
        return false;
    }

    private Decision members(List<String> between, List<String> added, String words) {
        boolean end = structure.before(rightLine).orElseThrow().end() == rightLine
                || Weights.isTerminator(file.squeezed(rightLine));
        boolean after = Blocks.startsWithComment(added) || (!Blocks.startsWithComment(between) && end);
        return new Decision.At(after ? rightLine : leftLine + 1, words);
    }

    private Decision sorted(Listing listing, List<String> between, List<String> added) {
        boolean sorted = listing.before(List.of(file.squeezed(leftLine)), added.getFirst()) == 1
                && listing.has(file.squeezed(leftLine));
        int n = sorted ? listing.before(between, added.getFirst()) : 0;
        return new Decision.At(leftLine + 1 + n, lines(between) + " added between in " + listing.words());
    }

    private boolean declarations(List<String> between, List<String> added) {
        return Blocks.areDeclarations(added)
                && Blocks.areDeclarations(between)
                && (Blocks.isDeclaration(file.squeezed(leftLine))
                        || file.squeezed(leftLine).equals("{"));
    }

    private boolean cases(List<String> between, List<String> added) {
        String before = file.squeezed(leftLine);
        String after = file.squeezed(rightLine);
        if (Blocks.areLabels(added) && Blocks.areLabels(between)) {
            return true;
        }
        return Blocks.areCases(added)
                && Blocks.areCases(between)
                && (Blocks.leaves(before) || before.startsWith("switch"))
                && (Blocks.isLabel(after) || after.equals("}"));
    }

    /// A line next to the added ones was changed beyond recognition: what stands there must be what it became.
    private Decision besideChanged(List<String> between, boolean leftNear) {
        int changed = leftNear ? right - change.from() : change.from() - 1 - left;
        String side = leftNear ? "after" : "before";
        if (between.size() != changed || between.stream().anyMatch(String::isEmpty)) {
            return new Decision.No(
                    "the line " + side + " the added ones was changed or removed, and others stand there");
        }
        for (int k = 0; k < changed; k++) {
            int was = leftNear ? change.from() + k : left + 1 + k;
            if (new Tokens().likeness(old.squeezed(was), between.get(k)) < 0.3) {
                return new Decision.No("the line " + side + " the added ones was replaced by another");
            }
        }
        return new Decision.At(leftNear ? leftLine + 1 : rightLine, "the line " + side + " was changed");
    }
}
