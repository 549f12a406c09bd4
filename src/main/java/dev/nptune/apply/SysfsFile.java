package dev.nptune.apply;

import dev.nptune.internal.proc.Trace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reading and writing of the kernel's one-value files.
final class SysfsFile {
    private static final Pattern CHOSEN = Pattern.compile("(?:^|\\s)\\[([^\\]\\s]+)](?:\\s|$)");
    private static final Duration STEP = Duration.ofMillis(20);

    private SysfsFile() {}

    /// The value; where the file lists choices (`always [madvise] never`), the one in brackets.
    static String read(Path file) throws IOException {
        return value(Files.readString(file));
    }

    static String value(String text) {
        String stripped = text.strip();
        Matcher chosen = CHOSEN.matcher(stripped);
        return chosen.find() ? chosen.group(1) : stripped;
    }

    /// Writes a value in one go. The file must be there: the kernel makes these, nobody else.
    static void write(Path file, String value) throws IOException {
        long began = System.nanoTime();
        String what = "write " + Text.quoted(value) + " to " + file;
        try {
            put(file, value);
            Trace.tell(what, "done", began);
        } catch (IOException e) {
            Trace.tell(what, "failed", began);
            throw e;
        }
    }

    private static void put(Path file, String value) throws IOException {
        try {
            Files.write(
                    file,
                    (value + "\n").getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new IOException(
                    "the kernel does not take " + Text.quoted(value) + " in " + file + ": " + e.getMessage(), e);
        }
    }

    /// As [#write(Path, String)], but comes back even if the kernel does not: unbinding a driver that is in use blocks
    /// for as long as it is.
    static void write(Path file, String value, Duration limit) throws IOException {
        long began = System.nanoTime();
        String what = "write " + Text.quoted(value) + " to " + file;
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            put(file, value);
            return true;
        });
        Thread.ofPlatform().daemon().name("nptune-sysfs").start(task);
        try {
            task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            Trace.tell(what, "done", began);
        } catch (TimeoutException e) {
            Trace.tell(what, "does not return", began);
            throw new IOException(
                    "writing " + Text.quoted(value) + " to " + file + " does not return: the device is in use", e);
        } catch (ExecutionException e) {
            Trace.tell(what, "failed", began);
            throw new IOException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing " + file, e);
        }
    }

    /// A condition that can fail to be found out.
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    /// Waits for something that the kernel does in its own time.
    ///
    /// @return whether it came about within the limit
    static boolean settles(Duration limit, Condition condition) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            try {
                Thread.sleep(STEP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return condition.holds();
            }
        }
        return true;
    }
}
