package dev.nptune.lab;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The system packages that the lab needs, and what is missing of them.
public final class LabPackages {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private LabPackages() {}

    /// Names of the packages whose file or program is not there.
    ///
    /// @param path the value of `PATH`
    public static List<String> missing(@Nullable String path) throws IOException {
        return missing(Resources.text("debian-packages.txt"), path);
    }

    /// @param list a line for each: a program's name or a file's absolute path, a tab, the package that brings it
    static List<String> missing(String list, @Nullable String path) {
        return list.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\t+", 2))
                .filter(columns -> !present(columns[0], path))
                .map(columns -> columns[1].strip())
                .distinct()
                .toList();
    }

    private static boolean present(String what, @Nullable String path) {
        // Debian's plain busybox installs the same file, linked against libraries that an initramfs lacks.
        if (what.endsWith("/busybox")) {
            return StaticProgram.is(Path.of(what));
        }
        return what.startsWith("/")
                ? Files.exists(Path.of(what))
                : Programs.find(what, path).isPresent();
    }

    /// The command line that installs packages, for people and for [#install].
    public static List<String> installLine(List<String> packages) {
        List<String> argv = new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
        argv.addAll(packages);
        return argv;
    }

    /// Installs packages with apt.
    ///
    /// @throws UserException if that does not work
    public static void install(List<String> packages, @Nullable String path, Progress progress) throws UserException {
        String step = "install " + String.join(" ", packages);
        progress.begin(step);
        Map<String, String> quiet = Map.of("DEBIAN_FRONTEND", "noninteractive");
        try {
            Exec.run(LIMIT, List.of("apt-get", "update"), null, quiet);
            Exec.Result result = Exec.run(LIMIT, installLine(packages), null, quiet);
            List<String> still = missing(path);
            if (!result.ok() || !still.isEmpty()) {
                throw new UserException(
                        Exit.CANNOT,
                        "cannot install packages: "
                                + (result.ok() ? "still missing: " + String.join(" ", still) : result.complaint()),
                        nextStep(packages));
            }
        } catch (IOException e) {
            throw new UserException(Exit.CANNOT, "cannot install packages: " + e.getMessage(), nextStep(packages), e);
        }
        progress.done(step, "");
    }

    private static String nextStep(List<String> packages) {
        return "as root: apt-get update && " + String.join(" ", installLine(packages));
    }

    /// What to say where packages are missing and may not be installed unasked.
    public static UserException missingError(List<String> packages) {
        return new UserException(
                Exit.CANNOT,
                "the lab needs packages that are not installed: " + String.join(" ", packages),
                nextStep(packages) + " (or run this again with --install as root)");
    }
}
