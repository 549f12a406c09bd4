package dev.nptune.kernel.diff;

import dev.nptune.kernel.diff.FileDiff.Action;
import dev.nptune.kernel.diff.HunkLine.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Makes up files, edits of them, and trees to which the edits may or may not apply.
final class PatchCases {
    /// Few words, so that places look alike.
    private static final List<String> WORDS = List.of(
            "",
            "}",
            "{",
            "\treturn 0;",
            "\tint i;",
            "a",
            "b",
            "c",
            "d",
            "e",
            "#include <x.h>",
            "\tif (x) {",
            "f g",
            "\t}");

    private final Random random;

    PatchCases(long seed) {
        this.random = new Random(seed);
    }

    /// A case.
    ///
    /// @param name the folder its files stand in
    /// @param kind what sort it is
    /// @param tree the files there are
    /// @param executable whether they are programs
    /// @param patch the diff, with names that begin with a folder to be taken off and the case's own
    record Case(String name, String kind, TreeMap<String, String> tree, boolean executable, String patch) {
        /// Whether there is a hunk that has no context to go by.
        boolean bare() {
            return !patch.lines().anyMatch(l -> l.startsWith("--- /dev/null") || l.startsWith("+++ /dev/null"))
                    && Arrays.stream(patch.split("(?m)^@@.*\\n"))
                            .skip(1)
                            .anyMatch(hunk -> hunk.lines().noneMatch(l -> l.startsWith(" ")));
        }
    }

    private static final List<String> KINDS = List.of(
            "exact",
            "offset",
            "fuzz",
            "applied",
            "partly",
            "edge",
            "nonewline",
            "crlf",
            "create",
            "delete",
            "rename",
            "copy",
            "mode",
            "chaos",
            "reversed");

    Case next(int number) {
        String name = "c" + number;
        String kind = KINDS.get(number % KINDS.size());
        return switch (kind) {
            case "create" -> create(name);
            case "delete" -> delete(name);
            case "rename", "copy" -> move(name, kind);
            case "mode" -> mode(name);
            default -> change(name, kind);
        };
    }

    private Case change(String name, String kind) {
        List<TextLine> before = lines(kind.equals("edge") ? 1 + random.nextInt(8) : 1 + random.nextInt(60));
        if (kind.equals("crlf")) {
            before.replaceAll(l -> new TextLine(l.text() + "\r", true));
        }
        if (kind.equals("nonewline")) {
            before.set(before.size() - 1, new TextLine(before.getLast().text() + "x", false));
        }
        List<HunkLine> script = edit(before, kind.equals("edge"));
        List<TextLine> after = script.stream()
                .filter(l -> l.kind() != Kind.REMOVED)
                .map(HunkLine::line)
                .toList();
        List<Hunk> hunks = hunks(script, context());
        if (hunks.isEmpty()) {
            return change(name, kind);
        }
        List<TextLine> standing = new ArrayList<>(
                switch (kind) {
                    case "applied" -> after;
                    case "partly" -> random.nextBoolean() ? mixed(script) : after;
                    default -> before;
                });
        disturb(standing, kind);
        // A plain diff behind one of git's that has no hunks is taken for its rest by GNU patch.
        String text = header(name, kind.equals("chaos") || random.nextBoolean())
                + hunks.stream().map(Hunk::text).reduce("", String::concat);
        if (kind.equals("reversed")) {
            text = header(name, random.nextBoolean())
                    + hunks.stream().map(h -> h.reversed().text()).reduce("", String::concat);
        }
        return of(name, kind, TextLine.join(standing), text);
    }

    private int context() {
        return random.nextInt(10) == 0 ? random.nextInt(3) : 3;
    }

    private void disturb(List<TextLine> lines, String kind) {
        int inserts = kind.equals("offset") || kind.equals("chaos") ? 1 + random.nextInt(4) : 0;
        for (int i = 0; i < inserts; i++) {
            int at = random.nextInt(lines.size() + 1);
            for (int n = random.nextInt(4); n >= 0; n--) {
                if (random.nextBoolean() || lines.isEmpty()) {
                    lines.add(Math.min(at, lines.size()), new TextLine("new " + random.nextInt(5), true));
                } else {
                    lines.remove(Math.min(at, lines.size() - 1));
                }
            }
        }
        int changes = kind.equals("fuzz") || kind.equals("chaos") ? 1 + random.nextInt(3) : 0;
        for (int i = 0; i < changes && !lines.isEmpty(); i++) {
            lines.set(random.nextInt(lines.size()), new TextLine("other " + random.nextInt(5), true));
        }
    }

    /// Some of the changes made, others not.
    private List<TextLine> mixed(List<HunkLine> script) {
        int middle = script.size() / 2;
        List<TextLine> lines = new ArrayList<>();
        for (int i = 0; i < script.size(); i++) {
            HunkLine line = script.get(i);
            if (line.kind() == Kind.CONTEXT || line.kind() == (i < middle ? Kind.ADDED : Kind.REMOVED)) {
                lines.add(line.line());
            }
        }
        return lines;
    }

    private static String header(String name, boolean git) {
        String names = "--- a/" + name + "/f\n+++ b/" + name + "/f\n";
        return (git ? "diff --git a/" + name + "/f b/" + name + "/f\n" : "") + names;
    }

    private Case create(String name) {
        List<TextLine> lines = lines(1 + random.nextInt(6));
        Hunk hunk =
                new Hunk(0, 1, "", lines.stream().map(l -> line(Kind.ADDED, l)).toList());
        String file = name + "/sub/f";
        String text = switch (random.nextInt(3)) {
            case 0 -> "--- /dev/null\n+++ b/" + file + "\n";
            case 1 ->
                "--- a/" + file + "\t1970-01-01 00:00:00.000000000 +0000\n+++ b/" + file
                        + "\t2024-03-01 10:00:00.000000000 +0100\n";
            default ->
                "diff --git a/" + file + " b/" + file + "\nnew file mode 100755\nindex 0000000..1234567\n"
                        + "--- /dev/null\n+++ b/" + file + "\n";
        };
        TreeMap<String, String> tree = new TreeMap<>();
        switch (random.nextInt(4)) {
            case 0 -> tree.put("sub/f", TextLine.join(lines));
            case 1 -> tree.put("sub/f", "something else\n");
            case 2 -> tree.put("other", "x\n");
            default -> tree.put("sub/f", "");
        }
        return new Case(name, "create", tree, false, text + hunk.text());
    }

    private Case delete(String name) {
        List<TextLine> lines = lines(1 + random.nextInt(6));
        Hunk hunk = new Hunk(
                1, 0, "", lines.stream().map(l -> line(Kind.REMOVED, l)).toList());
        String file = name + "/sub/f";
        String text = random.nextBoolean()
                ? "--- a/" + file + "\n+++ /dev/null\n"
                : "diff --git a/" + file + " b/" + file + "\ndeleted file mode 100644\nindex 1234567..0000000\n--- a/"
                        + file + "\n+++ /dev/null\n";
        List<TextLine> standing = new ArrayList<>(lines);
        switch (random.nextInt(3)) {
            case 0 -> standing.add(random.nextInt(standing.size() + 1), new TextLine("more", true));
            case 1 -> standing.set(random.nextInt(standing.size()), new TextLine("other", true));
            default -> {}
        }
        TreeMap<String, String> tree = new TreeMap<>();
        tree.put("keep", "x\n");
        tree.put("sub/f", TextLine.join(standing));
        return new Case(name, "delete", tree, false, text + hunk.text());
    }

    private Case move(String name, String kind) {
        List<TextLine> before = lines(5 + random.nextInt(30));
        List<Hunk> hunks = random.nextInt(3) == 0 ? List.of() : hunks(edit(before, false), 3);
        FileDiff diff = new FileDiff(
                kind.equals("copy") ? Action.COPY : Action.RENAME,
                "a/" + name + "/old/f",
                "b/" + name + "/new/g",
                null,
                null,
                hunks);
        disturb(before, random.nextBoolean() ? "offset" : "exact");
        TreeMap<String, String> tree = new TreeMap<>();
        tree.put("old/f", TextLine.join(before));
        return new Case(name, kind, tree, random.nextBoolean(), PatchWriter.write(diff));
    }

    private Case mode(String name) {
        List<TextLine> before = lines(5 + random.nextInt(30));
        List<Hunk> hunks = random.nextInt(3) == 0 ? List.of() : hunks(edit(before, false), 3);
        boolean to = random.nextBoolean();
        FileDiff diff = new FileDiff(
                Action.MODIFY,
                "a/" + name + "/f",
                "b/" + name + "/f",
                to ? "100644" : "100755",
                to ? "100755" : "100644",
                hunks);
        Case plain = of(name, "mode", TextLine.join(before), PatchWriter.write(diff));
        return new Case(name, "mode", plain.tree, !to, plain.patch);
    }

    private static Case of(String name, String kind, String file, String patch) {
        TreeMap<String, String> tree = new TreeMap<>();
        tree.put("f", file);
        return new Case(name, kind, tree, false, patch);
    }

    List<TextLine> lines(int count) {
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> new TextLine(
                        random.nextInt(3) == 0 ? "line " + random.nextInt(40) : WORDS.get(random.nextInt(WORDS.size())),
                        true))
                .toList());
    }

    private static HunkLine line(Kind kind, TextLine line) {
        return new HunkLine(kind, line.text(), line.terminated());
    }

    /// Lines kept, dropped and added.
    List<HunkLine> edit(List<TextLine> before, boolean atEdge) {
        List<HunkLine> script = new ArrayList<>();
        int edits = 1 + random.nextInt(4);
        for (int i = 0; i < before.size(); i++) {
            boolean edge = i == 0 || i == before.size() - 1;
            boolean here = (atEdge && edge) ? random.nextBoolean() : random.nextInt(before.size()) < edits;
            TextLine old = before.get(i);
            int what = here ? random.nextInt(4) : 3;
            script.add(line(what == 0 || what == 1 ? Kind.REMOVED : Kind.CONTEXT, old));
            if (what == 1 || what == 2) {
                for (int n = random.nextInt(3); n >= 0 && old.terminated(); n--) {
                    script.add(new HunkLine(Kind.ADDED, "added " + random.nextInt(9) + ret(old), true));
                }
            }
        }
        if (!before.getLast().terminated() && random.nextBoolean()) {
            script.set(script.size() - 1, line(Kind.REMOVED, before.getLast()));
            script.add(new HunkLine(Kind.ADDED, before.getLast().text(), true));
        }
        return script;
    }

    private static String ret(TextLine line) {
        return line.text().endsWith("\r") ? "\r" : "";
    }

    /// Groups a script into hunks with that much context.
    static List<Hunk> hunks(List<HunkLine> script, int context) {
        List<Hunk> hunks = new ArrayList<>();
        int oldLine = 1;
        int newLine = 1;
        int done = 0;
        for (int i = 0; i < script.size(); i++) {
            if (script.get(i).kind() == Kind.CONTEXT) {
                continue;
            }
            int start = Math.max(done, i - context);
            for (int k = done; k < start; k++) {
                oldLine++;
                newLine++;
            }
            int end = i + 1;
            int gap = 0;
            for (int k = i + 1; k < script.size() && gap <= 2 * context; k++) {
                gap = script.get(k).kind() == Kind.CONTEXT ? gap + 1 : 0;
                end = gap == 0 ? k + 1 : end;
            }
            end = Math.min(script.size(), end + context);
            List<HunkLine> lines = script.subList(start, end);
            int olds = (int) lines.stream().filter(l -> l.kind() != Kind.ADDED).count();
            int news =
                    (int) lines.stream().filter(l -> l.kind() != Kind.REMOVED).count();
            hunks.add(new Hunk(olds == 0 ? oldLine - 1 : oldLine, news == 0 ? newLine - 1 : newLine, "", lines));
            oldLine += olds;
            newLine += news;
            done = end;
            i = end - 1;
        }
        return hunks;
    }
}
