package dev.nptune.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One of hwloc's tests of a Linux machine: an archive, what hwloc makes of it, and with which options.
///
/// @param name the file's name without `.test`
/// @param settings its `key: value` lines
record HwlocArchives(String name, Map<String, String> settings) {
    static final Path DIRECTORY = Path.of("..", "shared", "data", "hwloc-linux");

    /// All tests at hand; none where there are none.
    static List<HwlocArchives> all() {
        if (!Files.isDirectory(DIRECTORY)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(f -> f.toString().endsWith(".test"))
                    .sorted()
                    .map(HwlocArchives::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HwlocArchives read(Path test) {
        try {
            Map<String, String> settings = Files.readAllLines(test).stream()
                    .filter(line -> line.matches("(source|target|options): .*"))
                    .map(line -> line.split(":", 2))
                    .collect(Collectors.toMap(field -> field[0], field -> field[1].strip()));
            return new HwlocArchives(String.valueOf(test.getFileName()).replace(".test", ""), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path archive() {
        return DIRECTORY.resolve(settings.getOrDefault("source", name + ".tar.bz2"));
    }

    Hwloc expected() throws IOException {
        return Hwloc.read(DIRECTORY.resolve(settings.getOrDefault("target", name + ".console")));
    }

    /// Whether hwloc was told to leave instruction caches out.
    boolean withoutInstructionCaches() {
        return settings.getOrDefault("options", "").contains("--no-icaches");
    }

    @Override
    public String toString() {
        return name;
    }
}
