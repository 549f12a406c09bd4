package dev.nptune.kernel.module;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes what is for a debugger out of a module, as distributions do: nine tenths of its size.
final class ModuleStrip {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private ModuleStrip() {}

    static void strip(Path module, @Nullable String path) throws IOException {
        Optional<Path> strip = Programs.find("strip", path);
        if (strip.isPresent()) {
            Exec.Result result = Exec.run(LIMIT, List.of(strip.get().toString(), "--strip-debug", module.toString()));
            if (!result.ok()) {
                throw new IOException("strip fails: " + result.complaint());
            }
        }
    }
}
