package dev.nptune.kernel.module;

import dev.nptune.internal.files.Folders;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Headers and source of a Debian kernel that is not installed: fetched once with apt, which checks their signatures,
/// in
/// the kernel's exact version, and unpacked into a cache folder, never installed.
///
/// The folder has one folder for each release and version, which is moved there when it is complete; a lock file keeps
/// two programs from fetching at once. What is in it is not changed by a build.
public final class DebianKernelPackages {
    private static final Duration DOWNLOAD = Duration.ofMinutes(15);
    private static final Duration UNPACK = Duration.ofMinutes(5);
    /// Downloads 155 MB, unpacked 235 MB; both are there at once. With room to spare.
    private static final long NEEDED = 600L << 20;

    private static final Pattern RELEASE = Pattern.compile("(\\d+\\.\\d+)\\.\\d+(-[a-z0-9.]+)*?(-(rt|cloud))?-amd64");
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z.+~:-]{1,64}");

    private final Path folder;
    private final @Nullable String path;

    /// @param cache the program's cache folder
    /// @param path the value of `PATH`
    public DebianKernelPackages(Path cache, @Nullable String path) {
        this.folder = cache.resolve("kernel-build");
        this.path = path;
    }

    /// Headers and source of a kernel, fetched first if they are not there.
    ///
    /// @param release the kernel's release, such as `6.1.0-56-amd64`
    /// @param version its package's version, such as `6.1.192-2`
    /// @throws UserException if they cannot be had
    public KernelParts parts(String release, String version, Progress progress) throws UserException {
        Matcher m = RELEASE.matcher(release);
        if (!m.matches() || !VERSION.matcher(version).matches()) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "'" + release + "' (" + version + ") is not a kernel of Debian's for amd64",
                    "name headers and source of it with --headers and --source");
        }
        try {
            Files.createDirectories(folder);
            try (FileChannel lock = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = lock.lock()) {
                Path there = folder.resolve(release + "_" + version.replace(':', '.'));
                if (!Files.isDirectory(there)) {
                    fetch(release, m, version, there, progress);
                }
                return parts(there, release, m.group(1));
            }
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot use the cache in " + folder + ": " + IoReason.withFile(e),
                    "check the disk, or point XDG_CACHE_HOME at another folder",
                    e);
        }
    }

    private static KernelParts parts(Path there, String release, String series) throws IOException, UserException {
        Path src = there.resolve("usr/src");
        Path source = src.resolve("linux-source-" + series + ".tar.xz");
        return new KernelParts(KernelHeaders.read(src.resolve("linux-headers-" + release)), new KernelSource(source));
    }

    private void fetch(String release, Matcher m, String version, Path there, Progress progress)
            throws IOException, UserException {
        removeLeftovers();
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < NEEDED) {
            throw new UserException(
                    Exit.CANNOT,
                    "no space in " + folder + ": a kernel's source and headers need " + (NEEDED >> 20) + " MiB, "
                            + (free >> 20) + " MiB are free",
                    "free some space, or point XDG_CACHE_HOME at another folder");
        }
        String flavour = m.group(4);
        String common = release.replaceFirst("(-(rt|cloud))?-amd64$", "rt".equals(flavour) ? "-common-rt" : "-common");
        List<String> names = Stream.of(
                        "linux-headers-" + release,
                        "linux-headers-" + common,
                        "linux-kbuild-" + m.group(1),
                        "linux-source-" + m.group(1))
                .map(name -> name + "=" + version)
                .toList();
        Path work = Files.createTempDirectory(folder, "fetch");
        try {
            Path tree = Files.createDirectory(work.resolve("tree"));
            for (String name : names) {
                progress.begin("download " + name);
                Path deb = download(work, name);
                unpack(deb, tree);
                progress.done("download " + name, (Files.size(deb) >> 20) + " MiB");
                Files.delete(deb);
            }
            Files.move(tree, there, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(work);
        }
    }

    /// What an interrupted fetch left.
    private void removeLeftovers() throws IOException {
        List<Path> left;
        try (Stream<Path> found = Files.list(folder)) {
            left = found.filter(p -> p.getFileName().toString().startsWith("fetch"))
                    .toList();
        }
        for (Path each : left) {
            Folders.delete(each);
        }
    }

    private Path download(Path work, String name) throws IOException, UserException {
        Exec.Result result = Exec.run(DOWNLOAD, List.of(program("apt-get"), "download", name), work, Map.of());
        try (Stream<Path> found = Files.list(work)) {
            Optional<Path> deb =
                    found.filter(p -> p.toString().endsWith(".deb")).findFirst();
            if (result.ok() && deb.isPresent()) {
                return deb.get();
            }
        }
        throw new UserException(
                Exit.CANNOT,
                "cannot fetch " + name + ": " + result.complaint(),
                "check the network and run 'apt-get update'; a kernel that the distribution has replaced may be gone "
                        + "there, its packages can be named with --headers and --source");
    }

    private void unpack(Path deb, Path target) throws IOException, UserException {
        Exec.Result result = Exec.run(UNPACK, List.of(program("dpkg-deb"), "-x", deb.toString(), target.toString()));
        if (!result.ok()) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot unpack " + deb.getFileName() + ": " + result.complaint(),
                    "check the disk and run it again");
        }
    }

    private String program(String name) {
        return Programs.find(name, path).map(Path::toString).orElse(name);
    }
}
