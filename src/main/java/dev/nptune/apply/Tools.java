package dev.nptune.apply;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The machine's own programs that changes are made with, found in `PATH` and the system folders.
public final class Tools {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final @Nullable String path;

    /// @param path the value of `PATH`
    public Tools(@Nullable String path) {
        this.path = path;
    }

    /// Where a program is.
    Optional<Path> find(String program) {
        return Programs.find(program, path);
    }

    /// The first of several that is there.
    Optional<Path> findFirst(List<String> programs) {
        return programs.stream().flatMap(p -> find(p).stream()).findFirst();
    }

    /// Runs a program; Ctrl-C at the terminal does not reach it.
    ///
    /// @param argv the program's name or path, and its arguments
    /// @return what it printed
    /// @throws IOException if it is missing or fails, with the last line it complained with
    String run(List<String> argv) throws IOException {
        Path program = (argv.getFirst().startsWith("/") ? Optional.of(Path.of(argv.getFirst())) : find(argv.getFirst()))
                .orElseThrow(() -> new IOException(argv.getFirst() + " is not installed"));
        List<String> whole = new ArrayList<>(argv);
        whole.set(0, program.toString());
        Exec.Result result = Exec.runShielded(LIMIT, whole);
        if (!result.ok()) {
            throw new IOException(
                    String.join(" ", argv) + " ended with status " + result.exit() + ": " + result.complaint());
        }
        return result.out();
    }
}
