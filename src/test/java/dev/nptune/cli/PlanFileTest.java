package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.UserException;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanFileTest {
    private static final Plan PLAN = Plan.of(
            "win10", List.of(new Change.EditFile("Make a file", List.of(), "/etc/nptune-test", null, "text\n")));

    @TempDir
    private Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("plan.json"), text);
    }

    private UserException failure(Path file) {
        return catchThrowableOfType(UserException.class, () -> PlanFile.read(file));
    }

    @Test
    void whatWasLookedAtIsWhatIsRead() throws Exception {
        Path file = write(Json.pretty(PLAN));
        PlanFile looked = PlanFile.read(file);
        assertThat(looked.plan()).isEqualTo(PLAN);
        assertThat(PlanFile.read(file, looked.digest()).plan()).isEqualTo(PLAN);

        Files.writeString(file, Json.pretty(PLAN) + " ");
        UserException e = catchThrowableOfType(UserException.class, () -> PlanFile.read(file, looked.digest()));
        assertThat(e.exit().code()).isEqualTo(3);
        assertThat(e).hasMessage("the plan has changed since you looked at it: " + file);
        assertThat(e.nextStep()).isEqualTo("nothing was changed; look at it again, then apply it again");
    }

    /// A plan that was written before there was such a mark is read, and is the plan that a journal has.
    @Test
    void whatTheMachineFallsBackToIsMarkedAndNothingElse() throws Exception {
        assertThat(Json.pretty(PLAN)).doesNotContain("fallback");
        Plan marked = Plan.of(
                "win10", List.of(new Change.EditFile("Keep it", List.of(), "/boot/kept", null, "text\n", true)));
        assertThat(PlanFile.read(write(Json.pretty(marked))).plan()).isEqualTo(marked);
        String before = Json.pretty(marked).replaceFirst(",\\s*\"fallback\" : true", "");
        assertThat(before).doesNotContain("fallback");
        assertThat(((Change.EditFile)
                                PlanFile.read(write(before)).plan().changes().getFirst())
                        .fallback())
                .isFalse();
    }

    /// JSON that a stranger made.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"schemaVersion":2,"domain":"w","changes":[{"kind":"edit-file","summary":"s","rules":[]}],"notes":[]}                       | change 1 has no 'path'
            {"schemaVersion":2,"domain":"w","changes":[{"kind":"write-sysfs","rules":[],"path":"/sys/v","before":"0","after":"1"}],"notes":[]} | change 1 has no 'summary'
            {"schemaVersion":2,"changes":[],"notes":[]}                                                                              | it has no 'domain'
            {"schemaVersion":2,"domain":"w","changes":[null],"notes":[]}                                                             | not a valid Plan
            {"schemaVersion":2,"domain":"w","changes":[{"kind":"run-anything","summary":"s"}],"notes":[]}                            | run-anything
            {"schemaVersion":2,"domain":"w","changes":[{"kind":"rebuild","summary":"s","rules":[],"builder":"DRACUT","outputs":["/boot/i"],"contains":[]}],"notes":[]} | not a valid Plan: it has no 'kernel'
            {"schemaVersion":2,"domain":"w","changes":[{"kind":"rebuild","summary":"s","rules":[],"builder":"rm -rf /","kernel":"","outputs":["/boot/i"],"contains":[]}],"notes":[]} | not a valid Plan: there is no such thing as "rm -rf /"
            {"schemaVersion":7,"something":"new"}                                                                                   | it is of version 7, and this program knows versions up to 2
            hello                                                                                                                   | not a valid
            """)
    void whatIsNoPlanIsRefusedInOneLine(String text, String told) throws IOException {
        UserException e = failure(write(text));
        assertThat(e.exit().code()).isEqualTo(2);
        assertThat(e.getMessage())
                .startsWith("cannot read the plan ")
                .contains(told)
                .doesNotContain("\n", "dev.nptune");
        assertThat(e.nextStep()).isEqualTo("make one with: nptune plan VM -o plan.json");
    }

    @Test
    void theRootProcessAppliesNothingElse() throws IOException {
        Path file = write(Json.pretty(PLAN));
        CliRun run = CliRun.of("apply", "--digest", "00", "--yes", file.toString());
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.errLines().getFirst()).isEqualTo("nptune: the plan has changed since you looked at it: " + file);
        assertThat(Path.of("/etc/nptune-test")).doesNotExist();
    }

    @Test
    void aPlanWithoutChangesIsNothingToDo() throws IOException {
        CliRun run = CliRun.of(
                "apply", write(Json.pretty(Plan.of("win10", List.of()))).toString());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("the plan has no changes; nothing to do\n");
    }

    @Test
    void aDryRunOnThisMachineChangesNothing() throws IOException {
        Path file = write(Json.pretty(PLAN));
        CliRun run = CliRun.of("apply", file.toString(), "--dry-run", "--diff");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .contains(
                        "Applying the plan for win10, as it would be done now. Nothing was changed.",
                        "   1  Make a file",
                        "      make /etc/nptune-test (0644)",
                        "      +text");
        assertThat(Path.of("/etc/nptune-test")).doesNotExist();
        assertThat(CliRun.of("apply", file.toString(), "--dry-run", "--json").out())
                .contains("\"wouldGo\" : true");

        Path other = write(Json.pretty(Plan.of(
                "win10", List.of(new Change.EditFile("Edit it", List.of(), "/etc/nptune-test", "old\n", "new\n")))));
        CliRun refused = CliRun.of("apply", other.toString(), "--dry-run");
        assertThat(refused.exit()).isEqualTo(3);
        assertThat(refused.out())
                .contains("      does not fit: /etc/nptune-test is gone\n")
                .endsWith("It would be refused: 1 change does not fit the machine as it is now.\n");
        assertThat(CliRun.of("apply", other.toString(), "--dry-run", "--rehearse")
                        .exit())
                .isEqualTo(2);
    }
}
