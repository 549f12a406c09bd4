package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.Golden;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// The manual pages say what the commands' help says.
class ManPagesTest {
    private static final Path FOLDER = Path.of("man");

    @Test
    void theyAreUpToDate() throws IOException {
        List<String> names = new ArrayList<>();
        for (CommandSpec command : commands()) {
            String name = ManPage.name(command) + ".1";
            names.add(name);
            Golden.check(FOLDER.resolve(name), ManPage.of(command));
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .as("pages of commands that are there")
                    .containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @Test
    void groffHasNothingToSayAgainstThem() throws IOException {
        assumeTrue(Programs.find("groff", System.getenv("PATH")).isPresent(), "no groff here");
        List<String> argv = new ArrayList<>(List.of("groff", "-man", "-Tutf8", "-ww", "-z"));
        try (Stream<Path> files = Files.list(FOLDER)) {
            files.sorted().map(Path::toString).forEach(argv::add);
        }
        Exec.Result result = Exec.run(Duration.ofMinutes(1), argv);
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
    }

    private static List<CommandSpec> commands() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true);
        List<CommandSpec> all =
                new ArrayList<>(List.of(new CommandLine(new Cli(nowhere, nowhere, Map.of())).getCommandSpec()));
        for (int i = 0; i < all.size(); i++) {
            all.addAll(ManPage.children(all.get(i)));
        }
        return all;
    }
}
