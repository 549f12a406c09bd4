package dev.nptune.kernel.module;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Has the index of a kernel's modules made anew.
final class Depmod {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private Depmod() {}

    /// Does it below a root.
    ///
    /// @throws UserException if depmod fails
    static void run(Path root, String release, @Nullable String path) throws IOException, UserException {
        String depmod = Programs.find("depmod", path).map(Path::toString).orElse("depmod");
        Exec.Result result = Exec.run(LIMIT, List.of(depmod, "-b", root.toString(), release));
        if (!result.ok()) {
            throw new UserException(
                    Exit.CANNOT, "depmod fails: " + result.complaint(), "check the disk and /lib/modules/" + release);
        }
    }
}
