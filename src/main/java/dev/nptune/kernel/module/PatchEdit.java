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
///
/// @param name its file's name
/// @param text what stands in it, ISO 8859-1
/// @param files what it touches
/// @param file where it is
public record PatchEdit(String name, String text, List<String> files, Path file) implements SourceEdit {
    public PatchEdit {
        files = List.copyOf(files);
    }

    @Override
    public String digest() {
        return Sha256.of(content());
    }

    @Override
    public byte[] content() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Reads one.
    public static PatchEdit read(Path file) throws IOException {
        String text = java.nio.file.Files.readString(file, StandardCharsets.ISO_8859_1);
        List<String> files = text.lines()
                .filter(l -> l.startsWith("+++ b/"))
                .map(l -> l.substring(6).split("\t")[0])
                .toList();
        return new PatchEdit(file.getFileName().toString(), text, files, file.toAbsolutePath());
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
