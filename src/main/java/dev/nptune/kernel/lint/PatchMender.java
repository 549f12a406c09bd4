package dev.nptune.kernel.lint;

import dev.nptune.kernel.lint.PatchText.FilePart;
import dev.nptune.kernel.lint.PatchText.HunkPart;
import dev.nptune.kernel.lint.PatchText.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Mends in a patch what can be mended without knowing what it is to do. The text above the changes stays as it is, but
/// for the ends of its lines.
public final class PatchMender {
    private static final Pattern COUNTS = Pattern.compile("@@ -\\d+(?:,\\d+)? \\+\\d+(?:,\\d+)? @@");

    private PatchMender() {}

    /// Mends.
    ///
    /// @param text the patch, ISO 8859-1
    /// @return the patch without the mistakes that [PatchLint] calls mendable; the same if there is none
    public static String mend(String text) {
        String now = PatchText.of(text).files().isEmpty() ? text : ends(text);
        now = characters(now);
        now = joined(now);
        now = names(now);
        now = lines(now);
        now = counts(now);
        return PatchText.of(now).files().isEmpty() ? now : ends(now);
    }

    private static String ends(String text) {
        String feeds = text.replaceAll("\r+\n", "\n");
        return feeds.endsWith("\n") ? feeds : feeds + "\n";
    }

    private static String each(PatchText patch, Map<Integer, String> changed) {
        return PatchText.join(patch.lines().stream()
                .map(l -> new Line(l.number(), changed.getOrDefault(l.number(), l.text()), l.end()))
                .toList());
    }

    private static String characters(String text) {
        PatchText patch = PatchText.of(text);
        Map<Integer, String> changed = new HashMap<>();
        patch.lines().stream()
                .limit(patch.files().isEmpty() ? 0 : 1)
                .filter(l -> l.text().startsWith("\u00ef\u00bb\u00bf"))
                .forEach(l -> changed.put(l.number(), l.text().substring(3)));
        for (FilePart file : patch.files()) {
            UnaryOperator<String> plain =
                    KernelPaths.isProse("/" + file.name()) ? UnaryOperator.identity() : PatchMender::plain;
            mapped(patch.lines().subList(file.at(), file.at() + 2), Characters::withoutHidden, changed);
            for (HunkPart hunk : file.hunks()) {
                mapped(patch.lines().subList(hunk.at(), hunk.at() + 1), Characters::withoutHidden, changed);
                mapped(patch.body(hunk), plain, changed);
            }
        }
        return each(patch, changed);
    }

    private static String plain(String text) {
        String bare = Characters.plainQuotes(Characters.withoutHidden(text));
        return Characters.hasEntities(bare) ? Characters.withoutEntities(bare) : bare;
    }

    private static void mapped(List<Line> lines, UnaryOperator<String> how, Map<Integer, String> changed) {
        lines.forEach(l -> changed.put(l.number(), how.apply(changed.getOrDefault(l.number(), l.text()))));
    }

    /// Whether a hunk with lines that have no sign has all its lines once they are mended.
    static boolean isWhole(PatchText patch, HunkPart hunk) {
        long lost = patch.body(hunk).stream()
                .filter(l -> l.sign() == '?' && l.text().startsWith("\t"))
                .count();
        return patch.olds(hunk) + lost == hunk.oldCount() && patch.news(hunk) + lost == hunk.newCount();
    }

    private static String joined(String text) {
        PatchText patch = PatchText.of(text);
        Set<Integer> broken = new HashSet<>();
        for (FilePart file : patch.files()) {
            for (HunkPart hunk : file.hunks()) {
                if (isWhole(patch, hunk)) {
                    patch.body(hunk).stream().filter(l -> l.sign() == '?').forEach(l -> broken.add(l.number()));
                }
            }
        }
        List<Line> out = new ArrayList<>();
        for (Line line : patch.lines()) {
            if (!broken.contains(line.number())) {
                out.add(line);
            } else if (line.text().startsWith("\t")) {
                out.add(new Line(line.number(), " " + line.text(), line.end()));
            } else {
                Line above = out.removeLast();
                String gap = above.text().endsWith(" ") ? "" : " ";
                out.add(new Line(above.number(), above.text() + gap + line.text(), line.end()));
            }
        }
        return PatchText.join(out);
    }

    private static String names(String text) {
        PatchText patch = PatchText.of(text);
        Map<Integer, String> changed = new HashMap<>();
        for (FilePart file : patch.files()) {
            OptionalInt strip = KernelPaths.strip(file.name());
            if (strip.isPresent() && strip.getAsInt() != 1 && !file.name().startsWith("/")) {
                String path = KernelPaths.without(file.name(), strip.getAsInt());
                name(patch.lines().get(file.at()), file.oldName(), "a/" + path, changed);
                name(patch.lines().get(file.at() + 1), file.newName(), "b/" + path, changed);
                patch.lines().subList(Math.max(0, file.at() - 4), file.at()).stream()
                        .filter(l -> l.text().startsWith("diff --git "))
                        .forEach(l -> changed.put(l.number(), "diff --git a/" + path + " b/" + path));
            }
        }
        return each(patch, changed);
    }

    private static void name(Line line, String old, String path, Map<Integer, String> changed) {
        if (!old.equals("/dev/null")) {
            changed.put(
                    line.number(),
                    line.text().substring(0, 4) + path + line.text().substring(4 + old.length()));
        }
    }

    private static String lines(String text) {
        PatchText patch = PatchText.of(text);
        Map<Integer, String> changed = new HashMap<>();
        patch.bodies().stream()
                .filter(l -> l.sign() == '+')
                .forEach(l -> changed.put(l.number(), l.text().replaceFirst("[ \\t\\r]+$", "")));
        for (Line line : AcsChecks.wrong(patch)) {
            Matcher semicolon = AcsChecks.SEMICOLON.matcher(changed.getOrDefault(line.number(), line.text()));
            if (semicolon.matches()) {
                changed.put(line.number(), semicolon.group(1) + "':'" + semicolon.group(2));
            }
        }
        return each(patch, changed);
    }

    private static String counts(String text) {
        PatchText patch = PatchText.of(text);
        Map<Integer, String> changed = new HashMap<>();
        for (FilePart file : patch.files()) {
            for (HunkPart hunk : file.hunks()) {
                long olds = patch.olds(hunk);
                long news = patch.news(hunk);
                boolean strange = patch.body(hunk).stream().anyMatch(l -> l.sign() == '?');
                if (!strange && (olds != hunk.oldCount() || news != hunk.newCount())) {
                    Line head = patch.lines().get(hunk.at());
                    String counts = "@@ -" + hunk.oldStart() + "," + olds + " +" + hunk.newStart() + "," + news + " @@";
                    changed.put(head.number(), COUNTS.matcher(head.text()).replaceFirst(counts));
                }
            }
        }
        return each(patch, changed);
    }
}
