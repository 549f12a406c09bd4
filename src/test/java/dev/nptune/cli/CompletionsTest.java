package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.Golden;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.AutoComplete;
import picocli.CommandLine;

/// The completion of bash, which zsh reads as well, is what the commands have.
class CompletionsTest {
    private static final Path FILE = Path.of("completions/nptune.bash");

    @Test
    void theyAreUpToDate() throws IOException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true);
        CommandLine line = new CommandLine(new Cli(nowhere, nowhere, Map.of()));
        Golden.check(FILE, AutoComplete.bash("nptune", line).replaceAll("(?m)[ \\t]+$", ""));
    }

    @Test
    void bashCompletes() throws IOException {
        assumeTrue(Programs.find("bash", System.getenv("PATH")).isPresent(), "no bash here");
        assertThat(completed("nptune ro")).containsExactly("rollback");
        assertThat(completed("nptune apply --re")).containsExactly("--rehearse");
        assertThat(completed("nptune apply --di")).as("hidden: --digest").containsExactly("--diff");
    }

    private static List<String> completed(String line) throws IOException {
        String script = """
                . "$1"
                COMP_LINE=$2
                read -ra COMP_WORDS <<< "$2"
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _complete_nptune
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        Exec.Result result = Exec.run(
                Duration.ofSeconds(30), List.of("bash", "--norc", "-c", script, "bash", FILE.toString(), line));
        return result.out().lines().map(String::strip).toList();
    }
}
