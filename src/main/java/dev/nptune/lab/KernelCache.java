package dev.nptune.lab;

import dev.nptune.internal.files.Folders;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The stock Debian kernel that the lab boots: fetched once with apt, which checks its signature, unpacked into the
/// cache, never installed.
///
/// A seal beside it holds the digests it was stored with; a copy that no longer matches is thrown away and fetched
/// anew. Each copy lies in a folder of its own, which a running lab holds a lock on until [#close]: another run may put
/// a kernel beside it, but not in its place.
public final class KernelCache implements AutoCloseable {
    private static final String META_PACKAGE = "linux-image-amd64";
    private static final Duration LOOKUP = Duration.ofMinutes(1);
    private static final Duration DOWNLOAD = Duration.ofMinutes(15);
    private static final Duration UNPACK = Duration.ofMinutes(3);
    private static final String RETRY =
            "check the network and run 'apt-get update', or give a kernel package with --lab-kernel FILE.deb";

    private static final String GIVE_A_KERNEL = "give a Debian linux-image-…-amd64 package (.deb)";

    private final Path folder;
    private final @Nullable String path;
    private final long needed;
    private final KernelTrees trees;
    /// The same for packages that are given: apart, so that the distribution's kernel stays what it is.
    private @Nullable KernelCache given;

    /// @param cache the program's cache folder
    /// @param path the value of `PATH`
    public KernelCache(Path cache, @Nullable String path) {
        this(cache, path, LabDirectories.NEEDED_IN_CACHE);
    }

    /// @param needed how many bytes a kernel takes
    KernelCache(Path cache, @Nullable String path, long needed) {
        this(path, needed, cache.resolve("kernel"));
    }

    private KernelCache(@Nullable String path, long needed, Path folder) {
        this.path = path;
        this.needed = needed;
        this.folder = folder;
        this.trees = new KernelTrees(folder);
    }

    /// Whether a kernel is there; it may still turn out to be damaged.
    public boolean isWarm() {
        return Files.exists(seal());
    }

    /// The kernel, fetched first if it is not in the cache or is damaged there. It stays there until [#close].
    ///
    /// @param given a kernel package to use in place of the distribution's
    /// @throws UserException if it cannot be had
    public KernelFiles kernel(@Nullable Path given, Progress progress) throws UserException {
        if (given == null) {
            return locked(null, progress);
        }
        KernelCache apart =
                Objects.requireNonNullElseGet(this.given, () -> new KernelCache(path, needed, folder.resolve("given")));
        this.given = apart;
        return apart.locked(given, progress);
    }

    /// Lets go of the kernels, which may then be replaced.
    @Override
    public void close() {
        trees.close();
        if (given != null) {
            given.close();
        }
    }

    private KernelFiles locked(@Nullable Path given, Progress progress) throws UserException {
        try {
            Files.createDirectories(folder);
            try (FileChannel lock = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = lock.lock()) {
                removeLeftovers();
                Optional<KernelFiles> cached = given == null ? cached(progress) : Optional.empty();
                KernelFiles kernel = cached.isPresent() ? cached.get() : store(given, progress);
                trees.hold(kernel);
                return kernel;
            }
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot use the cache in " + folder + ": " + IoReason.of(e),
                    "check the disk, or point XDG_CACHE_HOME at another folder",
                    e);
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

    private Path seal() {
        return folder.resolve("seal.properties");
    }

    private Optional<KernelFiles> cached(Progress progress) throws IOException {
        Properties seal = new Properties();
        try (var in = Files.newBufferedReader(seal())) {
            seal.load(in);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException _) {
            progress.note("the cache's seal " + seal() + " is damaged: fetching the kernel anew");
            return Optional.empty();
        }
        try {
            KernelFiles files = files(
                    folder.resolve(name(seal.getProperty("tree", KernelTrees.FIRST))),
                    seal.getProperty("release", ""),
                    seal.getProperty("version", ""));
            if (Digests.kernel(files).equals(seal.getProperty("digest"))) {
                return Optional.of(files);
            }
        } catch (IOException | UncheckedIOException _) {
            // as bad as a wrong digest
        }
        progress.note("the kernel in the cache " + folder + " is damaged: fetching it anew");
        return Optional.empty();
    }

    /// A file name and nothing else, whatever the seal says.
    private static String name(String text) {
        return text.replace('/', '?');
    }

    private static KernelFiles files(Path tree, String release, String version) {
        return new KernelFiles(
                release, version, tree.resolve("boot/vmlinuz-" + release), tree.resolve("lib/modules/" + release));
    }

    private KernelFiles store(@Nullable Path given, Progress progress) throws IOException, UserException {
        Files.deleteIfExists(seal());
        trees.removeUnused();
        LabDirectories.spaceForKernel(folder, needed);
        Path work = Files.createTempDirectory(folder, "fetch");
        try {
            Path deb = given == null ? download(work, progress) : given;
            progress.begin("unpack the lab's kernel");
            Path unpacked = Files.createDirectory(work.resolve("tree"));
            unpack(deb, unpacked, given != null);
            String release = release(unpacked, deb);
            index(unpacked, release, deb);
            String version = Exec.run(LOOKUP, List.of(program("dpkg-deb"), "-f", deb.toString(), "Version"))
                    .out()
                    .strip();
            Path tree = trees.free();
            Files.move(unpacked, tree, StandardCopyOption.ATOMIC_MOVE);
            KernelFiles files = files(tree, release, version);
            Properties seal = new Properties();
            seal.putAll(Map.of(
                    "tree",
                    tree.getFileName().toString(),
                    "release",
                    release,
                    "version",
                    version,
                    "digest",
                    Digests.kernel(files)));
            try (var out = Files.newBufferedWriter(seal())) {
                seal.store(out, null);
            }
            progress.done("unpack the lab's kernel", release);
            return files;
        } finally {
            Folders.delete(work);
        }
    }

    private void index(Path unpacked, String release, Path deb) throws IOException, UserException {
        Path modules = unpacked.resolve("lib/modules").resolve(release);
        checkModules(modules, deb);
        Exec.Result index = Exec.run(UNPACK, List.of(program("depmod"), "-b", unpacked.toString(), release));
        if (!index.ok()) {
            throw new UserException(
                    Exit.CANNOT, "cannot index the modules of " + deb + ": " + index.complaint(), RETRY);
        }
        ModuleOrder order = new ModuleOrder(Files.readString(modules.resolve("modules.dep")));
        List<String> missing =
                Lab.MODULES.stream().filter(m -> !order.has(m)).distinct().toList();
        if (!missing.isEmpty()) {
            throw new UserException(
                    Exit.CANNOT,
                    deb.getFileName() + " lacks modules that the lab needs: " + String.join(", ", missing),
                    "give a full Debian kernel (linux-image-…-amd64; the -cloud- ones lack them) with --lab-kernel");
        }
    }

    private static void checkModules(Path modules, Path deb) throws IOException, UserException {
        if (Files.isDirectory(modules)) {
            try (Stream<Path> all = Files.walk(modules)) {
                if (all.anyMatch(p -> p.toString().endsWith(".ko"))) {
                    return;
                }
            }
        }
        throw new UserException(
                Exit.CANNOT,
                deb.getFileName() + " has no uncompressed modules in lib/modules, which the lab needs",
                "give a Debian 12 kernel package with --lab-kernel FILE.deb");
    }

    private Path download(Path work, Progress progress) throws IOException, UserException {
        String name = packageName();
        String step = "download " + name;
        progress.begin(step);
        Exec.Result result = Exec.run(DOWNLOAD, List.of(program("apt-get"), "download", name), work, Map.of());
        try (Stream<Path> found = Files.list(work)) {
            Optional<Path> deb =
                    found.filter(p -> p.toString().endsWith(".deb")).findFirst();
            if (!result.ok() || deb.isEmpty()) {
                String why = reason(result);
                throw new UserException(
                        Exit.CANNOT, "cannot fetch the kernel package " + name + ": " + why, afterFailure(why, RETRY));
            }
            progress.done(step, (Files.size(deb.get()) >> 20) + " MiB");
            return deb.get();
        }
    }

    /// The meta package depends on the package of the current kernel.
    private String packageName() throws IOException, UserException {
        Exec.Result result;
        try {
            result = Exec.run(LOOKUP, List.of(program("apt-cache"), "depends", "--important", META_PACKAGE));
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot fetch a kernel: apt-cache does not run here (" + e.getMessage() + ")",
                    "the lab needs a Debian system, or a Debian kernel package given with --lab-kernel FILE.deb",
                    e);
        }
        return result.out()
                .lines()
                .map(String::strip)
                .filter(l -> l.startsWith("Depends: linux-image-"))
                .map(l -> l.substring("Depends: ".length()))
                .findFirst()
                .orElseThrow(() -> new UserException(
                        Exit.CANNOT,
                        "cannot fetch a kernel: apt knows no package " + META_PACKAGE
                                + (result.ok() ? "" : " (" + result.complaint() + ")"),
                        RETRY));
    }

    private static String release(Path unpacked, Path deb) throws IOException, UserException {
        Path boot = unpacked.resolve("boot");
        if (Files.isDirectory(boot)) {
            try (Stream<Path> found = Files.list(boot)) {
                Optional<String> image = found.map(p -> p.getFileName().toString())
                        .filter(n -> n.startsWith("vmlinuz-"))
                        .findFirst();
                if (image.isPresent()) {
                    return image.get().substring("vmlinuz-".length());
                }
            }
        }
        throw new UserException(Exit.WRONG_USE, deb + " holds no kernel", GIVE_A_KERNEL);
    }

    private void unpack(Path deb, Path target, boolean given) throws IOException, UserException {
        Exec.Result result = Exec.run(
                UNPACK, List.of(program("dpkg-deb"), "-x", deb.toAbsolutePath().toString(), target.toString()));
        if (!result.ok()) {
            String why = reason(result);
            throw new UserException(
                    given && !isFull(why) ? Exit.WRONG_USE : Exit.CANNOT,
                    "cannot unpack " + deb + ": " + why,
                    afterFailure(why, given ? GIVE_A_KERNEL : "check the disk and run it again"));
        }
    }

    /// The first line of a complaint: the last one of dpkg-deb only says that something before it failed.
    private static String reason(Exec.Result result) {
        return result.err()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("W: "))
                .findFirst()
                .orElse(result.complaint())
                .strip();
    }

    private static boolean isFull(String why) {
        return why.contains("No space left on device") || why.contains("quota exceeded");
    }

    private String afterFailure(String why, String otherwise) {
        return isFull(why) ? "free some space on the disk of " + folder + ", or set XDG_CACHE_HOME" : otherwise;
    }

    private String program(String name) {
        return Programs.find(name, path).map(Path::toString).orElse(name);
    }
}
