package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a machine does with its process, of which these tests need no more than that it is one.
class MachineTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    private Console console = new Console(Path.of(""));

    @BeforeAll
    static void needsSetpriv() {
        assumeTrue(Programs.find("setpriv", null).isPresent(), "no setpriv here (util-linux)");
    }

    @BeforeEach
    void console() {
        console = new Console(temp.resolve("console.log"));
    }

    @Test
    void waitsForWhatTheConsoleTells() throws Exception {
        try (Machine machine = start("echo booting; sleep 0.2; echo ready 42; exec sleep 30", LONG)) {
            Optional<String> none = Optional.empty();
            String told = machine.await(
                    "it was ready",
                    console,
                    lines -> lines.stream()
                            .filter(l -> l.startsWith("ready "))
                            .findFirst()
                            .or(() -> none));

            assertThat(told).isEqualTo("ready 42");
            assertThat(machine.isAlive()).isTrue();
        }
    }

    /// What is printed comes in pieces.
    @Test
    void halfALineTellsNothingWhileItRuns() throws Exception {
        try (Machine machine = start("printf 'ready 4'; sleep 0.5; echo 2; exec sleep 30", LONG)) {
            assertThat(machine.<String>await(
                            "it was ready", console, lines -> lines.stream().findFirst()))
                    .isEqualTo("ready 42");
        }
    }

    @Test
    void whatItSaidBeforeItEndedStillCounts() throws Exception {
        try (Machine machine = start("echo done", LONG)) {
            machine.awaitEnd();

            assertThat(machine.<String>await(
                            "it was done", console, lines -> lines.stream().findFirst()))
                    .isEqualTo("done");
        }
    }

    @Test
    void isEndedAtItsLimitAndShowsTheEndOfItsConsole() throws Exception {
        try (Machine machine = start("seq -f 'line %.0f' 20; exec sleep 30", Duration.ofMillis(400))) {
            UserException e = failure(machine);

            assertThat(e.exit()).isEqualTo(Exit.ROLLED_BACK);
            assertThat(e.getMessage())
                    .startsWith("the emulated machine 'test' did not get to the point where it was ready within 0 s")
                    .contains("its console ends with\n    | line 6\n")
                    .endsWith("\n    | line 20")
                    .doesNotContain("| line 5\n");
            assertThat(e.nextStep()).contains(console.file().toString());
            assertThat(machine.isAlive()).isFalse();
        }
    }

    @Test
    void saysSoWhereItSaidNothing() throws Exception {
        try (Machine machine = start("exec sleep 30", Duration.ofMillis(100))) {
            assertThat(failure(machine)).hasMessageEndingWith(" was ended; its console is empty");
        }
    }

    @Test
    void theLastThingItComplainedOfIsInTheMessage() throws Exception {
        String script = "echo \"qemu: warning: TCG doesn't support requested feature\" >&2;"
                + " echo 'qemu: cannot set up guest memory' >&2;"
                + " echo \"qemu: warning: TCG doesn't support another\" >&2; exit 1";
        try (Machine machine = start(script, LONG)) {
            UserException e = failure(machine);

            assertThat(e)
                    .hasMessage("the emulated machine 'test' ended before it was ready:"
                            + " qemu: cannot set up guest memory");
            assertThat(e.exit()).as("it never started").isEqualTo(Exit.CANNOT);
        }
    }

    @Test
    void oneThatHadStartedFailedLater() throws Exception {
        try (Machine machine = start("echo booting; exit 1", LONG)) {
            assertThat(failure(machine).exit()).isEqualTo(Exit.ROLLED_BACK);
        }
    }

    @Test
    void aComplaintThatIsNoTextIsShownSafely() throws Exception {
        try (Machine machine = start("printf 'cannot open caf\\351 \\033[2J\\n' >&2; exit 1", LONG)) {
            assertThat(failure(machine)).hasMessageEndingWith("cannot open caf\ufffd ?[2J");
        }
    }

    @Test
    void aProgramThatIsNotThereIsAFailureThatNamesIt() throws Exception {
        try (Machine machine = Machine.start("test", List.of("/nowhere/qemu"), console, LONG)) {
            assertThat(failure(machine)).hasMessageContaining("/nowhere/qemu").hasMessageContaining("No such file");
        }
    }

    @Test
    void tellsHowMuchOfTheCpusItHasHad() throws Exception {
        try (Machine machine = start("exec sleep 30", LONG)) {
            assertThat(machine.cpuTime()).isLessThan(Duration.ofSeconds(5));
        }
        try (Machine machine = start("while :; do :; done", LONG)) {
            while (machine.cpuTime().compareTo(Duration.ofMillis(50)) < 0) {
                machine.pause("it had worked");
            }
        }
    }

    @Test
    void closingEndsIt() throws IOException {
        Machine machine = start("exec sleep 30", LONG);
        assertThat(machine.isAlive()).isTrue();

        machine.close();

        assertThat(machine.isAlive()).isFalse();
        machine.close();
    }

    @Test
    void isAskedToDieWithThisProgram() throws Exception {
        // The kernel shows no death signal of another process, but setpriv does of its own.
        try (Machine machine = start("exec setpriv --dump", LONG)) {
            machine.awaitEnd();

            assertThat(Files.readString(console.file())).containsIgnoringCase("death signal: KILL");
        }
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        try (Machine machine = start("exec sleep 30", LONG)) {
            Thread.currentThread().interrupt();
            UserException e = failure(machine);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(e.exit()).isEqualTo(Exit.INTERRUPTED);
        }
    }

    private Machine start(String script, Duration limit) throws IOException {
        String quoted = "exec >'" + console.file() + "'; " + script;
        return Machine.start("test", List.of("sh", "-c", quoted), console, limit);
    }

    private UserException failure(Machine machine) {
        return catchThrowableOfType(
                UserException.class, () -> machine.await("it was ready", console, _ -> Optional.empty()));
    }
}
