package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class PatchLintCommandTest {
    private static final String SOUND = "--- a/mm/x.c\n+++ b/mm/x.c\n@@ -1,2 +1,3 @@\n a\n b\n+c\n";

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void tellsMistakesWithReasonAndWayOut() throws IOException {
        Path broken = file("p", SOUND.replace("+1,3", "+1,7"));
        CliRun run = CliRun.of("patch", "lint", broken.toString());

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEqualTo(broken + """
                : 1 mistake
                  line 3, wrong-count: the head says 2 old and 7 new lines; there are 2 and 3
                      why   it was edited by hand, or is cut off; patch says "malformed patch"
                            and git "corrupt patch".
                      mend  if nothing is missing, write -1,2 +1,3 (--fix does).
                """);
    }

    @Test
    void aSoundPatchIsNone() throws IOException {
        CliRun run = CliRun.of("patch", "lint", file("p", SOUND).toString());
        assertThat(run.exit()).isZero();
        assertThat(run.out()).endsWith("/p: no mistake known\n");
    }

    @Test
    void whatIsOnlyWorthKnowingIsNoMistake() throws IOException {
        Path acs = file("p", SOUND.replace("+c", "+early_param(\"pcie_acs_override\", f);"));
        CliRun run = CliRun.of("patch", "lint", acs.toString());
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("no mistake known\n  line 6, acs-override: ");
    }

    @Test
    void mendsIntoAnotherFile() throws IOException {
        Path broken =
                file("p", SOUND.replace("\n", "\r\n").replace("a/mm/", "b/mm/").replace("+++ b/", "+++ a/"));
        Path mended = folder.resolve("q");
        CliRun run = CliRun.of("patch", "lint", broken.toString(), "--fix", "-o", mended.toString());

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("written: " + mended + "; 1 mistake left in it\n");
        assertThat(mended).content().doesNotContain("\r");
        assertThat(broken).content().contains("\r");
    }

    @Test
    void asJson() throws IOException {
        JsonNode found = Json.tree(CliRun.of(
                                "patch",
                                "lint",
                                "--json",
                                file("p", SOUND.strip()).toString())
                        .out())
                .path("files")
                .path(0)
                .path("findings")
                .path(0);
        assertThat(found.path("id").asString()).isEqualTo("no-final-newline");
        assertThat(found.path("line").asInt()).isEqualTo(6);
        assertThat(found.path("mendable").asBoolean()).isTrue();
    }

    @Test
    void wrongUse() throws IOException {
        String sound = file("p", SOUND).toString();
        assertThat(CliRun.of("patch", "lint", sound, "--fix").exit()).isEqualTo(2);
        assertThat(CliRun.of("patch", "lint", sound, sound, "--fix", "-o", "x").err())
                .contains("--fix takes one patch at a time");
        assertThat(CliRun.of("patch", "lint", "/nowhere").err())
                .contains("cannot read the patch /nowhere: no such file");
    }
}
