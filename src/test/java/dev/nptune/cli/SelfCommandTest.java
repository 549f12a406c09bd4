package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.proc.Exec;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfCommandTest {
    @TempDir
    private Path temp;

    @Test
    void namesEverythingByAnAbsolutePath() {
        List<String> argv = SelfCommand.of("tune", "win 10", "--json");

        assertThat(Path.of(argv.getFirst())).isAbsolute().isExecutable();
        assertThat(argv.get(argv.indexOf("-cp") + 1).split(File.pathSeparator))
                .allSatisfy(element -> assertThat(Path.of(element)).isAbsolute());
        assertThat(argv).endsWith("dev.nptune.cli.Main", "tune", "win 10", "--json");
    }

    @Test
    void runsFromAnotherFolder() throws IOException {
        Exec.Result result = Exec.run(
                Duration.ofSeconds(30),
                SelfCommand.of("--version"),
                Files.createDirectory(temp.resolve("x")),
                Map.of());

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo(CliRun.of("--version").out());
        assertThat(result.exit()).isZero();
    }
}
