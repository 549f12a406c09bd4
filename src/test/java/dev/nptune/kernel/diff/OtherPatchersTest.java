package dev.nptune.kernel.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.FileResult.Verdict;
import dev.nptune.kernel.diff.HunkOutcome.Applied;
import dev.nptune.kernel.diff.PatchCases.Case;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What NPTune makes of patches against what GNU patch and git make of them.
class OtherPatchersTest {
    private static final int GIT_CASES = 500;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final Pattern SUCCEEDED = Pattern.compile(
            "Hunk #(\\d+) succeeded at (\\d+)(?: with fuzz (\\d+))?(?: \\(offset (-?\\d+) lines?\\))?\\.");
    private static final Pattern APPLIED = Pattern.compile("Applied patch (?:.* => )?(c\\d+)/\\S+ cleanly\\.");
    private static final Pattern FAILED = Pattern.compile("Hunk #(\\d+) FAILED at \\d+.*");

    @TempDir
    private Path temp;

    /// What came of a case.
    ///
    /// @param ok whether all of it applied
    /// @param hunks what was said of hunks that did not simply apply, by their numbers
    /// @param files the files afterwards, with their modes
    record Outcome(boolean ok, Map<Integer, String> hunks, Map<String, String> files) {}

    @ParameterizedTest
    @CsvSource({"1, 2000, false", "2, 400, true"})
    void gnuPatchGivesTheSameBytesOffsetsAndFuzz(long seed, int count, boolean reverse)
            throws IOException, UserException {
        installed("patch");
        List<Case> cases = cases(seed, count);
        Path tree = build(cases, "gnu");
        Path patch = patch(cases);
        Map<String, Outcome> ours = ours(tree, patch, reverse);
        List<String> line = new ArrayList<>(List.of(
                "patch", "-p1", "--force", "--batch", "--no-backup-if-mismatch", "-r", "-", "-i", patch.toString()));
        if (reverse) {
            line.add("-R");
        }
        Exec.Result result = Exec.run(LIMIT, line, tree, Map.of());
        Map<String, Outcome> theirs = gnu(result.out(), tree, cases);
        for (Case each : cases) {
            Outcome gnu = Objects.requireNonNull(theirs.get(each.name()));
            Outcome our = Objects.requireNonNull(ours.get(each.name()));
            String what = each.name() + " (" + each.kind() + ")\n" + each.patch() + each.tree();
            if (each.kind().equals("copy") && reverse) {
                // GNU patch says that it succeeds, and changes nothing.
                assertThat(our.ok).as(what).isFalse();
            } else if (gnu.ok) {
                assertThat(our).as(what).isEqualTo(gnu);
            } else if (our.ok) {
                // The new file is there already, the old one gone; GNU patch calls that a failure.
                assertThat(each.kind()).as(what).isIn("create", "delete");
                assertThat(our.files).as(what).isEqualTo(gnu.files);
            }
        }
        long good = theirs.values().stream().filter(o -> o.ok).count();
        long moved =
                theirs.values().stream().filter(o -> o.ok && !o.hunks.isEmpty()).count();
        assertThat(good).as("cases that apply").isGreaterThan(count / 5);
        assertThat(moved).as("of them with offset or fuzz").isGreaterThan(count / 200);
    }

    /// Git knows offsets, but no fuzz; whatever it takes comes out the same here. A hunk without any context it puts
    /// at the end of the file, which is left to it.
    @Test
    void gitApplyGivesTheSameBytes() throws IOException, UserException {
        installed("git");
        List<Case> cases = cases(3, GIT_CASES);
        Path tree = build(cases, "git");
        Path patch = patch(cases);
        Map<String, Outcome> ours = ours(tree, patch, false);
        Exec.Result result = Exec.run(
                LIMIT,
                List.of("git", "apply", "-v", "--reject", "--whitespace=nowarn", patch.toString()),
                tree,
                Map.of("GIT_CEILING_DIRECTORIES", temp.toString()));
        Map<String, Map<String, String>> files = files(tree);
        Set<String> applied =
                APPLIED.matcher(result.err()).results().map(m -> m.group(1)).collect(Collectors.toSet());
        int same = 0;
        for (Case each : cases) {
            boolean clean = applied.contains(each.name());
            Outcome our = Objects.requireNonNull(ours.get(each.name()));
            String what = each.name() + " (" + each.kind() + ")\n" + each.patch() + each.tree();
            if (clean && !each.bare()) {
                assertThat(our.ok).as(what).isTrue();
                assertThat(our.files).as(what).isEqualTo(files.get(each.name()));
                same++;
            }
        }
        assertThat(same).isGreaterThan(GIT_CASES / 3);
    }

    private static void installed(String program) {
        Assumptions.assumeTrue(
                Programs.find(program, System.getenv("PATH")).isPresent(), program + " is not installed");
    }

    private static List<Case> cases(long seed, int count) {
        PatchCases cases = new PatchCases(seed);
        return IntStream.range(0, count).mapToObj(cases::next).toList();
    }

    private Path build(List<Case> cases, String name) throws IOException {
        Path tree = temp.resolve(name);
        for (Case each : cases) {
            for (Map.Entry<String, String> file : each.tree().entrySet()) {
                Path path = tree.resolve(each.name()).resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue(), StandardCharsets.ISO_8859_1);
                if (each.executable()) {
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
        return tree;
    }

    private Path patch(List<Case> cases) throws IOException {
        String text = cases.stream().map(Case::patch).collect(Collectors.joining());
        return Files.writeString(temp.resolve("all.patch"), text, StandardCharsets.ISO_8859_1);
    }

    private static Map<String, Outcome> ours(Path tree, Path patch, boolean reverse) throws IOException, UserException {
        PatchFile read = PatchReader.parse("all", Files.readString(patch, StandardCharsets.ISO_8859_1));
        Series series = Series.of(
                SourceTree.of(tree),
                List.of(read),
                new Series.Options(OptionalInt.of(1), Placing.USUAL_FUZZ, reverse, false, Rescue.NONE));
        Map<String, Map<String, String>> files = files(tree);
        for (Overlay.Change change : series.changes()) {
            String name = change.name().substring(0, change.name().indexOf('/'));
            Optional<Content> after = change.after();
            if (after.isPresent()) {
                files.computeIfAbsent(name, _ -> new TreeMap<>())
                        .put(
                                change.name(),
                                shown(
                                        TextLine.join(after.get().lines()),
                                        after.get().mode()));
            } else {
                files.getOrDefault(name, Map.of()).remove(change.name());
            }
        }
        Map<String, Outcome> outcomes = new HashMap<>();
        for (FileResult result : series.results().getFirst().files()) {
            String name = result.name().substring(0, result.name().indexOf('/'));
            Map<Integer, String> hunks = new TreeMap<>();
            for (int i = 0; i < result.hunks().size(); i++) {
                if (!(result.hunks().get(i) instanceof Applied a) || a.offset() != 0 || a.fuzz() != 0) {
                    hunks.put(i + 1, result.hunks().get(i).toString());
                }
            }
            outcomes.put(
                    name, new Outcome(result.verdict() != Verdict.FAILS, hunks, files.getOrDefault(name, Map.of())));
        }
        return outcomes;
    }

    private static Map<String, Outcome> gnu(String out, Path tree, List<Case> cases) throws IOException {
        Map<String, Map<Integer, String>> hunks = new HashMap<>();
        Map<String, Boolean> ok = new HashMap<>();
        String name = "";
        for (String line : out.lines().toList()) {
            Matcher succeeded = SUCCEEDED.matcher(line);
            if (line.startsWith("patching file ")) {
                name = line.substring("patching file ".length());
                name = name.substring(0, name.indexOf('/'));
                hunks.put(name, new TreeMap<>());
                ok.put(name, true);
            } else if (succeeded.matches()) {
                Objects.requireNonNull(hunks.get(name))
                        .put(
                                Integer.parseInt(succeeded.group(1)),
                                new Applied(number(succeeded, 2), number(succeeded, 4), number(succeeded, 3))
                                        .toString());
            } else if (FAILED.matcher(line).matches() || line.startsWith("Not deleting")) {
                ok.put(name, false);
            }
        }
        Map<String, Map<String, String>> files = files(tree);
        return cases.stream()
                .collect(Collectors.toMap(
                        Case::name,
                        c -> new Outcome(
                                ok.getOrDefault(c.name(), false),
                                hunks.getOrDefault(c.name(), Map.of()),
                                files.getOrDefault(c.name(), Map.of()))));
    }

    private static int number(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
    }

    /// The files of a tree by the first folder of their names.
    private static Map<String, Map<String, String>> files(Path tree) throws IOException {
        Map<String, Map<String, String>> files = new HashMap<>();
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = tree.relativize(file).toString();
                int mode = Files.isExecutable(file) && (int) Files.getAttribute(file, "unix:mode") % 8 % 2 == 1
                        ? 0755
                        : 0644;
                files.computeIfAbsent(name.substring(0, name.indexOf('/')), _ -> new TreeMap<>())
                        .put(name, shown(Files.readString(file, StandardCharsets.ISO_8859_1), mode));
            }
        }
        return files;
    }

    private static String shown(String text, int mode) {
        return (mode >= 0 && (mode & 1) == 1 ? "program\n" : "file\n") + text;
    }
}
