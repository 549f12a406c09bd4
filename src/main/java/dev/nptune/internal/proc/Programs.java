package dev.nptune.internal.proc;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds programs by name, in `PATH` and in the system folders that an ordinary user's `PATH` leaves out.
public final class Programs {
    private static final List<String> SYSTEM_FOLDERS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private Programs() {}

    /// The absolute path of a program, if it is installed.
    ///
    /// @param path the value of `PATH`
    public static Optional<Path> find(String name, @Nullable String path) {
        List<String> folders = new ArrayList<>(path == null ? List.of() : List.of(path.split(":")));
        folders.addAll(SYSTEM_FOLDERS);
        return folders.stream()
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
