package dev.nptune.kernel.relocate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Changes a file around a patch's place as years of other people's work do.
final class DriftMaker {
    enum Kind {
        SAME_PLACE("lines added in the same place"),
        NEIGHBOUR_ADDED("lines added next to it"),
        NEIGHBOUR_REMOVED("neighbour removed"),
        NEIGHBOUR_CHANGED("neighbour changed"),
        CALL_CHANGED("a call next to it changed"),
        COMMENT("comment added or changed"),
        RENAMED("local variable renamed"),
        REINDENTED("wrapped in a condition and indented"),
        SPLIT("function split at or near it"),
        TABLE_GROWN("entries added at the end of the table"),
        MOVED("function moved, neighbour changed"),
        TWIN("a changed copy of the function added, neighbour changed"),
        GONE("what the patch changes is gone or other"),
        TWIN_ONLY("the function gone, a changed copy left"),
        /// Not made here.
        REAL("another kernel");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /// @param kind what was done
    /// @param placeable whether there is one right place, or two of equal right
    /// @param does to be done to the original and to the patched file; the flag tells whether what the patch
    ///     adds comes first where both add lines
    record Made(Kind kind, boolean placeable, List<Step> does) {}

    @FunctionalInterface
    interface Step {
        void to(Draft draft, boolean patchFirst);
    }

    private final List<String> lines;
    private final Landmarks landmarks;
    private final PatchMaker.Made patch;
    private final Random random;
    private final List<Step> steps = new ArrayList<>();
    private boolean placeable = true;

    DriftMaker(List<String> lines, Landmarks landmarks, PatchMaker.Made patch, Random random) {
        this.lines = lines;
        this.landmarks = landmarks;
        this.patch = patch;
        this.random = random;
    }

    private int name() {
        return 1000 + random.nextInt(9000);
    }

    private void step(Consumer<Draft> step) {
        steps.add((draft, _) -> step.accept(draft));
    }

    private void insert(int before, List<String> added) {
        steps.add((draft, first) -> draft.insert(before, added, first));
    }

    /// One drift that reaches the patch, and often others elsewhere.
    @Nullable
    Made make(Kind kind) {
        if (!near(kind)) {
            return null;
        }
        if (random.nextInt(4) == 0 && kind != Kind.GONE && kind != Kind.TWIN_ONLY) {
            near(random.nextBoolean() ? Kind.NEIGHBOUR_CHANGED : Kind.NEIGHBOUR_ADDED);
        }
        int far = random.nextInt(3);
        for (int i = 0; i < far && !landmarks.functions().isEmpty(); i++) {
            farAway();
        }
        return new Made(kind, placeable, steps);
    }

    private void farAway() {
        Landmarks.Piece function =
                landmarks.functions().get(random.nextInt(landmarks.functions().size()));
        if (Math.abs(function.begin() - patch.line()) > 20) {
            insert(function.begin(), List.of("static int np_far" + name() + "(void)", "{", "\treturn 0;", "}", ""));
        }
    }

    private boolean near(Kind kind) {
        Landmarks.@Nullable Piece function = patch.function();
        return switch (kind) {
            case SAME_PLACE -> samePlace(patch.line());
            case NEIGHBOUR_ADDED -> neighbourAdded();
            case NEIGHBOUR_REMOVED -> neighbourRemoved();
            case NEIGHBOUR_CHANGED -> neighbourChanged(beside());
            case CALL_CHANGED -> callChanged(beside());
            case COMMENT -> comment();
            case RENAMED -> function != null && rename(function);
            case REINDENTED -> function != null && wrap(function);
            case SPLIT -> function != null && split(function);
            case TABLE_GROWN -> patch.table() != null && grow(patch.table());
            case MOVED -> function != null && move(function) && neighbourChanged(beside());
            case TWIN -> function != null && twin(function) && neighbourChanged(beside());
            case GONE -> gone(function);
            case TWIN_ONLY -> function != null && twin(function) && drop(function);
            case REAL -> false;
        };
    }

    /// The line before or after the patch's.
    private int beside() {
        boolean insertion = patch.draft().cells().stream().anyMatch(cell -> cell.id() == Draft.PATCH);
        return random.nextBoolean() ? patch.line() - 1 : insertion ? patch.line() : patch.line() + 1;
    }

    private boolean samePlace(int line) {
        switch (patch.kind()) {
            case TABLE_ENTRY, TABLE_END -> insert(line, Entries.like(lines.get(line - 1), random));
            case TOP_LEVEL ->
                insert(
                        line,
                        lines.get(line).isEmpty()
                                ? Entries.function(random)
                                : List.of("EXPORT_NP(drift_" + name() + ");"));
            case INCLUDE -> insert(line, List.of(Entries.include(lines.get(line - 1), random)));
            case CASE -> insert(line, Entries.caseOf(lines.get(line), random));
            case LIST_LINE -> insert(line, List.of(Entries.listLine(lines.get(line - 1), random)));
            default -> insert(line, statements(line));
        }
        return true;
    }

    private List<String> statements(int line) {
        String indent = Source.indent(lines.get(line));
        List<String> all = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            all.add(indent + "drift_" + name() + "();");
        }
        return all;
    }

    private boolean neighbourAdded() {
        int line = patch.line() + (random.nextBoolean() ? 1 : -1) * random.nextInt(3);
        if (line < 1 || line >= lines.size() || line == patch.line()) {
            return false;
        }
        insert(line, statements(line));
        return true;
    }

    private boolean neighbourRemoved() {
        int line = beside();
        if (!lines.get(line).matches("\\s+.*[;,]|\\s*/\\*.*\\*/|obj-.*|#include.*|\\tselect.*|[A-Z_]+\\(.*;")) {
            return false;
        }
        step(draft -> draft.remove(line));
        int other = line < patch.line() ? line - 1 : line + 1;
        if (random.nextBoolean() && lines.get(other).matches("\\s+.*[;,]")) {
            step(draft -> draft.remove(other));
        }
        return true;
    }

    private boolean neighbourChanged(int line) {
        String text = lines.get(line);
        String changed = switch (random.nextInt(4)) {
            case 0 -> text.replaceFirst("\\b\\d+\\b|\\b0x\\w+\\b", Integer.toString(name()));
            case 1 -> text.replaceFirst("==|!=|<=|>=", random.nextBoolean() ? "<" : ">");
            case 2 -> text.replaceFirst("\\b([A-Z]{3}\\w+)\\b", "$1_V2");
            default -> text.replaceFirst("(->|\\.)(\\w+)", "$1new_$2");
        };
        if (changed.equals(text)) {
            return false;
        }
        step(draft -> draft.replace(line, changed));
        return true;
    }

    private boolean callChanged(int line) {
        String changed = lines.get(line).replaceFirst("\\b([a-z]\\w{3,})\\(", "np_other_$1(");
        if (changed.equals(lines.get(line))) {
            return false;
        }
        step(draft -> draft.replace(line, changed));
        return true;
    }

    private boolean comment() {
        int line = beside();
        String text = lines.get(line);
        if (text.matches("\\s*(/\\*|\\*)\\s*\\w.*")) {
            String changed = text.replaceFirst("\\b(\\w+) (\\w+)\\b", "$2 or $1");
            step(draft -> draft.replace(line, changed));
            return !changed.equals(text);
        }
        if (line >= patch.line() && random.nextBoolean()) {
            // a comment belongs to the line after it
            List<String> remark = List.of(Source.indent(text) + "/* drift: remark " + name() + " */");
            steps.add((draft, _) -> draft.insert(line, remark, true));
            return text.matches("\\s+\\w.*[;,{)]") && patch.kind() != PatchMaker.Kind.TEXT;
        }
        step(draft -> draft.replace(line, text + " /* drift " + line + " */"));
        return text.matches(".*[;,]");
    }

    private boolean rename(Landmarks.Piece function) {
        List<String> locals = landmarks.locals(function);
        if (locals.isEmpty()) {
            return false;
        }
        String near = lines.get(patch.line() - 1) + " " + lines.get(patch.line());
        List<String> used = locals.stream().filter(Tokens.of(near)::contains).toList();
        List<String> from = used.isEmpty() || random.nextInt(5) == 0 ? locals : used;
        String old = from.get(random.nextInt(from.size()));
        String now = random.nextBoolean() ? "np_" + old : "renamed" + random.nextInt(100);
        Pattern pattern = Pattern.compile("(?<![\\w.])(?<!->)" + old + "\\b(?!\\s*\\()");
        step(draft -> draft.transform(
                function.begin(), function.end(), text -> pattern.matcher(text).replaceAll(now)));
        return true;
    }

    private boolean wrap(Landmarks.Piece function) {
        int from = patch.line() - random.nextInt(5);
        int to = patch.line() + random.nextInt(5);
        if (from <= function.open() + 1
                || to >= function.end()
                || !lines.get(from).startsWith("\t")) {
            return false;
        }
        String indent = Source.indent(lines.get(from));
        step(draft -> draft.transform(from, to, text -> text.isBlank() ? text : "\t" + text));
        insert(from, List.of(indent + "if (drift_" + name() + "()) {"));
        insert(to + 1, List.of(indent + "}"));
        return true;
    }

    private boolean split(Landmarks.Piece function) {
        int at = patch.line() + random.nextInt(7) - 3;
        if (at <= function.open() + 1 || at >= function.end() - 1) {
            return false;
        }
        // whether it belongs to the old or to the new function the patch does not say
        placeable = at > patch.last();
        String part = "drift_part" + name();
        insert(at, List.of("\t" + part + "();", "}", "", "static void " + part + "(void)", "{"));
        return true;
    }

    private boolean grow(Landmarks.Piece table) {
        int end = table.end();
        while (end > table.open() + 1 && !lines.get(end - 1).endsWith(",")) {
            end--;
        }
        int at = end;
        insert(at, Entries.like(lines.get(at - 1), random));
        return true;
    }

    private boolean move(Landmarks.Piece function) {
        Landmarks.Piece to =
                landmarks.functions().get(random.nextInt(landmarks.functions().size()));
        if (Math.abs(to.begin() - function.begin()) < 30
                || !lines.get(to.begin() - 1).isEmpty()) {
            return false;
        }
        step(draft -> draft.move(function.begin(), function.end(), to.begin()));
        return true;
    }

    /// A copy under another name, with other remarks where the patch changes something.
    private boolean twin(Landmarks.Piece function) {
        Landmarks.Piece to =
                landmarks.functions().get(random.nextInt(landmarks.functions().size()));
        if (to.equals(function) || !lines.get(to.begin() - 1).isEmpty()) {
            return false;
        }
        List<String> copy = new ArrayList<>(lines.subList(function.begin(), function.end() + 1));
        copy.set(0, copy.getFirst().replaceFirst("(\\w+)\\(", "twin_$1("));
        for (int line = patch.line() - 1; line <= patch.line() + 1; line++) {
            int at = line - function.begin();
            if (at > 0 && at < copy.size() && !copy.get(at).isBlank()) {
                copy.set(at, copy.get(at) + " /* twin */");
            }
        }
        copy.add("");
        insert(to.begin(), copy);
        return true;
    }

    private boolean drop(Landmarks.Piece function) {
        placeable = false;
        step(draft -> {
            for (int i = function.begin(); i <= function.end(); i++) {
                draft.remove(i);
            }
        });
        return true;
    }

    /// There is no right place after these.
    private boolean gone(Landmarks.@Nullable Piece function) {
        placeable = false;
        if (function != null && random.nextBoolean()) {
            return drop(function);
        }
        int line = patch.line();
        String changed = lines.get(line).replaceFirst("(\\w+)(\\W*)$", "other_$1$2");
        step(draft -> draft.replace(line, changed));
        return !changed.equals(lines.get(line))
                && patch.draft().cells().stream().noneMatch(cell -> cell.id() == Draft.PATCH);
    }
}
