package dev.nptune.kernel.relocate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Makes changes to a file as patches do.
final class PatchMaker {
    /// What a patch does; lists are those where the order of what two people add does not matter.
    enum Kind {
        STATEMENT(false),
        TABLE_ENTRY(true),
        TABLE_END(true),
        CONDITION(false),
        CASE(true),
        REMOVAL(false),
        CALL(false),
        TOP_LEVEL(true),
        INCLUDE(true),
        LIST_LINE(true),
        TEXT(false);

        private final boolean list;

        Kind(boolean list) {
            this.list = list;
        }

        boolean isList() {
            return list;
        }
    }

    /// @param line the line that is changed, or before which lines are added
    /// @param function around it; null outside
    record Made(Kind kind, int line, Landmarks.@Nullable Piece function, Landmarks.@Nullable Piece table, Draft draft) {
        /// The last line of the original that is changed or follows added lines.
        int last() {
            List<Draft.Cell> cells = draft.cells();
            int last = line;
            for (int i = 0; i < cells.size(); i++) {
                if (cells.get(i).id() >= 0
                        && (cells.get(i).touched() || (i > 0 && cells.get(i - 1).id() == Draft.PATCH))) {
                    last = Math.max(last, cells.get(i).id());
                }
            }
            return last;
        }
    }

    private final List<String> lines;
    private final Landmarks landmarks;
    private final Random random;
    private final Map<String, List<Integer>> known = new HashMap<>();

    PatchMaker(List<String> lines, Landmarks landmarks, Random random) {
        this.lines = lines;
        this.landmarks = landmarks;
        this.random = random;
    }

    /// One change, or two near each other; null if the dice chose a place where none can be made.
    @Nullable
    Made make() {
        Draft draft = Draft.of(lines);
        if (landmarks.functions().isEmpty()) {
            return random.nextInt(3) == 0 ? text(draft) : listLine(draft);
        }
        return switch (random.nextInt(12)) {
            case 0, 1 -> tableEntry(draft);
            case 2 -> topLevel(draft);
            case 3 -> random.nextInt(4) == 0 ? include(draft) : caseOf(draft);
            default -> inFunction(draft);
        };
    }

    private int name() {
        return 1000 + random.nextInt(9000);
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private @Nullable Made inFunction(Draft draft) {
        Landmarks.Piece function = pick(landmarks.functions());
        if (function.end() - function.open() < 4) {
            return null;
        }
        int line = function.open() + 1 + random.nextInt(function.end() - function.open() - 1);
        Kind kind = change(draft, function, line);
        if (kind != null && random.nextInt(4) == 0) {
            int second = line + 2 + random.nextInt(3);
            if (second < function.end()) {
                change(draft, function, second);
            }
        }
        return kind == null ? null : new Made(kind, line, function, null, draft);
    }

    private @Nullable Kind change(Draft draft, Landmarks.Piece function, int line) {
        String text = lines.get(line);
        String before = lines.get(line - 1);
        return switch (random.nextInt(5)) {
            case 0, 1 -> {
                if (!before.matches(".*[;{}]")
                        || before.contains("= {")
                        || text.strip().matches("\\{|else.*|case .*|default:|\\}.*\\S")) {
                    yield null;
                }
                draft.patchInsert(line, statement(function, line));
                yield Kind.STATEMENT;
            }
            case 2 -> {
                if (!text.matches("\\t+if \\(.*\\)( \\{)?")) {
                    yield null;
                }
                int close = text.lastIndexOf(')');
                draft.patchReplace(
                        line,
                        text.substring(0, close) + " && !np_test" + name() + "(" + local(function) + ")"
                                + text.substring(close));
                yield Kind.CONDITION;
            }
            case 3 -> {
                if (!text.matches("\\t+[^{}]*;") || !before.matches(".*[;{}]|")) {
                    yield null;
                }
                draft.patchRemove(line);
                yield Kind.REMOVAL;
            }
            default -> {
                if (!text.matches("\\t+.*\\w\\(.*\\w\\);")) {
                    yield null;
                }
                draft.patchReplace(
                        line,
                        text.substring(0, text.length() - 2) + ", "
                                + (random.nextBoolean() ? local(function) : "NP_" + name()) + ");");
                yield Kind.CALL;
            }
        };
    }

    private String local(Landmarks.Piece function) {
        List<String> locals = landmarks.locals(function);
        return locals.isEmpty() ? "0" : pick(locals);
    }

    private List<String> statement(Landmarks.Piece function, int line) {
        String model = lines.get(line).isBlank() || lines.get(line).strip().startsWith("}")
                ? lines.get(line - 1)
                : lines.get(line);
        String indent = Source.indent(model);
        if (indent.isEmpty()) {
            indent = "\t";
        }
        String local = local(function);
        return switch (random.nextInt(5)) {
            case 0 -> List.of(indent + "np_call" + name() + "(" + local + ");");
            case 1 -> List.of(indent + "if (" + local + " == NP_" + name() + ")", indent + "\treturn;");
            case 2 ->
                List.of(
                        indent + "if (np_test" + name() + "(" + local + ")) {",
                        indent + "\tnp_do" + name() + "(" + local + ");",
                        indent + "}");
            case 3 ->
                List.of(
                        indent + "/* np: remark " + name() + " */",
                        indent + "np_call" + name() + "(" + local + ", 1);");
            // what is there already, once more
            default -> List.of(indent + model.strip());
        };
    }

    private @Nullable Made tableEntry(Draft draft) {
        if (landmarks.tables().isEmpty()) {
            return null;
        }
        Landmarks.Piece table = pick(landmarks.tables());
        List<Integer> places = new ArrayList<>();
        for (int i = table.open() + 1; i <= table.end(); i++) {
            String before = lines.get(i - 1);
            if (before.startsWith("\t")
                    && !before.startsWith("\t\t")
                    && before.endsWith(",")
                    && lines.get(i).matches("\\t?[{}\\[.].*|\\t/\\*.*\\*/")) {
                places.add(i);
            }
        }
        if (places.isEmpty()) {
            return null;
        }
        int place = random.nextInt(3) == 0 ? places.getLast() : pick(places);
        draft.patchInsert(place, Entries.like(lines.get(place - 1), random));
        return new Made(place == places.getLast() ? Kind.TABLE_END : Kind.TABLE_ENTRY, place, null, table, draft);
    }

    private @Nullable Made topLevel(Draft draft) {
        Landmarks.Piece function = pick(landmarks.functions());
        int after = function.end() + 1;
        if (after >= lines.size() - 1) {
            return null;
        }
        if (lines.get(after).isEmpty()) {
            draft.patchInsert(after, Entries.function(random));
        } else if (lines.get(after).matches("\\w+\\(.*\\);")) {
            draft.patchInsert(after, List.of("EXPORT_NP(np_" + name() + ");"));
        } else {
            return null;
        }
        return new Made(Kind.TOP_LEVEL, after, null, null, draft);
    }

    private @Nullable Made include(Draft draft) {
        List<Integer> places = places("#include .*", "#include .*");
        if (places.isEmpty()) {
            return null;
        }
        int place = pick(places);
        draft.patchInsert(place, List.of(Entries.include(lines.get(place - 1), random)));
        return new Made(Kind.INCLUDE, place, null, null, draft);
    }

    private List<Integer> places(String before, String here) {
        return known.computeIfAbsent(before + here, _ -> search(before, here));
    }

    private List<Integer> search(String before, String here) {
        List<Integer> places = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i - 1).matches(before) && lines.get(i).matches(here)) {
                places.add(i);
            }
        }
        return places;
    }

    private @Nullable Made caseOf(Draft draft) {
        List<Integer> places = places("\\t+(break|return.*);", "\\t+(case \\w+|default):");
        if (places.isEmpty()) {
            return null;
        }
        int place = pick(places);
        Landmarks.Piece function = landmarks.functions().stream()
                .filter(f -> f.open() < place && place < f.end())
                .findFirst()
                .orElse(null);
        if (function == null) {
            return null;
        }
        draft.patchInsert(place, Entries.caseOf(lines.get(place), random));
        return new Made(Kind.CASE, place, function, null, draft);
    }

    private @Nullable Made listLine(Draft draft) {
        String list = "obj-.*[+:]=.*[^\\\\]|\\tselect \\w+.*";
        List<Integer> places = places(list, list);
        if (places.isEmpty()) {
            return text(draft);
        }
        int place = pick(places);
        draft.patchInsert(place, List.of(Entries.listLine(lines.get(place - 1), random)));
        return new Made(Kind.LIST_LINE, place, null, null, draft);
    }

    private @Nullable Made text(Draft draft) {
        int line = 1 + random.nextInt(lines.size() - 2);
        String text = lines.get(line);
        if (text.strip().length() < 8) {
            return null;
        }
        switch (random.nextInt(3)) {
            case 0 -> draft.patchInsert(line, List.of(Source.indent(text) + "np: words " + name() + " about it"));
            case 1 -> draft.patchReplace(line, text + " np" + name());
            default -> draft.patchRemove(line);
        }
        return new Made(Kind.TEXT, line, null, null, draft);
    }
}
