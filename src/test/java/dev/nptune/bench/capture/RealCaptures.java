package dev.nptune.bench.capture;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Captures of real games and traces, which are not part of this project. Tests are skipped where they are not at hand.
public final class RealCaptures {
    private static final Path DIRECTORY = Path.of("../shared/data");

    private RealCaptures() {}

    /// One of them; ends the test as skipped if it is not there.
    public static Path file(String name) {
        Path file = DIRECTORY.resolve(name);
        assumeTrue(Files.exists(file), "no captures in " + DIRECTORY);
        return file;
    }

    /// All that can be read; ends the test as skipped if there is none.
    static List<Path> all() {
        assumeTrue(Files.isDirectory(DIRECTORY), "no captures in " + DIRECTORY);
        try (Stream<Path> capframex = Files.list(DIRECTORY.resolve("capframex"));
                Stream<Path> presentmon = Files.list(DIRECTORY.resolve("presentmon"))) {
            return Stream.concat(capframex, presentmon)
                    .filter(f -> f.toString().endsWith(".csv"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
