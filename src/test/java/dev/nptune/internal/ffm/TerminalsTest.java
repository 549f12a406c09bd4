package dev.nptune.internal.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalsTest {
    @Test
    void whatIsNoTerminalHasNoWidth() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile("/dev/null", "r")) {
            assertThat(file.getFD().valid()).isTrue();
            assertThat(Terminals.columns(descriptor("/dev/null"))).isEmpty();
        }
        assertThat(Terminals.columns(99_999)).isEmpty();
        assertThat(Terminals.columns(-1)).isEmpty();
    }

    /// The master of a new pseudo-terminal knows no width until somebody sets one.
    @Test
    void aTerminalThatDoesNotKnow() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/dev/ptmx")), "no pseudo-terminals here");
        try (RandomAccessFile master = new RandomAccessFile("/dev/ptmx", "rw")) {
            assertThat(master.getFD().valid()).isTrue();
            assertThat(Terminals.columns(descriptor("/dev/p(tmx|ts/ptmx)"))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {61, 123})
    void theProgramsHelpIsAsWideAsItsTerminal(int columns) throws IOException {
        assumeTrue(Programs.find("script", null).isPresent(), "no script here (util-linux)");
        String java = "stty cols " + columns + "; exec '" + System.getProperty("java.home") + "/bin/java'"
                + " -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED"
                + " -cp '" + System.getProperty("java.class.path") + "' dev.nptune.cli.Main tune --help";
        Exec.Result result = Exec.run(
                Duration.ofSeconds(60),
                List.of("env", "-u", "COLUMNS", "TERM=dumb", "script", "-qec", java, "/dev/null"));

        assertThat(result.out()).contains("Examples:");
        int widest = result.out().lines().mapToInt(String::length).max().orElse(0);
        assertThat(widest).isBetween(columns - 25, columns);
    }

    /// The number of an open file of this process.
    private static int descriptor(String target) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).toString().matches(target);
                        } catch (IOException _) {
                            return false;
                        }
                    })
                    .mapToInt(fd -> Integer.parseInt(fd.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
