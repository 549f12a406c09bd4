package dev.nptune.kernel.recipe;

import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Asks the real bash about fixtures of ours.
final class RealBash {
    private RealBash() {}

    /// Whether it can be read, and what is wrong with it if not.
    static String complaint(Path folder, String script) throws IOException {
        Path file = Files.writeString(folder.resolve("PKGBUILD"), script, StandardCharsets.ISO_8859_1);
        Exec.Result result = Exec.run(Duration.ofSeconds(20), List.of("bash", "-n", file.toString()));
        return result.ok() ? "" : result.err();
    }

    /// The elements of an array after the script was run.
    static List<String> array(Path folder, String script, String name) throws IOException {
        Path file = Files.writeString(folder.resolve("PKGBUILD"), script, StandardCharsets.ISO_8859_1);
        String ask = ". \"$0\"; eval 'printf \"%s\\0\" \"${'$1'[@]}\"'";
        Exec.Result result = Exec.run(
                Duration.ofSeconds(20),
                List.of("bash", "-c", ask, file.toString(), name),
                folder,
                Map.of("SOURCE_DATE_EPOCH", "1"));
        String out = result.out();
        return out.isEmpty()
                ? List.of()
                : List.of(out.substring(0, out.length() - 1).split("\0", -1));
    }

    /// The program is installed.
    static boolean has(String program) {
        return Files.isExecutable(Path.of("/usr/bin", program));
    }
}
