package dev.nptune.kernel.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the real git makes is found sound, and what is mended the real git applies.
class SoundPatchesTest {
    private static final List<String> LINES = List.of(
            "\tint a;",
            "",
            "{",
            "}",
            "\t/* it's -- a + b */",
            "\t\tif (x < 0 && y > 1)",
            "-- ",
            "--- a/x",
            "+++ b/x",
            "\t return 0;",
            "\\ odd",
            "@@ odd",
            "    four",
            " * text");

    @TempDir
    private Path folder;

    private String git(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("git", "-c", "user.name=a", "-c", "user.email=a@b"));
        all.addAll(List.of(arguments));
        Exec.Result result = Exec.run(
                Duration.ofSeconds(30),
                all,
                folder,
                Map.of("GIT_CONFIG_GLOBAL", "/dev/null", "GIT_CONFIG_SYSTEM", "/dev/null"));
        assertThat(result.err()).as(String.join(" ", arguments)).doesNotContain("fatal", "error:");
        return result.out();
    }

    private void change(Random random, List<String> lines) throws IOException {
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(3)) {
                case 0 -> lines.add(at, "\tnew" + n + "();");
                case 1 -> lines.set(at, "\tother" + n + "();");
                default -> lines.remove(at);
            }
        }
        Files.writeString(folder.resolve("kernel/x.c"), String.join("\n", lines) + "\n");
    }

    private List<String> begin(Random random) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int n = 0; n < 60; n++) {
            lines.add(LINES.get(random.nextInt(LINES.size())) + (random.nextInt(3) == 0 ? " /* " + n + " */" : ""));
        }
        Files.createDirectories(folder.resolve("kernel"));
        Files.writeString(folder.resolve("kernel/x.c"), String.join("\n", lines) + "\n");
        git("init", "-q", "-b", "main", ".");
        git("add", "-A");
        git("commit", "-q", "-m", "first");
        return lines;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatGitMakesIsSound(long seed) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/git")), "git is not installed");
        Random random = new Random(seed);
        List<String> lines = begin(random);
        change(random, lines);
        Files.writeString(folder.resolve("kernel/new.c"), "\tnew\n");
        git("add", "-A");
        git("commit", "-q", "-m", "second\n\nIt’s &amp; more.");
        for (String patch : List.of(git("format-patch", "-1", "--stdout"), git("diff", "HEAD~1"), git("show"))) {
            String latin = new String(patch.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            assertThat(PatchLint.check(latin)).isEmpty();
            assertThat(PatchMender.mend(latin)).isEqualTo(latin);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void whatIsMendedApplies(long seed) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/git")), "git is not installed");
        Random random = new Random(seed);
        List<String> lines = begin(random);
        change(random, lines);
        String sound = git("diff");
        String wanted = Files.readString(folder.resolve("kernel/x.c"));
        String broken = sound.replaceAll("(?m)^(@@ -\\d+),\\d+ ", "$1,99 ")
                .replace("a/kernel/", "kernel/")
                .replace("b/kernel/", "kernel/")
                .replace("\n", "\r\n")
                .strip();
        Path patch = Files.writeString(folder.resolve("p"), PatchMender.mend(broken));
        git("checkout", "-q", "kernel/x.c");
        git("apply", patch.toString());
        assertThat(folder.resolve("kernel/x.c")).hasContent(wanted);
    }
}
