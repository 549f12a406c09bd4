package dev.nptune.kernel.relocate;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Some files of Debian's kernel sources, fetched once with `apt-get download` into the cache of the person who
/// runs the tests. Folders put there by hand, of the same form, are used too.
final class KernelSources {
    private static final Duration DOWNLOAD = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofSeconds(30);

    private static final List<String> FILES = List.of(
            "drivers/pci/quirks.c",
            "drivers/pci/pci.c",
            "arch/x86/kvm/svm/svm.c",
            "drivers/ata/libata-core.c",
            "Documentation/admin-guide/kernel-parameters.txt",
            "drivers/Makefile",
            "arch/x86/Kconfig");

    private KernelSources() {}

    /// A kernel.
    ///
    /// @param name package and version
    record Kernel(String name, Path folder) {
        String read(String path) throws IOException {
            return Files.readString(folder.resolve(path), StandardCharsets.ISO_8859_1);
        }
    }

    /// The newest of a package; the test is skipped if it cannot be had.
    static Kernel newest(String name) throws IOException {
        return skipped(name, versions(name).stream().findFirst());
    }

    /// The oldest of a package that is offered.
    static Kernel oldest(String name) throws IOException {
        List<String> versions = versions(name);
        return skipped(name, versions.isEmpty() ? Optional.empty() : Optional.of(versions.getLast()));
    }

    /// All that are in the cache.
    static List<Kernel> cached() throws IOException {
        if (!Files.isDirectory(cache())) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(cache())) {
            return folders.filter(folder -> Files.exists(folder.resolve(FILES.getFirst())))
                    .map(folder -> new Kernel(folder.getFileName().toString(), folder))
                    .sorted(Comparator.comparing(Kernel::name))
                    .toList();
        }
    }

    private static Path cache() {
        String set = System.getenv("XDG_CACHE_HOME");
        Path base = set == null || set.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(set);
        return base.resolve("nptune/test-sources");
    }

    private static List<String> versions(String name) throws IOException {
        List<String> versions = new ArrayList<>();
        if (Files.exists(Path.of("/usr/bin/apt-cache"))) {
            Exec.run(SHORT, List.of("apt-cache", "madison", name))
                    .out()
                    .lines()
                    .map(line -> line.split("\\|"))
                    .filter(parts -> parts.length > 2)
                    .forEach(parts -> versions.add(parts[1].strip()));
        }
        return versions;
    }

    private static Kernel skipped(String name, Optional<String> version) throws IOException {
        Optional<Kernel> had = cached().stream()
                .filter(kernel -> kernel.name().equals(name + "_" + version.orElse("")))
                .findFirst();
        if (had.isPresent()) {
            return had.get();
        }
        assumeTrue(version.isPresent(), "apt offers no " + name + " (apt-get update?)");
        for (String program : List.of("apt-get", "dpkg-deb", "tar", "xz")) {
            assumeTrue(
                    Stream.of("/usr/bin/", "/bin/").anyMatch(folder -> Files.exists(Path.of(folder + program))),
                    program + " is not installed");
        }
        return fetch(name, version.orElseThrow());
    }

    private static Kernel fetch(String name, String version) throws IOException {
        Files.createDirectories(cache());
        Path work = Files.createTempDirectory(cache(), ".fetch");
        try {
            Exec.Result result =
                    Exec.run(DOWNLOAD, List.of("apt-get", "download", name + "=" + version), work, Map.of());
            assumeTrue(result.ok(), () -> name + " cannot be fetched: " + result.complaint());
            Path deb;
            try (Stream<Path> files = Files.list(work)) {
                deb = files.filter(file -> file.toString().endsWith(".deb"))
                        .findFirst()
                        .orElseThrow();
            }
            Path folder = Files.createDirectory(work.resolve("files"));
            unpack(deb, name, folder);
            Path target = cache().resolve(name + "_" + version);
            Files.move(folder, target);
            return new Kernel(target.getFileName().toString(), target);
        } finally {
            delete(work);
        }
    }

    private static void unpack(Path deb, String name, Path folder) throws IOException {
        List<String> last = new ArrayList<>(List.of("tar", "-x", "-C", folder.toString(), "--strip-components=1"));
        FILES.forEach(file -> last.add(name + "/" + file));
        List<ProcessBuilder> pipe = Stream.of(
                        List.of("dpkg-deb", "--fsys-tarfile", deb.toString()),
                        List.of("tar", "-xO", "./usr/src/" + name + ".tar.xz"),
                        List.of("xz", "-dc", "-T0"),
                        last)
                .map(argv -> new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.DISCARD))
                .toList();
        List<Process> processes = ProcessBuilder.startPipeline(pipe);
        try {
            if (!processes.getLast().waitFor(DOWNLOAD.toSeconds(), TimeUnit.SECONDS)
                    || processes.getLast().exitValue() != 0) {
                throw new IOException(deb + " cannot be unpacked");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            processes.forEach(Process::destroy);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
