package dev.nptune.apply;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How the last boot on trial went, as a script notes down at boot in `boot-state` beside the journals: the word
/// `confirmed` or `reverted`, and the time, in ISO 8601 with a `Z` or in seconds since 1970.
///
/// @param outcome how it went
/// @param at when that was noted down
public record BootState(Outcome outcome, Instant at) {
    /// The file's path below the machine's root.
    public static final String FILE = Journals.FOLDER + "/boot-state";

    /// Where the same script remarks on a boot that was good, a line each, by its path below the machine's root.
    public static final String REMARKS = Journals.FOLDER + "/boot-remarks";

    private static final int MAX_SIZE = 256;
    private static final int MOST_REMARKS = 4096;

    /// How a boot on trial went.
    public enum Outcome {
        /// The machine came up with what was changed.
        CONFIRMED,
        /// It did not, and started with what it had before.
        REVERTED
    }

    /// Reads it.
    ///
    /// @param root the directory that stands for `/`
    /// @return empty if there is none, or none that makes sense
    public static Optional<BootState> read(Path root) {
        Path file = root.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return parse(new String(in.readNBytes(MAX_SIZE), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Remarks on the last boot on trial that was good; none if there is nothing to say, or it cannot be read.
    ///
    /// @param root the directory that stands for `/`
    public static List<String> remarks(Path root) {
        Path file = root.resolve(REMARKS);
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_REMARKS), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    static Optional<BootState> parse(String text) {
        List<String> words = List.of(text.strip().split("\\s+"));
        if (words.size() != 2 || !words.getFirst().matches("confirmed|reverted")) {
            return Optional.empty();
        }
        try {
            String time = words.getLast();
            Instant at =
                    time.matches("[0-9]{1,12}") ? Instant.ofEpochSecond(Long.parseLong(time)) : Instant.parse(time);
            return Optional.of(new BootState(Outcome.valueOf(words.getFirst().toUpperCase(Locale.ROOT)), at));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
