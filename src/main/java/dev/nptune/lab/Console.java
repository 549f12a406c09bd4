package dev.nptune.lab;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The serial console of a machine, as QEMU writes it to a file.
///
/// @param file that file
public record Console(Path file) {
    /// The most of it that is read, in bytes from its start.
    static final int MAX_BYTES = 4 << 20;

    private static final int MAX_TAIL = 64 << 10;
    private static final int LAST_LINES = 15;

    /// Its lines so far, the last one perhaps unfinished, control characters replaced by `?`.
    public List<String> lines() throws IOException {
        return clean(read());
    }

    /// Its lines that have their end, as [#lines]: whoever reads numbers from a machine that goes on must not take half
    /// of one.
    public List<String> finishedLines() throws IOException {
        byte[] bytes = read();
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return clean(Arrays.copyOf(bytes, end));
    }

    private byte[] read() throws IOException {
        if (!Files.exists(file)) {
            return new byte[0];
        }
        // Not a channel: an interrupt would close it, and whoever was interrupted wants to say what was on the console.
        try (var in = new FileInputStream(file.toFile())) {
            return in.readNBytes(MAX_BYTES);
        }
    }

    /// The last few lines, however long the whole is.
    List<String> last(int count) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (var in = new FileInputStream(file.toFile())) {
            in.skipNBytes(Math.max(0, Files.size(file) - MAX_TAIL));
            List<String> lines = clean(in.readNBytes(MAX_TAIL));
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        }
    }

    /// The last lines as the end of a message about what went wrong; empty if there is nothing on the console.
    String ending() throws IOException {
        List<String> last = last(LAST_LINES);
        return last.isEmpty() ? "" : "; its console ends with\n    | " + String.join("\n    | ", last);
    }

    private static List<String> clean(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll("\\p{Cc}", "?"))
                .toList();
    }
}
