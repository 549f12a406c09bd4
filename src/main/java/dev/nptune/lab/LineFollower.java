package dev.nptune.lab;

import java.io.ByteArrayOutputStream;
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
    /// Bytes, since what has been written so far may end in the middle of a character.
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();

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
            handOn(added);
        }
    }

    private void handOn(byte[] added) {
        int start = 0;
        for (int i = 0; i < added.length; i++) {
            if (added[i] == '\n') {
                unfinished.write(added, start, i - start);
                lines.accept(unfinished.toString(StandardCharsets.UTF_8));
                unfinished.reset();
                start = i + 1;
            }
        }
        unfinished.write(added, start, added.length - start);
        if (unfinished.size() > MAX_LINE) {
            unfinished.reset();
        }
    }
}
