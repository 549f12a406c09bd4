package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class PatchRecipeCommandTest {
    private static final String PKGBUILD = """
            pkgbase=linux
            pkgname=("$pkgbase")
            source=(linux.tar.xz)
            sha256sums=('SKIP')
            build() {
              cd linux
              make
            }
            """;

    @TempDir
    private Path folder;

    private Path patch;
    private Path recipe;

    @BeforeEach
    void files() throws IOException {
        patch = Files.writeString(folder.resolve("npt.patch"), "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n");
        recipe =
                Files.writeString(Files.createDirectory(folder.resolve("linux")).resolve("PKGBUILD"), PKGBUILD);
    }

    private CliRun run(String... more) {
        return CliRun.of(Stream.concat(
                        Stream.of(
                                "patch",
                                "recipe",
                                patch.toString(),
                                "--for",
                                "arch",
                                "--in",
                                folder.resolve("linux").toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void showsADiffAndWritesNothing() throws IOException {
        CliRun run = run();

        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .startsWith("""
                --- a/PKGBUILD
                +++ b/PKGBUILD
                @@ -1,7 +1,12 @@
                 pkgbase=linux
                 pkgname=("$pkgbase")
                -source=(linux.tar.xz)
                """)
                .contains("+  patch -Np1 -i \"$srcdir/npt.patch\"\n", "--- /dev/null\n+++ b/npt.patch\n");
        assertThat(run.err()).contains("--name linux-npt", "next: write it with --write, or elsewhere with -o DIR");
        assertThat(recipe).hasContent(PKGBUILD);
        assertThat(recipe.resolveSibling("npt.patch")).doesNotExist();
    }

    @Test
    void writesItAndFindsNothingToDoTheSecondTime() throws IOException {
        Files.writeString(recipe.resolveSibling(".SRCINFO"), "old\n");
        Files.setPosixFilePermissions(recipe, PosixFilePermissions.fromString("rw-rw-r--"));
        CliRun run = run("--write", "--name", "linux-npt");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("next: makepkg --printsrcinfo > .SRCINFO\nnext: makepkg -s\n");
        assertThat(recipe).content().contains("pkgbase=linux-npt", "source=(linux.tar.xz npt.patch)");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(recipe)))
                .isEqualTo("rw-rw-r--");
        assertThat(recipe.resolveSibling("npt.patch")).hasSameBinaryContentAs(patch);
        assertThat(run("--write", "--name", "linux-npt").errLines())
                .containsExactly("the recipe builds with it already: nothing to change");
    }

    @Test
    void elsewhere() {
        Path other = folder.resolve("mine");
        assertThat(run("-o", other.toString(), "--diff").out()).startsWith("--- a/PKGBUILD\n");
        assertThat(recipe).hasContent(PKGBUILD);
        assertThat(other.resolve("PKGBUILD")).content().contains("npt.patch");
        assertThat(other.resolve("npt.patch")).exists();
    }

    @Test
    void asJson() {
        JsonNode document = Json.tree(run("--json").out());
        assertThat(document.path("schemaVersion").asInt()).isEqualTo(1);
        assertThat(document.path("kind").asString()).isEqualTo("ARCH");
        assertThat(document.path("written").asBoolean()).isFalse();
        assertThat(document.path("files").path(0).path("state").asString()).isEqualTo("changed");
        assertThat(document.path("files").path(1).path("state").asString()).isEqualTo("new");
    }

    @Test
    void whatIsNotUnderstoodIsNamedWithItsLine() throws IOException {
        Files.writeString(recipe, "pkgbase=linux\nsource=($_all)\n");
        CliRun run = run();
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.errLines())
                .containsExactly(
                        "nptune: " + recipe + " line 2: how many elements $_all becomes is not known",
                        "  next: add the patch by hand there; nothing was changed");
    }

    @Test
    void wrongUse() throws IOException {
        assertThat(run("--write", "-o", "x").exit()).isEqualTo(2);
        assertThat(run(patch.toString()).err()).contains("two patches are called npt.patch");
        Path odd = Files.writeString(folder.resolve("a b.patch"), "x");
        assertThat(run(odd.toString()).err()).contains("the patch cannot be called a b.patch");
        assertThat(run("--name", "x y").err()).contains("no package can be called 'x y'");
        assertThat(CliRun.of("patch", "recipe", "/nowhere.patch", "--for", "arch")
                        .err())
                .contains("no such file");
        CliRun absent = CliRun.of(
                "patch",
                "recipe",
                patch.toString(),
                "--for",
                "arch",
                "--in",
                folder.resolve("gone").toString());
        assertThat(absent.exit()).isEqualTo(2);
        assertThat(absent.err()).contains("there is no " + folder.resolve("gone"), "name the recipe's folder or file");
        assertThat(CliRun.of("patch").exit()).isEqualTo(2);
    }

    @Test
    void theChangelogIsSignedByWhoBuilds() throws IOException {
        Path debian = Files.createDirectories(folder.resolve("deb/debian/patches"));
        Files.writeString(debian.resolveSibling("changelog"), """
                linux (6.1-1) sid; urgency=low

                  * x

                 -- A <a@b>  Fri, 03 May 2024 10:00:00 +0200
                """);
        Map<String, String> me = Map.of("DEBFULLNAME", "Me", "DEBEMAIL", "me@example.org");
        CliRun run = CliRun.with(
                me,
                "patch",
                "recipe",
                patch.toString(),
                "--for",
                "debian",
                "--in",
                folder.resolve("deb").toString());
        assertThat(run.out())
                .containsPattern("(?m)^\\+ -- Me <me@example.org>  \\w{3}, \\d\\d \\w{3} \\d{4} [\\d:]{8} [+-]\\d{4}$");
    }
}
