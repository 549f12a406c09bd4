package dev.nptune.internal.proc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs a child program from an argument list; no shell ever stands between.
public final class Exec {
    /// The most output kept of one stream, in bytes; the rest is read and dropped.
    public static final int MAX_OUTPUT = 16 << 20;

    private Exec() {}

    /// How a program ended.
    ///
    /// @param exit its exit status
    /// @param out standard output as UTF-8
    /// @param err standard error as UTF-8
    public record Result(int exit, String out, String err) {
        public boolean ok() {
            return exit == 0;
        }

        /// The last line it complained with, for a one-line message; an `error: ` in front, as virsh has it, left out.
        public String complaint() {
            String text = (err.isBlank() ? out : err).strip();
            return text.substring(text.lastIndexOf('\n') + 1).strip().replaceFirst("^error: ", "");
        }
    }

    /// Runs a program with empty standard input, in the C locale, and waits.
    ///
    /// @throws IOException if it cannot be started or does not end within the limit (it is killed then)
    public static Result run(Duration limit, List<String> argv) throws IOException {
        return run(limit, argv, null, Map.of());
    }

    /// As [#run(Duration, List)], in a working folder and with extra environment variables.
    public static Result run(Duration limit, List<String> argv, @Nullable Path folder, Map<String, String> environment)
            throws IOException {
        return told(argv, () -> start(limit, argv, folder, environment));
    }

    /// Something that runs a program.
    @FunctionalInterface
    private interface Start {
        Result run() throws IOException;
    }

    /// Tells the [Trace] how it ended.
    private static Result told(List<String> argv, Start start) throws IOException {
        long began = System.nanoTime();
        String line = String.join(" ", argv);
        try {
            Result result = start.run();
            Trace.tell(line, "status " + result.exit(), began);
            return result;
        } catch (IOException e) {
            Trace.tell(line, "failed: " + e.getMessage(), began);
            throw e;
        }
    }

    private static Result start(
            Duration limit, List<String> argv, @Nullable Path folder, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.directory(folder == null ? null : folder.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        FutureTask<String> out = drain(process.getInputStream());
        FutureTask<String> err = drain(process.getErrorStream());
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(argv.getFirst() + " did not end within " + limit.toSeconds() + " s");
            }
            return new Result(process.exitValue(), out.get(), err.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + argv.getFirst(), e);
        } catch (ExecutionException e) {
            throw new IOException("cannot read the output of " + argv.getFirst(), e.getCause());
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    /// As [#run(Duration, List)], in a session of its own where `setsid` is installed: Ctrl-C at the terminal goes to
    /// all
    /// programs of a session, and would end this one while its caller still needs it.
    public static Result runShielded(Duration limit, List<String> argv) throws IOException {
        String path = System.getenv("PATH");
        String program = argv.getFirst();
        Optional<Path> setsid = Programs.find("setsid", path);
        boolean there = program.contains("/") || Programs.find(program, path).isPresent();
        List<String> shielded = setsid.isPresent() && there
                ? Stream.concat(Stream.of(setsid.get().toString()), argv.stream())
                        .toList()
                : argv;
        return told(argv, () -> start(limit, shielded, null, Map.of()));
    }

    /// Runs a program in the place of this one, as far as a person can see: with this one's standard input, output and
    /// error, and its environment. There is no limit to it.
    ///
    /// @return its exit status
    /// @throws IOException if it cannot be started
    public static int handOver(List<String> argv) throws IOException {
        Process process = new ProcessBuilder(argv).inheritIO().start();
        boolean interrupted = false;
        while (true) {
            try {
                int status = process.waitFor();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return status;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static FutureTask<String> drain(InputStream stream) {
        FutureTask<String> task = new FutureTask<>(() -> {
            try (stream) {
                byte[] kept = stream.readNBytes(MAX_OUTPUT);
                stream.skip(Long.MAX_VALUE);
                return new String(kept, StandardCharsets.UTF_8);
            }
        });
        Thread.ofVirtual().start(task);
        return task;
    }
}
