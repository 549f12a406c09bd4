package dev.nptune.kernel.module;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A patch file, applied to a source tree without tolerance.
public record PatchEdit(String name, String digest, List<String> files, Path file) implements SourceEdit {
    public PatchEdit {
        files = List.copyOf(files);
    }

    /// Reads one.
    public static PatchEdit read(Path file) throws IOException {
        byte[] bytes = java.nio.file.Files.readAllBytes(file);
        List<String> files = new String(bytes, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(l -> l.startsWith("+++ b/"))
                .map(l -> l.substring(6).split("\t")[0])
                .toList();
        return new PatchEdit(file.getFileName().toString(), Sha256.of(bytes), files, file.toAbsolutePath());
    }

    @Override
    public void apply(Path tree) throws IOException, UserException {
        Exec.Result result = Exec.run(
                Duration.ofMinutes(1),
                List.of("patch", "-p1", "--fuzz=0", "-s", "-f", "-d", tree.toString(), "-i", file.toString()));
        if (!result.ok()) {
            throw new UserException(
                    Exit.CANNOT,
                    name + " does not apply: " + result.complaint(),
                    "bring it to this kernel: nptune patch rebase");
        }
    }
}
