package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nptune.apply.ApplyListener;
import dev.nptune.apply.ApplyResult;
import dev.nptune.apply.Journal;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import dev.nptune.vm.Libvirt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

class RollbackCommandTest {
    @TempDir
    private Path root;

    private LocalMachine machine;
    private Path value;

    @BeforeEach
    void machine() throws IOException {
        machine = new LocalMachine(root, new Libvirt("test:///default"), Map.of());
        value = root.resolve("sys/value");
        Files.createDirectory(root.resolve("sys"));
        Files.writeString(value, "0\n");
    }

    private static Plan plan(String before, String after) {
        return Plan.of("win10", List.of(new Change.WriteSysfs("write", List.of("rule"), "/sys/value", before, after)));
    }

    private ApplyResult apply(String before, String after) throws IOException {
        return machine.applier().apply(plan(before, after), ApplyListener.SILENT);
    }

    private String rollback(RollbackCommand command) throws IOException, UserException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int exit = command.rollback(
                machine, new PrintStream(out, true, StandardCharsets.UTF_8), Progress.SILENT, _ -> true);
        assertThat(exit).isZero();
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    @Test
    void eachRollbackTakesOneMoreRunBackUntilNoneIsLeft() throws Exception {
        assertThat(rollback(new RollbackCommand())).isEqualTo("nothing to take back");
        assertThat(apply("0", "1")).isInstanceOf(ApplyResult.Committed.class);
        assertThat(apply("1", "2")).isInstanceOf(ApplyResult.Committed.class);
        assertThat(rollback(new RollbackCommand())).startsWith("rolled back: ");
        assertThat(value).hasContent("1");
        assertThat(rollback(new RollbackCommand())).startsWith("rolled back: ");
        assertThat(value).hasContent("0");
        assertThat(rollback(new RollbackCommand())).isEqualTo("nothing to take back");
    }

    @Test
    void asJsonItIsTheDocumentOfApply() throws Exception {
        RollbackCommand command = new RollbackCommand();
        new CommandLine(command).parseArgs("--json");
        assertThat(Json.tree(rollback(command)).get("result").asString()).isEqualTo("nothing-to-take-back");
        assertThat(apply("0", "1")).isInstanceOf(ApplyResult.Committed.class);
        JsonNode document = Json.tree(rollback(command));
        assertThat(document.get("schemaVersion").asInt()).isEqualTo(2);
        assertThat(document.get("result").asString()).isEqualTo("rolled-back");
        assertThat(document.get("journal").asString()).isNotEmpty();
    }

    /// Root at a terminal is asked once it is known which run it is.
    @Test
    void whoIsAskedSeesWhichRunItIs() throws Exception {
        ApplyResult.Committed run = (ApplyResult.Committed) apply("0", "1");
        List<String> asked = new ArrayList<>();
        int exit = new RollbackCommand()
                .rollback(machine, new PrintStream(new ByteArrayOutputStream()), Progress.SILENT, journal -> {
                    asked.add(RollbackCommand.shown(machine, journal, 80));
                    return false;
                });
        assertThat(exit).isEqualTo(1);
        assertThat(value).hasContent("1");
        assertThat(asked)
                .singleElement()
                .asString()
                .startsWith("Run " + run.journal() + ", 20")
                .contains(": applied\nPlan for win10: 1 change\n", "   1  write\n    > write '1' to /sys/value\n");
    }

    /// The one that was started as root for somebody asks that person, and if there is nobody, does nothing.
    @Test
    void theRootProcessOfSomebodyDoesNothingUnasked() throws Exception {
        apply("0", "1");
        Journal journal = machine.journals().list().journals().getFirst();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Cli cli = new Cli(System.out, new PrintStream(err, true, StandardCharsets.UTF_8), Map.of("TERM", "dumb"));
        RollbackCommand script = new RollbackCommand();
        assertThat(script.agreed(cli, machine, journal)).isTrue();
        RollbackCommand root = new RollbackCommand();
        new CommandLine(root).parseArgs("--elevated");
        assertThat(root.agreed(cli, machine, journal)).isFalse();
        assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("Nothing was changed.\n");
        RollbackCommand agreed = new RollbackCommand();
        new CommandLine(agreed).parseArgs("--elevated", "--yes");
        assertThat(agreed.agreed(cli, machine, journal)).isTrue();
    }

    private String preview(RollbackCommand command) throws IOException, UserException {
        return preview(command, 0);
    }

    /// @return what was printed, the next step last
    private String preview(RollbackCommand command, int expected) throws IOException, UserException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(out, true, StandardCharsets.UTF_8);
        int exit = command.preview(machine, both, both, 100);
        assertThat(exit).as(out.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aDryRunSaysWhatWouldBeTakenBackAndLeavesIt() throws Exception {
        assertThat(preview(new RollbackCommand())).isEqualTo("nothing to take back\n");
        ApplyResult.Committed run = (ApplyResult.Committed) apply("0", "1");
        assertThat(preview(new RollbackCommand(run.journal().substring(0, 15))))
                .isEqualTo("Taking run " + run.journal() + " back, as it would be done now. Nothing was changed.\n\n"
                        + "   1  write\n      write '0' to " + value + "\n\nIt would go.\n");
        assertThat(value).hasContent("1");
        Files.writeString(value, "7\n");
        assertThat(preview(new RollbackCommand(), 3))
                .contains("   1  write\n      left: " + value + " was set to '7' after")
                .doesNotContain("write '0'")
                .endsWith("Not all of it would be taken back: 1 change would be left.\n  next: nptune rollback "
                        + run.journal() + " --force overwrites what somebody else has changed since\n");
        RollbackCommand forced = new RollbackCommand();
        new CommandLine(forced).parseArgs("--force");
        assertThat(preview(forced))
                .contains("      write '0' to " + value + "\n      changed since: " + value + " was set to '7' after")
                .endsWith("It would go.\n");
        RollbackCommand document = new RollbackCommand();
        new CommandLine(document).parseArgs("--force", "--json");
        assertThat(preview(document))
                .contains("\"schemaVersion\" : 2", "\"wouldGo\" : true", "\"first\" : null", "\"index\" : 1");
        assertThat(machine.journals().open(run.journal()).state().label()).isEqualTo("applied");
    }

    /// A lock that cannot be taken, as below a `/var` that is read-only.
    @Test
    void whereNothingCanBeNotedNothingIsTakenBack() throws Exception {
        ApplyResult.Committed run = (ApplyResult.Committed) apply("0", "1");
        Path lock = root.resolve("var/lib/nptune/lock");
        Files.delete(lock);
        Files.createDirectory(lock);
        UserException e = catchThrowableOfType(UserException.class, () -> rollback(new RollbackCommand()));
        assertThat(e.exit().code()).isEqualTo(3);
        assertThat(e).hasMessageStartingWith("no journal can be kept, and without one nothing is taken back: ");
        assertThat(e.nextStep()).isEqualTo("nothing was taken back; make /var/lib/nptune writable, then run it again");
        assertThat(value).hasContent("1");
        assertThat(machine.journals().open(run.journal()).state().label()).isEqualTo("applied");
    }

    @Test
    void aRunThatIsNotThereIsSaidToBeSo() {
        UserException e = catchThrowableOfType(UserException.class, () -> rollback(new RollbackCommand("zzz\u001b")));

        assertThat(e.exit().code()).isEqualTo(2);
        assertThat(e).hasMessage("there is no run 'zzz\\x1b' in " + root + "/var/lib/nptune");
        assertThat(e.nextStep()).isEqualTo("see the runs there are with: nptune history");
    }

    @Test
    void aRunThatCannotBeReadIsNotSteppedOver() throws Exception {
        apply("0", "1");
        Path folder = machine.journals().list().journals().getFirst().folder();
        Files.writeString(folder.resolve("journal.jsonl"), "nonsense\nnonsense\n");
        for (RollbackCommand command : List.of(
                new RollbackCommand(), new RollbackCommand(folder.getFileName().toString()))) {
            UserException e = catchThrowableOfType(UserException.class, () -> rollback(command));

            assertThat(e.exit().code()).isEqualTo(3);
            assertThat(e).hasMessageContaining("cannot be read");
            assertThat(e.nextStep()).contains(folder + "/backup", "mv " + folder);
        }
    }
}
