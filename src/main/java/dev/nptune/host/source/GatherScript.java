package dev.nptune.host.source;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.StreamedExec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The shell script that copies what is read of a machine into one archive; the same here, over SSH, and in the hands
/// of somebody without Java.
public final class GatherScript {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private GatherScript() {}

    /// The script itself.
    public static String text() {
        try (InputStream script = GatherScript.class.getResourceAsStream("gather.sh")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs it on this machine.
    ///
    /// @param options as its `--help` lists them
    /// @param out where the archive goes
    /// @return its exit status, and what it said
    /// @throws IOException if it cannot run, does not end within three minutes, or the archive cannot be written
    public static Exec.Result run(List<String> options, OutputStream out) throws IOException {
        List<String> argv = new ArrayList<>(List.of("sh", "-s", "--"));
        argv.addAll(options);
        return StreamedExec.run(LIMIT, argv, text().getBytes(StandardCharsets.UTF_8), out);
    }
}
