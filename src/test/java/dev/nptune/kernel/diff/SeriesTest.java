package dev.nptune.kernel.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.FileResult.Verdict;
import dev.nptune.kernel.diff.HunkOutcome.Rescued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesTest {
    private static final String HUNK = "@@ -1 +1 @@\n-a\n+b\n";

    @TempDir
    private Path tree;

    private void file(String name, String text) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Series run(Series.Options options, String... patches) throws UserException {
        List<PatchFile> read = new ArrayList<>();
        for (String patch : patches) {
            read.add(PatchReader.parse("p" + read.size(), patch));
        }
        return Series.of(SourceTree.of(tree), read, options);
    }

    private FileResult only(String patch) throws UserException {
        Series series = run(Series.Options.USUAL, patch);
        assertThat(series.results()).hasSize(1);
        assertThat(series.results().getFirst().files()).hasSize(1);
        return series.results().getFirst().files().getFirst();
    }

    private static String diff(String before, String after) {
        return "--- " + before + "\n+++ " + after + "\n" + HUNK;
    }

    private String text(Series series, String name) throws UserException {
        return series.changes().stream()
                .filter(c -> c.name().equals(name))
                .flatMap(c -> c.after().stream())
                .map(c -> TextLine.join(c.lines()))
                .findFirst()
                .orElse("(unchanged)");
    }

    @ParameterizedTest
    @CsvSource({
        "a/../../etc/passwd, leads out of the tree",
        "a//etc/passwd, no such file",
        "/etc/passwd, begins at the root",
        "a/link/f, link is a symbolic link",
        "a/fs/exec.c/x, fs/exec.c is no folder",
        "a/fs, fs is no file",
        "a/fs/linked.c, fs/linked.c is a symbolic link",
        "a/.git/config, git's own",
        "a/x/.GIT/config, git's own"
    })
    void namesThatLeadOutAreRefused(String name, String words) throws IOException, UserException {
        Path outside = Files.createDirectory(tree.resolveSibling("outside"));
        Files.writeString(outside.resolve("f"), "a\n");
        file("fs/exec.c", "a\n");
        Files.createSymbolicLink(tree.resolve("link"), outside);
        Files.createSymbolicLink(tree.resolve("fs/linked.c"), Path.of("exec.c"));
        Series.Options options = new Series.Options(
                OptionalInt.of(name.startsWith("/") ? 0 : 1), Placing.USUAL_FUZZ, false, true, Rescue.NONE);
        Series series = run(options, diff(name, name.replaceFirst("^a/", "b/")));

        assertThat(series.results().getFirst().files().getFirst().words()).contains(words);
        assertThat(series.applies()).isFalse();
        Files.delete(outside.resolve("f"));
        Files.delete(outside);
    }

    @ParameterizedTest
    @CsvSource({
        "a/fs/exec.c, b/fs/exec.c, 1",
        "fs/exec.c, fs/exec.c, 0",
        "linux-6.1/fs/exec.c, linux/fs/exec.c, 1",
        "/home/x/linux/fs/exec.c, /home/x/linux.new/fs/exec.c, 4",
        "a/fs/exec.c.orig, b/fs/exec.c, 1",
        "exec.c, exec.c, 0",
        "linux/none.c, linux/none.c, 0",
        "a/none/exec.c, b/none/exec.c, 1"
    })
    void theStripLevelIsGuessed(String before, String after, int level) throws IOException, UserException {
        file("fs/exec.c", "a\n");
        file("exec.c", "other\n");
        PatchResult result =
                run(Series.Options.USUAL, diff(before, after)).results().getFirst();

        assertThat(result.strip()).isEqualTo(new StripLevel(level, true));
    }

    @Test
    void eachPatchSeesWhatThoseBeforeItMade() throws IOException, UserException {
        file("f", "a\n");
        String second = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-b\n+c\n";
        Series series = run(Series.Options.USUAL, diff("a/f", "b/f"), second);

        assertThat(series.applies()).isTrue();
        assertThat(text(series, "f")).isEqualTo("c\n");
        assertThat(Files.readString(tree.resolve("f"))).isEqualTo("a\n");

        file("f", "c\n");
        Series back =
                run(new Series.Options(OptionalInt.empty(), 2, true, true, Rescue.NONE), diff("a/f", "b/f"), second);
        assertThat(back.applies()).isTrue();
        assertThat(text(back, "f")).isEqualTo("a\n");
    }

    @Test
    void aFileIsTheSameUnderAnyNameItHas() throws IOException, UserException {
        file("d/f", "a\n");
        String second = "--- a/d//./f\n+++ b/d//./f\n@@ -1 +1 @@\n-b\n+c\n";
        Series series = run(Series.Options.USUAL, diff("a/d/f", "b/d/f"), second);

        assertThat(series.changedFiles()).isEqualTo(1);
        assertThat(text(series, "d/f")).isEqualTo("c\n");
    }

    @Test
    void aSeriesThatIsInChangesNothing() throws IOException, UserException {
        file("f", "b\n");
        Series series = run(Series.Options.USUAL, diff("a/f", "b/f"));

        assertThat(series.results().getFirst().verdict()).isEqualTo(Verdict.ALREADY_IN);
        assertThat(series.changedFiles()).isZero();
    }

    @Test
    void filesCanChangeTheirNamesAmongEachOther() throws IOException, UserException {
        file("x", "is x\n");
        file("y", "is y\n");
        Series series = run(
                Series.Options.USUAL,
                "diff --git a/x b/y\nrename from x\nrename to y\ndiff --git a/y b/x\nrename from y\nrename to x\n");

        assertThat(series.applies()).isTrue();
        assertThat(text(series, "x")).isEqualTo("is y\n");
        assertThat(text(series, "y")).isEqualTo("is x\n");
    }

    @Test
    void aCopyIsOfTheFileBeforeThePatch() throws IOException, UserException {
        file("x", "a\n");
        Series series = run(
                Series.Options.USUAL,
                "diff --git a/x b/x\n" + diff("a/x", "b/x") + "diff --git a/x b/y\ncopy from x\ncopy to y\n");

        assertThat(text(series, "x")).isEqualTo("b\n");
        assertThat(text(series, "y")).isEqualTo("a\n");
    }

    @Test
    void aRenameThatIsDoneIsNotDoneAgain() throws IOException, UserException {
        file("y", "a\n");
        String rename = "diff --git a/x b/y\nrename from x\nrename to y\n";

        assertThat(only(rename).verdict()).isEqualTo(Verdict.ALREADY_IN);
        file("x", "a\n");
        assertThat(only(rename).words()).contains("there is one that has it");
    }

    @Test
    void whatIsWrongWithAWholeFileIsSaid() throws IOException, UserException {
        file("fs/exec.c", "a\n");
        file("full", "x\ny\n");
        assertThat(only(diff("a/fs/exce.c", "b/fs/exce.c")).words()).endsWith("did the patch mean fs/exec.c?");
        assertThat(only("--- /dev/null\n+++ b/full\n@@ -0,0 +1 @@\n+z\n").words())
                .contains("with other lines");
        assertThat(only("--- a/full\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n").words())
                .contains("lines that the patch does not know");
        assertThat(only("--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n").verdict())
                .isEqualTo(Verdict.ALREADY_IN);
        assertThat(only("--- /dev/null\n+++ b/fs/exec.c\n@@ -0,0 +1 @@\n+a\n").verdict())
                .isEqualTo(Verdict.ALREADY_IN);
    }

    @Test
    void aRescueMayGiveAnotherHunk() throws IOException, UserException {
        file("f", "start\nA\nend\n");
        Hunk other = new Hunk(
                2,
                2,
                "",
                List.of(new HunkLine(HunkLine.Kind.REMOVED, "A", true), new HunkLine(HunkLine.Kind.ADDED, "B", true)));
        Rescue rescue = (_, hunk, lines) -> hunk.oldSide().getFirst().text().equals("a") && lines.size() == 3
                ? Optional.of(new Rescue.Found(List.of(other), "the letter is large here", "-b\n+B\n"))
                : Optional.empty();
        Series series = run(new Series.Options(OptionalInt.empty(), 2, false, true, rescue), diff("a/f", "b/f"));

        assertThat(text(series, "f")).isEqualTo("start\nB\nend\n");
        assertThat(series.results().getFirst().files().getFirst().hunks())
                .containsExactly(new Rescued(2, List.of(other), "the letter is large here", "-b\n+B\n"));
    }

    @Test
    void aRescueThatDoesNotFitIsNone() throws IOException, UserException {
        file("f", "start\nA\nend\n");
        Rescue wrong = (_, hunk, _) -> Optional.of(new Rescue.Found(List.of(hunk), "guessed", ""));

        assertThat(run(new Series.Options(OptionalInt.empty(), 2, false, true, wrong), diff("a/f", "b/f"))
                        .applies())
                .isFalse();
    }
}
