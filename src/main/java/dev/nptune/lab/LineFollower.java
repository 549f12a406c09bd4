package dev.nptune.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Hands on the lines of a file as another process writes them.
final class LineFollower {
    private static final int MAX_LINE = 1 << 16;

    private final Path file;
    private final Consumer<String> lines;
    private final StringBuilder unfinished = new StringBuilder();
    private long position;

    LineFollower(Path file, Consumer<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    /// Reads what has been added since the last time.
    void poll() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] added = new byte[(int) Math.min(MAX_LINE, Math.max(0, in.length() - position))];
            in.seek(position);
            in.readFully(added);
            position += added.length;
            unfinished.append(new String(added, StandardCharsets.UTF_8));
        }
        int end;
        while ((end = unfinished.indexOf("\n")) >= 0) {
            lines.accept(unfinished.substring(0, end));
            unfinished.delete(0, end + 1);
        }
        if (unfinished.length() > MAX_LINE) {
            unfinished.setLength(0);
        }
    }
}
