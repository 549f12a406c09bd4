package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PatchCommandTest {
    private static final String GOOD = """
            From: A <a@example.org>
            Subject: [PATCH] fs: change a line

            ---
            diff --git a/fs/exec.c b/fs/exec.c
            --- a/fs/exec.c
            +++ b/fs/exec.c
            @@ -4,7 +4,7 @@
             line 4
             line 5
             line 6
            -line 7
            +new seven
             line 8
             line 9
             line 10
            """;
    private static final String BAD =
            GOOD.replace("line 7", "\tline seven " + "and on ".repeat(14)).replace("new seven", "other");

    @TempDir
    private Path temp;

    private Path tree;
    private String good;
    private String bad;

    @BeforeEach
    void build() throws IOException {
        tree = temp.resolve("linux");
        Files.createDirectories(tree.resolve("fs"));
        Files.writeString(tree.resolve("fs/exec.c"), lines(20));
        good = Files.writeString(temp.resolve("good.patch"), GOOD).toString();
        bad = Files.writeString(temp.resolve("bad.patch"), BAD).toString();
    }

    private static String lines(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    }

    private String exec() throws IOException {
        return Files.readString(tree.resolve("fs/exec.c"));
    }

    private CliRun patch(String... args) {
        return CliRun.of(Stream.concat(Stream.of("patch"), Stream.of(args)).toArray(String[]::new));
    }

    private CliRun check(String... args) {
        return patch(Stream.concat(Stream.of("check", "--tree", tree.toString()), Stream.of(args))
                .toArray(String[]::new));
    }

    private CliRun apply(String... args) {
        return patch(Stream.concat(Stream.of("apply", "--tree", tree.toString()), Stream.of(args))
                .toArray(String[]::new));
    }

    @Test
    void checkSaysThatItAppliesAndWritesNothing() throws IOException {
        CliRun run = check(good);

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .isEqualTo(good + ": fs: change a line\n"
                        + "  names lose 1 folder (-p1, guessed)\n"
                        + "  applies   fs/exec.c\n"
                        + "The patch applies; nothing was changed.\n");
        assertThat(exec()).isEqualTo(lines(20));
    }

    @Test
    void offsetAndFuzzAreTold() throws IOException {
        Files.writeString(tree.resolve("fs/exec.c"), "a\nb\n" + lines(20).replace("line 4\n", "line four\n"));

        assertThat(check(good, "-p1").out())
                .contains("hunk 1 of 1 applies at line 6, 2 lines further down than it says")
                .contains("(fuzz 1)")
                .doesNotContain("guessed");
        CliRun strict = check(good, "--fuzz", "0");
        assertThat(strict.exit()).isEqualTo(1);
        assertThat(strict.out()).contains("line 6 is the first that");
    }

    @Test
    void aFailureShowsBothSidesInEightyColumns() {
        CliRun run = check(bad);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .contains("  FAILS     fs/exec.c\n")
                .contains("            +line 7\n")
                .contains("            -        line seven and on ")
                .endsWith("The patch does not apply; nothing was changed.\n");
        assertThat(run.out().lines().skip(1))
                .allSatisfy(l -> assertThat(l.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void applyWritesAndTakesBack() throws IOException {
        assertThat(apply(good, "--dry-run").out()).endsWith("nothing was changed.\n");
        assertThat(exec()).isEqualTo(lines(20));

        CliRun run = apply(good);
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).endsWith("The patch is applied: 1 file changed.\n");
        assertThat(exec()).isEqualTo(lines(20).replace("line 7\n", "new seven\n"));

        CliRun again = apply(good);
        assertThat(again.exit()).isZero();
        assertThat(again.out()).contains("  in        fs/exec.c\n").endsWith("in already; there is nothing to do.\n");

        assertThat(apply(good, "-R").out())
                .contains("comes off")
                .endsWith("The patch is taken back: 1 file changed.\n");
        assertThat(exec()).isEqualTo(lines(20));
        assertThat(apply(good, "--reverse").out()).endsWith("out already; there is nothing to do.\n");
    }

    @Test
    void ofSeveralPatchesAllOrNoneAreApplied() throws IOException {
        CliRun run = apply(good, bad, "--rejects", temp.resolve("rejects").toString());

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).contains("applies   fs/exec.c").endsWith("1 of 2 patches fail; nothing was changed.\n");
        assertThat(exec()).isEqualTo(lines(20));
        assertThat(run.err()).contains("(1 file)");
        assertThat(Files.readString(temp.resolve("rejects/fs_exec.c.rej"))).contains("+other\n");
        try (Stream<Path> files = Files.list(tree.resolve("fs"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void standardInputIsRead() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(GOOD.getBytes(StandardCharsets.UTF_8)));
            CliRun run = check("-");
            assertThat(run.exit()).isZero();
            assertThat(run.out()).startsWith("standard input: fs: change a line\n");
        } finally {
            System.setIn(before);
        }
        assertThat(check("-", "-").errLines()).first().isEqualTo("nptune: standard input can be read only once");
    }

    @Test
    void jsonSaysTheSame() {
        JsonNode json = Json.tree(check(bad, "--json").out());

        assertThat(json.path("schemaVersion").asInt()).isEqualTo(1);
        assertThat(json.path("applies").asBoolean()).isFalse();
        JsonNode hunk =
                json.path("patches").path(0).path("files").path(0).path("hunks").path(0);
        assertThat(hunk.path("outcome").asString()).isEqualTo("FAILS");
        assertThat(hunk.path("line").asInt()).isEqualTo(4);
        assertThat(hunk.path("nearest").path("standing").path(3).asString()).isEqualTo("line 7");
        assertThat(Json.tree(apply(good, "--json").out()).path("applies").asBoolean())
                .isTrue();
    }

    @Test
    void whatIsMistypedIsNamed() {
        assertThat(patch("check", good, "--tree", temp.resolve("linus").toString())
                        .errLines()
                        .getFirst())
                .endsWith("linus: no such file or folder");
        assertThat(check(temp.resolve("god.patch").toString()).errLines())
                .last()
                .asString()
                .contains("did you mean: " + good + "?");
        assertThat(check(temp.toString()).exit()).isEqualTo(2);
        assertThat(patch("check", good).errLines().getFirst()).contains("'--tree=DIR'");
        assertThat(check().errLines().getFirst()).contains("FILE");
        assertThat(patch("chekc").err()).contains("check");
        assertThat(patch().exit()).isEqualTo(2);
        assertThat(CliRun.of("pach").err()).contains("did you mean: patch?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fuzz=-1", "-p-1", "--strip=-2", "--fuzz=x", "--relocat"})
    void wrongOptionsAreWrongUse(String option) {
        CliRun run = check(good, option);

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aDamagedPatchIsNamedWithItsLine() throws IOException {
        String file = Files.writeString(temp.resolve("cut.patch"), GOOD.substring(0, GOOD.indexOf(" line 6")))
                .toString();
        CliRun run = check(file);

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.errLines().getFirst()).startsWith("nptune: " + file + ":10: the patch ends in the middle of");
        assertThat(run.errLines().getLast()).startsWith("  next: ");
    }

    /// The lines stand in `other` too, which is nearer to where the patch has them.
    private String doubtful() throws IOException {
        String function =
                "static void %s(struct device *device)\n{\n\tint i;\n\n\tfirst(device);\n\tlast(device);\n}\n\n";
        Files.writeString(
                tree.resolve("fs/exec.c"),
                "\n".repeat(40) + function.formatted("other") + "\n".repeat(60) + function.formatted("named"));
        return Files.writeString(temp.resolve("doubtful.patch"), """
                        --- a/fs/exec.c
                        +++ b/fs/exec.c
                        @@ -20,4 +20,5 @@ static void named(struct device *device)
                        \040
                         	first(device);
                        +	middle(device);
                         	last(device);
                         }
                        """).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "apply"})
    void aBetterPlaceIsTold(String command) throws IOException {
        String patch = doubtful();

        CliRun run = patch(command, patch, "--tree", tree.toString());

        assertThat(run.exit()).isZero();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains(
                        "hunk 1 of 1 applies at line 44, 24 lines further down than it says, but line 112 is much more"
                                + " like what it expects: ")
                .contains("; --relocate puts it there");
        assertThat(exec().indexOf("middle")).isEqualTo(command.equals("apply") ? exec().indexOf("first") + 16 : -1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "apply"})
    void aBetterPlaceIsInTheJson(String command) throws IOException {
        CliRun run = patch(command, doubtful(), "--tree", tree.toString(), "--json");
        JsonNode json = Json.tree(run.out());
        JsonNode hunk =
                json.path("patches").path(0).path("files").path(0).path("hunks").path(0);

        assertThat(run.exit()).isZero();
        assertThat(json.path("applies").asBoolean()).isTrue();
        assertThat(hunk.path("outcome").asString()).isEqualTo("DOUBTFUL");
        assertThat(hunk.path("line").asInt()).isEqualTo(44);
        assertThat(hunk.path("offset").asInt()).isEqualTo(24);
        assertThat(hunk.path("fuzz").asInt()).isZero();
        assertThat(hunk.path("words").asString()).startsWith("line 112 is much more like what it expects: ");
    }

    /// The second hunk has two places, and the first one's decides between them.
    @Test
    void aBetterPlaceThatCannotBeTakenIsNotOffered() throws IOException {
        String first = doubtful();
        Files.writeString(
                tree.resolve("fs/exec.c"), exec() + "\n".repeat(12) + "one\ntwo\n" + "\n".repeat(22) + "one\ntwo\n");
        String two = Files.writeString(
                        temp.resolve("two.patch"),
                        Files.readString(Path.of(first)) + "@@ -130,2 +131,3 @@\n one\n+and\n two\n")
                .toString();

        CliRun run = check(two, "--relocate");

        assertThat(run.exit()).isZero();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("; it was not put there, since not every hunk would find its place then")
                .doesNotContain("--relocate");
    }

    /// The kernel's settings are files among which nobody can put another, root neither.
    @Test
    void aTreeThatCannotBeWrittenIsLeftAsItIs() throws IOException {
        Path settings = Path.of("/proc/sys/kernel");
        String patch = "--- a/ostype\n+++ b/ostype\n@@ -1 +1 @@\n-Linux\n+Minix\n";
        String file = Files.writeString(temp.resolve("os.patch"), patch).toString();
        CliRun run = patch("apply", file, "--tree", settings.toString());

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines().getFirst()).startsWith("nptune: cannot write the patched files: " + settings);
        assertThat(run.errLines().getLast()).contains("nothing was changed");
        assertThat(Files.readString(settings.resolve("ostype"))).isEqualTo("Linux\n");
    }
}
