package dev.nptune.lab;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The serial console of a machine, as QEMU writes it to a file.
///
/// @param file that file
public record Console(Path file) {
    /// The most of it that is read, in bytes from its start.
    static final int MAX_BYTES = 4 << 20;

    /// Its lines so far, the last one perhaps unfinished, control characters replaced by `?`.
    List<String> lines() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        // Not a channel: an interrupt would close it, and whoever was interrupted wants to say what was on the console.
        try (var in = new FileInputStream(file.toFile())) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceAll("\\p{Cc}", "?"))
                    .toList();
        }
    }

    /// The last few lines, for a message about what went wrong.
    List<String> last(int count) throws IOException {
        List<String> lines = lines();
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }
}
