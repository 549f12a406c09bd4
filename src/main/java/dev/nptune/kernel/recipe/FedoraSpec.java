package dev.nptune.kernel.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Edits a kernel's spec file: a `Patch` line, and in `%prep` a line that applies it in the way the others are, unless
/// all patches are applied anyway; and the build's id. Source: RPM's spec file reference; the comments of Fedora's
/// kernel.spec on `buildid` and on `linux-kernel-test.patch`.
final class FedoraSpec {
    private static final Pattern PATCH = Pattern.compile("(?i)Patch([0-9]{0,9}):\\s*(\\S+)\\s*");
    private static final Pattern SOURCE = Pattern.compile("(?i)Source[0-9]*:.*");
    private static final Pattern IF = Pattern.compile("\\s*%if(?:n?arch|n?os)?\\b.*");
    private static final Pattern ENDIF = Pattern.compile("\\s*%endif\\b.*");
    private static final Pattern SECTION = Pattern.compile(
            "%(?:description|package|prep|generate_buildrequires|conf|build|install|check|clean|files|changelog|pre|post"
                    + "|preun|postun)(?:\\s.*)?");
    private static final Pattern APPLY = Pattern.compile("\\s*(Apply(?:Optional)?Patch)\\s+([^\\s()]+).*");
    private static final Pattern MACRO = Pattern.compile("(\\s*)%patch(?:([0-9]+)|\\s+(-P\\s*)?([0-9]+))\\b.*");
    private static final Pattern ALL =
            Pattern.compile("\\s*(?:%autosetup|%autopatch)\\b.*|.*\\bgit am\\b.*%\\{?patches\\b.*");
    private static final Pattern RANGE = Pattern.compile("%autopatch\\b(?=.*\\s-p\\s?1\\b).*");
    private static final Pattern LEAST = Pattern.compile("\\s-m\\s*([0-9]{1,9})\\b");
    private static final Pattern MOST = Pattern.compile("\\s-M\\s*([0-9]{1,9})\\b");
    private static final Pattern BUILDID = Pattern.compile("#\\s*%?define buildid \\S+\\s*");
    private static final Pattern BUILDID_SET = Pattern.compile("%(?:define|global)\\s+buildid\\s+(\\S+)\\s*");
    private static final String NO_NUMBERS = "patches are applied by numbers that they do not have";
    private static final String TEST_PATCH = "linux-kernel-test.patch";
    /// What ApplyOptionalPatch takes for an empty patch.
    private static final int OPTIONAL_LINES = 9;

    private final List<Line> lines = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /// @param text with its line feed
    /// @param depth how many conditions it stands in
    private record Line(String text, int depth) {
        String bare() {
            return text.stripTrailing();
        }

        boolean is(Pattern pattern) {
            return pattern.matcher(bare()).matches();
        }
    }

    /// Numbers of patches.
    private record Range(long least, long most) {
        static final Range ALL = new Range(0, Long.MAX_VALUE);

        boolean has(long number) {
            return number >= least && number <= most;
        }
    }

    /// What came of it.
    record Edited(String text, List<String> notes) {}

    private FedoraSpec(String text) {
        int depth = 0;
        for (String line : text.split("(?<=\\n)")) {
            depth -= ENDIF.matcher(line.stripTrailing()).matches() ? 1 : 0;
            lines.add(new Line(line, depth));
            depth += IF.matcher(line.stripTrailing()).matches() ? 1 : 0;
        }
        if (depth != 0) {
            throw new Unclear(lines.size(), "%if and %endif do not go together");
        }
    }

    /// Edits.
    ///
    /// @param buildId what tells the packages from the distribution's: `.npt`
    /// @throws Unclear if there is something that cannot be edited safely
    static Edited edit(String text, List<NewPatch> patches, String buildId) {
        FedoraSpec spec = new FedoraSpec(text);
        for (NewPatch patch : patches) {
            Optional<Range> range = spec.range();
            Optional<Long> number = spec.declare(patch.name(), range.orElse(Range.ALL));
            if (range.isEmpty()) {
                spec.apply(patch, number);
            }
        }
        spec.buildId(buildId);
        return new Edited(spec.text(), List.copyOf(spec.notes));
    }

    private String text() {
        StringBuilder out = new StringBuilder();
        lines.forEach(l -> out.append(l.text()));
        return out.toString();
    }

    private int last(int from, int to, Predicate<Line> wanted) {
        for (int i = to - 1; i >= from; i--) {
            if (wanted.test(lines.get(i))) {
                return i;
            }
        }
        return -1;
    }

    /// Behind a line, and behind the conditions it stands in.
    private int behind(int line) {
        int at = line;
        while (lines.get(at).depth() > 0) {
            at++;
        }
        return at + 1;
    }

    private void insert(int at, String line) {
        if (at > 0 && !lines.get(at - 1).text().endsWith("\n")) {
            lines.set(at - 1, new Line(lines.get(at - 1).text() + "\n", 0));
        }
        lines.add(at, new Line(line + "\n", 0));
    }

    /// The patches that are applied to the kernel where not all are: those of `%autopatch -m LEAST -M MOST`, the first
    /// in `%prep` that stands in no condition. Others may be for other sources.
    private Optional<Range> range() {
        int prep = last(0, lines.size(), l -> l.bare().equals("%prep"));
        for (Line line : prep < 0 ? List.<Line>of() : lines.subList(prep, sectionEnd(prep))) {
            Matcher least = LEAST.matcher(line.bare());
            Matcher most = MOST.matcher(line.bare());
            boolean hasLeast = least.find();
            boolean hasMost = most.find();
            if (line.depth() == 0 && line.is(RANGE) && (hasLeast || hasMost)) {
                return Optional.of(new Range(
                        hasLeast ? Long.parseLong(least.group(1)) : 0,
                        hasMost ? Long.parseLong(most.group(1)) : Long.MAX_VALUE));
            }
        }
        return Optional.empty();
    }

    /// The line that begins the next section, or the end.
    private int sectionEnd(int from) {
        int to = from + 1;
        while (to < lines.size() && !lines.get(to).is(SECTION)) {
            to++;
        }
        return to;
    }

    /// The patch's number; empty where they have none.
    private Optional<Long> declare(String file, Range range) {
        long most = Math.max(0, range.least() - 1);
        boolean numbered = true;
        for (int i = 0; i < lines.size(); i++) {
            Matcher patch = PATCH.matcher(lines.get(i).bare());
            if (!patch.matches()) {
                continue;
            }
            numbered = !patch.group(1).isEmpty();
            long number = numbered ? Long.parseLong(patch.group(1)) : 0;
            if (patch.group(2).equals(file)) {
                checkApplied(i, numbered, number, range);
                return numbered ? Optional.of(number) : Optional.empty();
            }
            most = patch.group(2).equals(TEST_PATCH) || !range.has(number) ? most : Math.max(most, number);
        }
        if (!numbered && !range.equals(Range.ALL)) {
            throw new Unclear(1, NO_NUMBERS);
        }
        if (!range.has(most + 1)) {
            throw new Unclear(1, "no number is left for a patch of the kernel: " + range.most() + " is taken");
        }
        int end = lines.size();
        int test = last(0, end, l -> l.depth() == 0 && l.is(PATCH) && l.bare().endsWith(TEST_PATCH));
        int patch = last(0, end, l -> l.is(PATCH));
        int source = last(0, end, l -> l.is(SOURCE));
        if (test < 0 && patch < 0 && source < 0) {
            throw new Unclear(1, "there is neither a Patch nor a Source line");
        }
        insert(
                test >= 0 ? test : behind(Math.max(patch, patch < 0 ? source : patch)),
                "Patch" + (numbered ? String.valueOf(most + 1) : "") + ": " + file);
        return numbered ? Optional.of(most + 1) : Optional.empty();
    }

    /// That a patch which is declared already is among those that are applied.
    private static void checkApplied(int line, boolean numbered, long number, Range range) {
        if (!numbered && !range.equals(Range.ALL)) {
            throw new Unclear(line + 1, NO_NUMBERS);
        }
        if (!range.has(number)) {
            throw new Unclear(
                    line + 1, "the patch is there, but its number is none of those that are applied to the kernel");
        }
    }

    private void apply(NewPatch patch, Optional<Long> number) {
        int from = last(0, lines.size(), l -> l.bare().equals("%prep"));
        if (from < 0) {
            throw new Unclear(1, "there is no %prep");
        }
        int to = sectionEnd(from);
        int function = last(from, to, l -> l.is(APPLY) && !inFunction(l));
        int macro = last(from, to, l -> l.is(MACRO));
        int all = last(from, to, l -> l.is(ALL));
        if (function >= 0) {
            call(patch, from, to, function);
        } else if (macro >= 0) {
            macro(macro, from, to, number.orElseThrow(() -> new Unclear(macro + 1, "patches without numbers")));
        } else if (all >= 0) {
            String line = lines.get(all).bare();
            if (line.contains("%auto") && !line.contains("-p1") && !line.contains("-p 1")) {
                throw new Unclear(all + 1, "patches are not applied with -p1");
            }
            if (line.matches(".*%autosetup.* -N\\b.*|.*%autopatch.* -[mM]\\b.*")) {
                throw new Unclear(all + 1, "not all patches are applied");
            }
        } else {
            throw new Unclear(from + 1, "%prep applies no patches in a way that is known");
        }
    }

    /// Within the shell function itself it is called with a variable.
    private static boolean inFunction(Line line) {
        return line.bare().contains("$");
    }

    private void call(NewPatch patch, int from, int to, int function) {
        boolean there = lines.subList(from, to).stream().anyMatch(l -> {
            Matcher call = APPLY.matcher(l.bare());
            return call.matches() && call.group(2).equals(patch.name());
        });
        if (there) {
            return;
        }
        long count = patch.text().chars().filter(c -> c == '\n').count();
        Matcher call = APPLY.matcher(lines.get(function).bare());
        String name = call.matches() && count > OPTIONAL_LINES ? call.group(1) : "ApplyPatch";
        int test = last(from, to, l -> l.depth() == 0 && l.is(APPLY) && l.bare().contains(TEST_PATCH));
        insert(test >= 0 ? test : behind(function), name + " " + patch.name());
    }

    private void macro(int last, int from, int to, long number) {
        boolean there = lines.subList(from, to).stream().anyMatch(l -> {
            Matcher each = MACRO.matcher(l.bare());
            return each.matches() && Long.parseLong(each.group(2) == null ? each.group(4) : each.group(2)) == number;
        });
        if (there) {
            return;
        }
        Matcher style = MACRO.matcher(lines.get(last).bare());
        String word = style.matches() && style.group(2) == null
                ? "%patch " + (style.group(3) == null ? "" : "-P ") + number
                : "%patch" + number;
        insert(behind(last), style.group(1) + word + " -p1");
    }

    private void buildId(String buildId) {
        int set = last(0, lines.size(), l -> l.is(BUILDID_SET));
        int commented = last(0, lines.size(), l -> l.is(BUILDID));
        if (set >= 0) {
            Matcher id = BUILDID_SET.matcher(lines.get(set).bare());
            if (id.matches() && !id.group(1).equals(buildId)) {
                notes.add("buildid is " + id.group(1) + " already and was left.");
            }
        } else if (commented >= 0) {
            lines.set(
                    commented,
                    new Line(
                            "%define buildid " + buildId + "\n",
                            lines.get(commented).depth()));
        } else {
            notes.add("There is no place for a buildid, so the packages are called as the distribution's are.");
        }
    }
}
