package dev.nptune.apply;

import dev.nptune.internal.proc.Trace;
import dev.nptune.internal.text.Printable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/// What a run did, line by line: `log` beside its journal, for people only. UTC time, seconds it took, result, and the
/// command line or file.
///
/// It is a help and no record: a disk that refuses it never makes a run fail, and it ends at [#MAX_SIZE].
final class RunLog implements Trace.Listener {
    /// The largest log, in bytes.
    static final int MAX_SIZE = 4 << 20;

    private static final int MAX_LINE = 2000;
    private static final String NAME = "log";

    private final Path file;

    /// @param folder the run's
    RunLog(Path folder) {
        this.file = folder.resolve(NAME);
    }

    @Override
    public void did(String what, String result, Duration took) {
        String line = String.format(
                Locale.ROOT,
                "%s  %6.3f s  %s  %s%n",
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                took.toNanos() / 1e9,
                Printable.brief(result, MAX_LINE),
                Printable.brief(what, MAX_LINE));
        try {
            if (!Files.exists(file) || Files.size(file) + line.length() <= MAX_SIZE) {
                Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException _) {
            // the run matters, not this
        }
    }

    /// The lines of a run's log, its end if it is too long; empty if there is none.
    static List<String> read(Path folder) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(folder.resolve(NAME).toFile(), "r")) {
            in.seek(Math.max(0, in.length() - MAX_SIZE));
            byte[] bytes = new byte[(int) (in.length() - in.getFilePointer())];
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (NoSuchFileException | java.io.FileNotFoundException e) {
            return List.of();
        }
    }
}
