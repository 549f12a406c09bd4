package dev.nptune.kernel.module;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A kernel that is installed below a root, and what its distribution has to build modules of it.
///
/// @param root the machine's root, `/` or a folder
/// @param release the kernel's release
/// @param path the value of `PATH`
public record InstalledKernel(
        Path root, String release, @Nullable String path) {
    private static final Duration LOOKUP = Duration.ofSeconds(20);

    /// Releases are file names.
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}";

    public InstalledKernel {
        if (!release.matches(NAME)) {
            throw new IllegalArgumentException("'" + release + "' is no kernel's release");
        }
    }

    /// The kernel that runs.
    public static InstalledKernel running(Path root, @Nullable String path) throws IOException {
        Path file = root.resolve("proc/sys/kernel/osrelease");
        return new InstalledKernel(root, Files.readString(file).strip(), path);
    }

    /// Its modules' folder, whether it is there or not.
    public Path modules() {
        return root.resolve("lib/modules").resolve(release);
    }

    /// Its headers.
    ///
    /// @throws UserException if they are not installed
    public KernelHeaders headers() throws UserException {
        Path build = modules().resolve("build");
        if (!Files.exists(build)) {
            throw new UserException(
                    Exit.CANNOT,
                    "the headers of the kernel " + release + " are not installed: no " + build,
                    "install them: apt install linux-headers-" + release + " · dnf install kernel-devel-" + release
                            + " · pacman -S linux-headers");
        }
        return KernelHeaders.read(build);
    }

    /// Its source as Debian installs it, in `/usr/src`.
    ///
    /// @throws UserException if it is not there
    public KernelSource source(KernelHeaders headers, Progress progress) throws IOException, UserException {
        SourceVersion version = headers.version();
        String series = version.major() + "." + version.minor();
        Optional<Path> archive = Stream.of(".tar.xz", ".tar.gz", ".tar.bz2")
                .map(suffix -> root.resolve("usr/src/linux-source-" + series + suffix))
                .filter(Files::isRegularFile)
                .findFirst();
        if (archive.isEmpty()) {
            throw new UserException(
                    Exit.CANNOT,
                    "the source of the kernel " + release + " (Linux " + version + ") is not here",
                    "Debian: apt install linux-source-" + series + "; elsewhere name the source that the kernel was "
                            + "built from, a folder or a .tar.xz, with --source");
        }
        compare("linux-source-" + series, progress);
        return new KernelSource(archive.get());
    }

    /// Debian's packages of one build have one version; the upstream version does not tell them apart.
    private void compare(String sourcePackage, Progress progress) throws IOException {
        Optional<String> source = packageVersion(sourcePackage);
        Optional<String> image = packageVersion("linux-image-" + release);
        if (source.isPresent() && image.isPresent() && !source.equals(image)) {
            progress.note("the source package " + sourcePackage + " has version " + source.get() + ", the kernel "
                    + image.get() + ": they may differ in Debian's own patches");
        }
    }

    /// What a person has to do about the image that the kernel starts from, for modules to be used; empty if nothing.
    public Optional<String> initramfs(List<String> modules) throws IOException {
        return InitramfsImage.advice(this, modules);
    }

    /// The version of its Debian package: of the installed one, or if it is not installed, of the one that apt knows.
    ///
    /// @throws UserException if neither is known
    public String debianVersion() throws IOException, UserException {
        String name = "linux-image-" + release;
        Optional<String> installed = packageVersion(name);
        if (installed.isPresent()) {
            return installed.get();
        }
        Optional<Path> apt = Programs.find("apt-cache", path);
        Optional<String> known = Optional.empty();
        if (apt.isPresent()) {
            known = Exec.run(LOOKUP, List.of(apt.get().toString(), "show", "--no-all-versions", name))
                    .out()
                    .lines()
                    .filter(line -> line.startsWith("Version: "))
                    .map(line -> line.substring("Version: ".length()).strip())
                    .findFirst();
        }
        return known.orElseThrow(() -> new UserException(
                Exit.CANNOT,
                "apt knows no package " + name,
                "name headers and source of the kernel with --headers and --source"));
    }

    /// The version of an installed Debian package.
    Optional<String> packageVersion(String name) throws IOException {
        Optional<Path> query = Programs.find("dpkg-query", path);
        if (query.isEmpty()) {
            return Optional.empty();
        }
        Exec.Result result = Exec.run(
                LOOKUP,
                List.of(
                        query.get().toString(),
                        "--admindir=" + root.resolve("var/lib/dpkg"),
                        "-W",
                        "-f=${db:Status-Status} ${Version}",
                        name));
        return result.ok() && result.out().startsWith("installed ")
                ? Optional.of(result.out().substring("installed ".length()).strip())
                : Optional.empty();
    }
}
