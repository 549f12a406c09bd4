package dev.nptune.lab;

import dev.nptune.internal.files.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The folders of the lab's runs, one each, named after their time. The last few are kept.
///
/// @param folder where they lie
public record Runs(Path folder) {
    /// How many are kept.
    public static final int KEPT = 10;

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final String NAMED = "[0-9]{8}-[0-9]{6}-[0-9]+";

    /// Makes a folder for a new run, and removes the oldest ones.
    public Path begin(ZonedDateTime now) throws IOException {
        Files.createDirectories(folder);
        List<Path> runs;
        try (Stream<Path> found = Files.list(folder)) {
            runs = found.filter(p -> p.getFileName().toString().matches(NAMED))
                    .sorted(Comparator.<Path>naturalOrder().reversed())
                    .toList();
        }
        for (Path old : runs.subList(Math.min(KEPT - 1, runs.size()), runs.size())) {
            Folders.delete(old);
        }
        return Files.createTempDirectory(folder, NAME.format(now) + "-");
    }

    /// Removes what the machines of a run booted, which is large and can be made again. The rest is what people read.
    ///
    /// @param run the run's folder, or one machine's
    public static void slim(Path run) throws IOException {
        List<Path> images;
        try (Stream<Path> all = Files.walk(run)) {
            images = all.filter(Files::isRegularFile)
                    .filter(p -> p.getFileName().toString().equals("vmlinuz")
                            || p.getFileName().toString().endsWith(".cpio.gz"))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path image : images) {
            Files.deleteIfExists(image);
        }
    }
}
