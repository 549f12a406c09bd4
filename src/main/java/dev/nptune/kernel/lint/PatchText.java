package dev.nptune.kernel.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A patch as lines, and what each line is to be, as far as that can be told of a damaged one. Text is ISO 8859-1, so
/// that every byte is one character.
///
/// @param lines all lines
/// @param files the files it changes
record PatchText(List<Line> lines, List<FilePart> files) {
    private static final Pattern HUNK = Pattern.compile(
            "@@[ \u00c2\u00a0]+-(\\d{1,8})(?:,(\\d{1,8}))?[ \u00c2\u00a0]+\\+(\\d{1,8})(?:,(\\d{1,8}))?[ \u00c2\u00a0]+@@.*");
    private static final Pattern NEXT = Pattern.compile("diff --git .*|Index: .*|From [0-9a-f]{40} .*");
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d.*");
    /// So many lines without a sign one after the other are text below the patch.
    private static final int PROSE = 3;

    /// A line.
    ///
    /// @param number counted from 1
    /// @param text without its end
    /// @param end a line feed, one with a carriage return, or nothing
    record Line(int number, String text, String end) {
        /// Blank, `+`, `-` or a backslash; `0` for an empty line and `?` for any other.
        char sign() {
            if (text.isEmpty()) {
                return '0';
            }
            char first = text.charAt(0);
            return text.startsWith("\u00c2\u00a0") ? ' ' : " +-\\".indexOf(first) >= 0 ? first : '?';
        }

        boolean isOld() {
            return " -0".indexOf(sign()) >= 0;
        }

        boolean isNew() {
            return " +0".indexOf(sign()) >= 0;
        }
    }

    /// What a patch does to a file.
    ///
    /// @param at index of its `---` line; `+++` follows
    record FilePart(int at, String oldName, String newName, List<HunkPart> hunks) {
        /// The name that is not `/dev/null`.
        String name() {
            return newName.equals("/dev/null") ? oldName : newName;
        }

        boolean isWhole() {
            return oldName.equals("/dev/null") || newName.equals("/dev/null");
        }
    }

    /// A hunk.
    ///
    /// @param at index of its `@@` line
    /// @param to index behind its last line
    record HunkPart(int at, int to, int oldStart, int oldCount, int newStart, int newCount) {}

    static PatchText of(String text) {
        List<Line> lines = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int feed = text.indexOf('\n', from);
            int end = feed < 0 ? text.length() : feed;
            int next = feed < 0 ? end : end + 1;
            int bare = feed > from && text.charAt(feed - 1) == '\r' ? end - 1 : end;
            lines.add(new Line(lines.size() + 1, text.substring(from, bare), text.substring(bare, next)));
            from = next;
        }
        return new PatchText(List.copyOf(lines), files(lines));
    }

    /// The text again.
    static String join(List<Line> lines) {
        StringBuilder out = new StringBuilder();
        lines.forEach(l -> out.append(l.text()).append(l.end()));
        return out.toString();
    }

    private static List<FilePart> files(List<Line> lines) {
        List<FilePart> files = new ArrayList<>();
        for (int at = 0; at + 1 < lines.size(); at++) {
            if (begins(lines, at)) {
                List<HunkPart> hunks = new ArrayList<>();
                int next = at + 2;
                while (next < lines.size()
                        && HUNK.matcher(lines.get(next).text()).matches()) {
                    hunks.add(hunk(lines, next));
                    next = hunks.getLast().to();
                }
                files.add(new FilePart(at, name(lines.get(at)), name(lines.get(at + 1)), List.copyOf(hunks)));
                at = next - 1;
            }
        }
        return List.copyOf(files);
    }

    private static boolean begins(List<Line> lines, int at) {
        return at + 1 < lines.size()
                && lines.get(at).text().startsWith("--- ")
                && lines.get(at + 1).text().startsWith("+++ ");
    }

    private static String name(Line line) {
        String name = line.text().substring(4).replaceFirst("\\t.*", "").strip();
        return name.length() > 1 && name.startsWith("\"") && name.endsWith("\"")
                ? name.substring(1, name.length() - 1)
                : name;
    }

    private static HunkPart hunk(List<Line> lines, int at) {
        Matcher head = HUNK.matcher(lines.get(at).text());
        if (!head.matches()) {
            throw new IllegalArgumentException("no hunk at line " + (at + 1));
        }
        int oldCount = count(head.group(2));
        int newCount = count(head.group(4));
        int to = end(lines, at + 1, oldCount, newCount);
        return new HunkPart(
                at, to, Integer.parseInt(head.group(1)), oldCount, Integer.parseInt(head.group(3)), newCount);
    }

    private static int count(String text) {
        return text == null ? 1 : Integer.parseInt(text);
    }

    /// Behind the last line of a hunk: where its counts are used up, or where something else surely begins.
    private static int end(List<Line> lines, int from, int oldCount, int newCount) {
        int olds = 0;
        int news = 0;
        int strange = 0;
        int at = from;
        for (; at < lines.size() && strange < PROSE && !isOver(lines, at); at++) {
            Line line = lines.get(at);
            boolean full = olds >= oldCount && news >= newCount;
            if (full && "0?".indexOf(line.sign()) >= 0) {
                break;
            }
            strange = line.sign() == '?' && !line.text().startsWith("\t") ? strange + 1 : 0;
            olds += line.isOld() ? 1 : 0;
            news += line.isNew() ? 1 : 0;
        }
        at -= strange == PROSE ? PROSE : 0;
        while (at > from && lines.get(at - 1).sign() == '0' && olds > oldCount) {
            at--;
            olds--;
        }
        return at;
    }

    private static boolean isOver(List<Line> lines, int at) {
        String text = lines.get(at).text();
        boolean signature = text.equals("-- ")
                || (text.equals("--")
                        && (at + 1 == lines.size()
                                || VERSION.matcher(lines.get(at + 1).text()).matches()));
        return signature
                || HUNK.matcher(text).matches()
                || NEXT.matcher(text).matches()
                || (begins(lines, at)
                        && at + 2 < lines.size()
                        && HUNK.matcher(lines.get(at + 2).text()).matches());
    }

    /// The lines of a hunk without its head.
    List<Line> body(HunkPart hunk) {
        return lines.subList(hunk.at() + 1, hunk.to());
    }

    long olds(HunkPart hunk) {
        return body(hunk).stream().filter(Line::isOld).count();
    }

    long news(HunkPart hunk) {
        return body(hunk).stream().filter(Line::isNew).count();
    }

    /// All lines of all hunks.
    List<Line> bodies() {
        return files.stream()
                .flatMap(f -> f.hunks().stream())
                .flatMap(h -> body(h).stream())
                .toList();
    }
}
