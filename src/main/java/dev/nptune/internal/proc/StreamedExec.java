package dev.nptune.internal.proc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// Runs a child program whose output is too large, or not text enough, to be kept as a string.
public final class StreamedExec {
    /// The most complaint kept, in bytes; the rest is read and dropped.
    private static final int MAX_COMPLAINT = 64 << 10;

    private StreamedExec() {}

    /// Runs a program in the C locale; its standard output goes to a stream as it comes.
    ///
    /// @param input its standard input
    /// @param out where its output goes; not closed
    /// @return how it ended, with an empty [Exec.Result#out]
    /// @throws IOException if it cannot be started, does not end within the limit (it is told to end then, and two
    ///     seconds later it is killed), or if the output cannot be written
    public static Exec.Result run(Duration limit, List<String> argv, byte[] input, OutputStream out)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        FutureTask<Void> fed = start(() -> feed(process.getOutputStream(), input));
        FutureTask<Void> written = start(() -> process.getInputStream().transferTo(out));
        ByteArrayOutputStream complaint = new ByteArrayOutputStream();
        FutureTask<Void> complained = start(() -> {
            InputStream err = process.getErrorStream();
            complaint.writeBytes(err.readNBytes(MAX_COMPLAINT));
            err.skip(Long.MAX_VALUE);
        });
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(argv.getFirst() + " did not end within " + limit.toSeconds() + " s");
            }
            fed.get();
            written.get();
            complained.get();
            return new Exec.Result(process.exitValue(), "", complaint.toString(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + argv.getFirst(), e);
        } catch (ExecutionException e) {
            throw new IOException("cannot pass on the output of " + argv.getFirst(), e.getCause());
        } finally {
            end(process);
        }
    }

    private static void feed(OutputStream in, byte[] input) {
        try (in) {
            in.write(input);
        } catch (IOException _) {
            // It does not want to know more; how it ended says why.
        }
    }

    /// Lets it clean up after itself first.
    private static void end(Process process) {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        try {
            if (process.waitFor(2, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static FutureTask<Void> start(Action action) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            action.run();
            return null;
        });
        Thread.ofVirtual().start(task);
        return task;
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }
}
