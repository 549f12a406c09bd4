package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The cache with real packages, made here and as small as they can be, and the real apt, pointed at a repository in a
/// folder.
class KernelCacheTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private static Path shared;

    private static Path kernelPackage = Path.of("");
    private static Path otherPackage = Path.of("");
    /// A folder for `PATH` whose apt knows the kernel's package and nothing else.
    private static Path repository = Path.of("");
    /// One whose apt knows no package at all.
    private static Path noRepository = Path.of("");

    @TempDir
    private Path temp;

    private final List<String> told = new ArrayList<>();

    @BeforeAll
    static void makePackages() throws IOException {
        for (String program : List.of("dpkg-deb", "depmod", "apt-get", "apt-cache", "dpkg-scanpackages")) {
            assumeTrue(Programs.find(program, System.getenv("PATH")).isPresent(), "no " + program + " here");
        }
        Path tree = shared.resolve("tree");
        write(tree.resolve("boot/vmlinuz-6.1.0-made-up"), "a kernel's image");
        for (String module : Lab.MODULES) {
            write(tree.resolve("lib/modules/6.1.0-made-up/kernel/fs/" + module + ".ko"), "a module");
        }
        kernelPackage = build("linux-image-6.1.0-made-up", "6.1.0-1", "", tree);
        Path other = shared.resolve("other");
        write(other.resolve("usr/share/doc/other/README"), "nothing to boot");
        otherPackage = build("other", "1", "", other);
        Path meta = build("linux-image-amd64", "6.1.0+1", "linux-image-6.1.0-made-up", shared.resolve("meta"));
        repository = apt("with", List.of(kernelPackage, meta));
        noRepository = apt("without", List.of());
    }

    @Test
    void aGivenPackageIsUnpackedAndIndexed() throws Exception {
        KernelCache cache = cache(noRepository);
        assertThat(cache.isWarm()).isFalse();

        KernelFiles kernel = cache.kernel(kernelPackage, progress());

        assertThat(cache.isWarm()).as("a given package is no stock of kernels").isFalse();
        assertThat(kernel.release()).isEqualTo("6.1.0-made-up");
        assertThat(kernel.version()).isEqualTo("6.1.0-1");
        assertThat(kernel.image()).hasContent("a kernel's image");
        assertThat(kernel.modules().resolve("modules.dep")).exists();
        assertThat(kernel.modules().resolve("kernel/fs/9p.ko")).hasContent("a module");
        assertThat(told)
                .containsExactly("begin unpack the lab's kernel", "done unpack the lab's kernel: 6.1.0-made-up");
    }

    @Test
    void whatIsThereIsNotFetchedAgain() throws Exception {
        KernelFiles first = cache(repository).kernel(null, progress());
        told.clear();

        assertThat(cache(noRepository).kernel(null, progress())).isEqualTo(first);
        assertThat(told).isEmpty();
    }

    @Test
    void withoutOneItIsFetchedWithApt() throws Exception {
        KernelFiles kernel = cache(repository).kernel(null, progress());

        assertThat(kernel.release()).isEqualTo("6.1.0-made-up");
        assertThat(told)
                .containsSequence(
                        "begin download linux-image-6.1.0-made-up", "done download linux-image-6.1.0-made-up: 0 MiB");
        assertThat(folder()).isDirectoryNotContaining("glob:**fetch*");
    }

    @Test
    void aDamagedImageIsToldAndFetchedAnew() throws Exception {
        KernelFiles kernel = cache(repository).kernel(null, progress());
        Files.writeString(kernel.image(), "bit rot");
        told.clear();

        KernelFiles again = cache(repository).kernel(null, progress());

        assertThat(told).startsWith("note the kernel in the cache " + folder() + " is damaged: fetching it anew");
        assertThat(again.image()).hasContent("a kernel's image");
    }

    @Test
    void aLostModuleIsDamageToo() throws Exception {
        KernelFiles kernel = cache(repository).kernel(null, progress());
        Files.delete(kernel.modules().resolve("kernel/fs/9p.ko"));

        KernelFiles again = cache(repository).kernel(null, progress());

        assertThat(told).anyMatch(line -> line.contains("is damaged"));
        assertThat(again.modules().resolve("kernel/fs/9p.ko")).exists();
    }

    @Test
    void aModuleWithOneByteChangedIsDamageToo() throws Exception {
        KernelFiles kernel = cache(repository).kernel(null, progress());
        Files.writeString(kernel.modules().resolve("kernel/fs/9p.ko"), "A module");

        cache(repository).kernel(null, progress());

        assertThat(told).anyMatch(line -> line.contains("is damaged"));
    }

    @Test
    void aPackageWithoutModulesIsRefused() throws Exception {
        Path tree = shared.resolve("compressed");
        write(tree.resolve("boot/vmlinuz-6.12.0"), "a kernel's image");
        write(tree.resolve("usr/lib/modules/6.12.0/kernel/fs/9p.ko.xz"), "compressed");
        UserException e = failure(cache(repository), build("linux-image-6.12.0", "1", "", tree));

        assertThat(e).hasMessageContaining("no uncompressed modules");
        assertThat(e.nextStep()).contains("Debian 12");
    }

    @Test
    void aPackageThatLacksModulesOfTheLabIsRefusedByName() throws Exception {
        Path tree = shared.resolve("cloud");
        write(tree.resolve("boot/vmlinuz-6.1.0-cloud"), "a kernel's image");
        for (String module : Lab.MODULES) {
            if (!module.equals("kvm-amd") && !module.equals("9p")) {
                write(tree.resolve("lib/modules/6.1.0-cloud/kernel/" + module + ".ko"), "a module");
            }
        }
        UserException e = failure(cache(repository), build("linux-image-6.1.0-cloud", "1", "", tree));

        assertThat(e.exit()).isEqualTo(Exit.CANNOT);
        assertThat(e).hasMessage("linux-image-6.1.0-cloud.deb lacks modules that the lab needs: 9p, kvm-amd");
        assertThat(e.nextStep()).contains("--lab-kernel");
    }

    @Test
    void aDamagedKernelIsRemovedBeforeTheSpaceForANewOneIsLookedFor() throws Exception {
        KernelFiles kernel;
        try (KernelCache before = cache(repository)) {
            kernel = before.kernel(null, progress());
        }
        Files.writeString(kernel.image(), "bit rot");
        KernelCache cache = new KernelCache(temp.resolve("cache"), path(repository), 1L << 60);

        UserException e = failure(cache, null);

        assertThat(e.exit()).isEqualTo(Exit.CANNOT);
        assertThat(e).hasMessageStartingWith("no space in " + folder() + ": the lab's kernel needs ");
        assertThat(e.nextStep()).startsWith("free some space");
        assertThat(kernel.image()).doesNotExist();
    }

    /// What dpkg-deb says of a full disk, first to last.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofAFailedUnpackingTheFirstLineIsTold(boolean given) throws Exception {
        Path tools = Files.createDirectories(temp.resolve("tools"));
        Path script = write(tools.resolve("dpkg-deb"), """
                #!/bin/sh
                echo './boot/vmlinuz: Cannot write: No space left on device' >&2
                echo 'dpkg-deb: error: tar subprocess returned error exit status 2' >&2
                exit 2
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        KernelCache cache = new KernelCache(temp.resolve("cache"), tools + ":" + path(repository), 0);

        UserException e = failure(cache, given ? kernelPackage : null);

        assertThat(e.exit()).isEqualTo(Exit.CANNOT);
        assertThat(e).hasMessageEndingWith(": ./boot/vmlinuz: Cannot write: No space left on device");
        assertThat(e.nextStep()).startsWith("free some space").doesNotContain("network");
    }

    @Test
    void aKernelInUseIsNotReplaced() throws Exception {
        try (KernelCache running = cache(repository);
                KernelCache next = cache(repository)) {
            KernelFiles used = running.kernel(kernelPackage, progress());
            KernelFiles other = next.kernel(kernelPackage, progress());

            assertThat(other.image()).isNotEqualTo(used.image()).hasContent("a kernel's image");
            assertThat(used.image()).hasContent("a kernel's image");
        }
    }

    /// The lock is one between programs.
    @Test
    void aKernelThatAnotherProgramUsesIsNotReplaced() throws Exception {
        KernelFiles first;
        try (KernelCache cache = cache(repository)) {
            first = cache.kernel(kernelPackage, progress());
        }
        Path tree = folder().resolve("given/tree");
        assertThat(first.image()).startsWith(tree);
        Process other = locking(tree.resolveSibling("tree.in-use"));
        try (KernelCache cache = cache(repository)) {
            assertThat(cache.kernel(kernelPackage, progress()).image()).startsWith(folder().resolve("given/tree-2"));
            assertThat(first.image()).exists();
        } finally {
            other.destroyForcibly().waitFor();
        }
        try (KernelCache cache = cache(repository)) {
            assertThat(cache.kernel(kernelPackage, progress()).image()).startsWith(tree);
        }
        assertThat(folder().resolve("given/tree-2")).doesNotExist();
    }

    /// A Java program that holds a shared lock until it is ended: Java's locks are POSIX ones, which flock's are not.
    private Process locking(Path file) throws IOException {
        Path source = write(temp.resolve("Hold.java"), """
                void main(String[] args) throws Exception {
                    var channel = java.nio.channels.FileChannel.open(
                            java.nio.file.Path.of(args[0]), java.nio.file.StandardOpenOption.READ);
                    channel.lock(0, Long.MAX_VALUE, true);
                    IO.println("held");
                    Thread.sleep(60_000);
                }
                """);
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:TieredStopAtLevel=1",
                        source.toString(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("held");
        return process;
    }

    @Test
    void aFileInPlaceOfTheCacheIsNamed() throws Exception {
        write(temp.resolve("cache"), "a file");

        UserException e = failure(cache(repository), null);

        assertThat(e)
                .hasMessageStartingWith("cannot use the cache in " + folder() + ": ")
                .hasMessageNotContaining(folder() + ": " + folder());
        assertThat(e.nextStep()).contains("XDG_CACHE_HOME");
    }

    @Test
    void aDamagedSealIsToldAndTheKernelFetchedAnew() throws Exception {
        cache(repository).kernel(null, progress());
        for (String seal : List.of(
                "",
                "digest=\\uZZZZ",
                "release=../../..\nversion=1\ndigest=0",
                "tree=../..\nrelease=6.1.0-made-up\nversion=1\ndigest=0")) {
            Files.writeString(folder().resolve("seal.properties"), seal);
            told.clear();

            cache(repository).kernel(null, progress());

            assertThat(told.getFirst()).contains("is damaged: fetching");
        }
    }

    @Test
    void whereAptHasNoneTheErrorSaysWhatElseWouldDo() throws Exception {
        UserException e = failure(cache(noRepository), null);

        assertThat(e.exit()).isEqualTo(Exit.CANNOT);
        assertThat(e).hasMessageStartingWith("cannot fetch a kernel: apt knows no package linux-image-amd64");
        assertThat(e.nextStep()).contains("--lab-kernel FILE.deb");
    }

    @Test
    void aPackageWithoutKernelIsRefusedAndTheCacheKept() throws Exception {
        KernelFiles kept = cache(repository).kernel(null, progress());
        cache(noRepository).kernel(kernelPackage, progress());
        told.clear();

        UserException e = failure(cache(noRepository), otherPackage);

        assertThat(e.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(e).hasMessage(otherPackage + " holds no kernel");
        assertThat(e.nextStep()).contains("linux-image-");
        assertThat(cache(noRepository).kernel(null, progress())).isEqualTo(kept);
        assertThat(folder()).isDirectoryNotContaining("glob:**fetch*");
    }

    @Test
    void aFileThatIsNoPackageIsWrongUse() throws Exception {
        Path text = Files.writeString(temp.resolve("text.deb"), "not a package");

        UserException e = failure(cache(noRepository), text);

        assertThat(e.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(e).hasMessageStartingWith("cannot unpack " + text + ": dpkg-deb: error");
        assertThat(e.nextStep()).doesNotContain("network");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        UserException e = failure(cache(noRepository), Path.of("/no/such.deb"));

        assertThat(e.exit()).isEqualTo(Exit.WRONG_USE);
        assertThat(e).hasMessageContaining("/no/such.deb").hasMessageContaining("No such file");
    }

    private Path folder() {
        return temp.resolve("cache/kernel");
    }

    private KernelCache cache(Path apt) {
        return new KernelCache(temp.resolve("cache"), path(apt), 0);
    }

    private static String path(Path apt) {
        return apt + ":" + System.getenv("PATH");
    }

    private UserException failure(KernelCache cache, @org.jspecify.annotations.Nullable Path given) {
        UserException e = catchThrowableOfType(UserException.class, () -> cache.kernel(given, progress()));
        assertThat(e.getMessage() + e.nextStep()).doesNotContain("\n");
        return e;
    }

    private Progress progress() {
        return new Progress() {
            @Override
            public void begin(String step) {
                told.add("begin " + step);
            }

            @Override
            public void done(String step, String result) {
                told.add("done " + step + ": " + result);
            }

            @Override
            public void note(String text) {
                told.add("note " + text);
            }
        };
    }

    private static Path build(String name, String version, String depends, Path tree) throws IOException {
        write(
                tree.resolve("DEBIAN/control"),
                """
                Package: %s
                Version: %s
                Architecture: all
                Maintainer: Nobody <nobody@example.org>
                Description: made up
                """.formatted(name, version) + (depends.isEmpty() ? "" : "Depends: " + depends + "\n"));
        Path deb = shared.resolve(name + ".deb");
        run(null, "dpkg-deb", "-Znone", "-b", tree.toString(), deb.toString());
        return deb;
    }

    /// An apt of its own: the system's programs with another configuration, and nothing of the system's.
    private static Path apt(String name, List<Path> packages) throws IOException {
        Path folder = Files.createDirectories(shared.resolve(name));
        Path debs = Files.createDirectory(folder.resolve("debs"));
        for (Path each : packages) {
            Files.copy(each, debs.resolve(each.getFileName()));
        }
        write(debs.resolve("Packages"), run(debs, "dpkg-scanpackages", "--multiversion", "."));
        write(folder.resolve("state/status"), "");
        Files.createDirectories(folder.resolve("state/lists/partial"));
        Files.createDirectories(folder.resolve("cache/archives/partial"));
        write(folder.resolve("sources.list"), "deb [trusted=yes] file:" + debs + " ./\n");
        Path configuration = write(folder.resolve("apt.conf"), """
                Dir::Etc::sourcelist "%1$s/sources.list";
                Dir::Etc::sourceparts "/dev/null";
                Dir::State "%1$s/state";
                Dir::State::status "%1$s/state/status";
                Dir::Cache "%1$s/cache";
                APT::Sandbox::User "root";
                """.formatted(folder));
        for (String program : List.of("apt-get", "apt-cache")) {
            Path real = Programs.find(program, System.getenv("PATH")).orElseThrow();
            Path script =
                    write(folder.resolve(program), "#!/bin/sh\nexec " + real + " -c " + configuration + " \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        run(folder, folder.resolve("apt-get").toString(), "update");
        return folder;
    }

    private static String run(@org.jspecify.annotations.Nullable Path folder, String... argv) throws IOException {
        Exec.Result result = Exec.run(LIMIT, List.of(argv), folder, java.util.Map.of());
        assertThat(result.exit()).as("%s: %s", List.of(argv), result.err()).isZero();
        return result.out();
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
