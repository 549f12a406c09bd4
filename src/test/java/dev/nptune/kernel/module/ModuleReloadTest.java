package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Modules that are installed and do not load, on a root in a folder. No kernel takes these objects: the real modprobe
/// fails with each. Which modules are loaded in between can be followed only with a program in its place, which keeps
/// them in the root's `/sys/module`; real modules are exchanged in the lab.
class ModuleReloadTest {
    private static final String NAME = "nptune-tiny";

    @TempDir
    private Path temp;

    private Path root = Path.of("");
    private InstalledKernel kernel = new InstalledKernel(Path.of("/"), TinyModule.RELEASE, null);

    @BeforeEach
    void machine() throws Exception {
        String path = System.getenv("PATH");
        assumeTrue(Programs.find("depmod", path).isPresent(), "no depmod here");
        root = temp.resolve("root");
        kernel = new InstalledKernel(root, TinyModule.RELEASE, path);
        TinyModule.make(kernel.modules().resolve("kernel/" + NAME + ".ko"));
        Files.createDirectories(root.resolve("var/lib"));
        Files.createDirectories(root.resolve("sys/module"));
        Depmod.run(root, TinyModule.RELEASE, path);
    }

    /// In modprobe's place: writes down its arguments, knows what `broken` is in, and what uses what.
    private void modprobe() throws IOException {
        Path tools = Files.createDirectories(temp.resolve("tools"));
        Path program = Files.writeString(tools.resolve("modprobe"), """
                #!/bin/sh
                shift 4
                echo "$@" >> %1$s/log
                cd %1$s/root/sys/module || exit 1
                if [ "$1" = -r ]; then
                    shift
                    for m; do
                        [ -z "$(ls "$m/holders" 2>/dev/null)" ] && [ ! -e "$m/used" ] ||
                            { echo "modprobe: FATAL: Module $m is in use." >&2; exit 1; }
                        rm -r "$m"
                        for h in */holders/"$m"; do rm -rf "$h"; done
                    done
                    exit 0
                fi
                m=$(echo "$1" | tr - _)
                [ ! -d "$m" ] || exit 0
                file=%1$s/root/lib/modules/%2$s/updates/$(echo "$m" | tr _ -).ko
                ! grep -qs broken "$file" || { echo "modprobe: ERROR: could not insert '$m'" >&2; exit 1; }
                mkdir -p "$m/holders"
                echo 0 > "$m/refcnt"
                """.formatted(temp, TinyModule.RELEASE));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        kernel = new InstalledKernel(root, TinyModule.RELEASE, tools + ":" + System.getenv("PATH"));
    }

    private void loaded(String module, String... holders) throws IOException {
        Path folder = root.resolve("sys/module").resolve(module);
        Files.createDirectories(folder.resolve("holders"));
        Files.writeString(folder.resolve("refcnt"), holders.length + "\n");
        for (String holder : holders) {
            Files.createDirectory(folder.resolve("holders").resolve(holder));
        }
    }

    private void runs(String release) throws IOException {
        Files.writeString(
                Files.createDirectories(root.resolve("proc/sys/kernel")).resolve("osrelease"), release + "\n");
    }

    private List<String> loaded() throws IOException {
        try (Stream<Path> list = Files.list(root.resolve("sys/module"))) {
            return list.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    private BuiltFolder built(String code) throws IOException, UserException {
        return TinyModule.built(Files.createTempDirectory(temp, "built"), NAME, code);
    }

    private ModuleReload reload() throws IOException {
        return new ModuleLoader(kernel).reload(List.of(NAME));
    }

    private void install(BuiltFolder built, ModuleUse use) throws UserException {
        new ModuleInstaller(kernel, false, Progress.SILENT).install(built, null, use);
    }

    private UserException refused(BuiltFolder built) throws IOException {
        ModuleReload reload = reload();
        UserException e = catchThrowableOfType(UserException.class, () -> install(built, reload));
        assertThat(e).isNotNull();
        return reload.told(e);
    }

    private Map<String, String> everything() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path each : walk.toList()) {
                boolean regular = Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS);
                all.put(root.relativize(each).toString(), regular ? Sha256.of(each) : "");
            }
        }
        return all;
    }

    @Test
    void aModuleThatTheKernelRefusesIsTakenAwayAgain() throws Exception {
        assumeTrue(Programs.find("modprobe", kernel.path()).isPresent(), "no modprobe here");
        Map<String, String> before = everything();

        UserException told = refused(built("int first(void) { return 2; }"));

        assertThat(told)
                .returns(Exit.ROLLED_BACK, UserException::exit)
                .hasMessageContaining("what was there before is back: modprobe nptune-tiny fails: ");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void theEarlierOneOfOursIsPutBackWhereTheNewerIsRefused() throws Exception {
        assumeTrue(Programs.find("modprobe", kernel.path()).isPresent(), "no modprobe here");
        install(built("int first(void) { return 2; }"), ModuleUse.NONE);
        Map<String, String> before = everything();

        UserException told = refused(built("int second(void) { return 3; }"));

        assertThat(told.exit()).isEqualTo(Exit.ROLLED_BACK);
        assertThat(everything()).isEqualTo(before);
        assertThat(new ModuleInstaller(kernel, false, Progress.SILENT).remove(NAME))
                .hasSize(2);
    }

    @Test
    void theEarlierOneIsLoadedAgainWithWhatUsesIt() throws Exception {
        modprobe();
        install(built("int first(void) { return 2; }"), ModuleUse.NONE);
        loaded("nptune_tiny", "above");
        loaded("above");
        runs(TinyModule.RELEASE);
        Map<String, String> before = everything();

        new ModuleLoader(kernel).check(List.of(NAME));
        UserException told = refused(built("int broken(void) { return 3; }"));

        assertThat(told).hasMessageContaining("is back and loaded: modprobe nptune_tiny fails: ");
        assertThat(loaded()).containsExactly("above", "nptune_tiny");
        assertThat(Files.readString(temp.resolve("log")))
                .isEqualTo("-r above nptune_tiny\nnptune_tiny\nnptune_tiny\nabove\n");
        Map<String, String> after = everything();
        after.keySet().removeIf(name -> name.startsWith("sys/"));
        before.keySet().removeIf(name -> name.startsWith("sys/"));
        assertThat(after).isEqualTo(before);
    }

    @Test
    void whatCannotBeUnloadedStaysLoaded() throws Exception {
        modprobe();
        loaded("nptune_tiny");
        Files.writeString(root.resolve("sys/module/nptune_tiny/used"), "");
        Map<String, String> before = everything();

        UserException told = refused(built("int first(void) { return 2; }"));

        assertThat(told)
                .returns(Exit.ROLLED_BACK, UserException::exit)
                .hasMessage("the loaded module could not be unloaded; the new one was taken away again:"
                        + " modprobe -r nptune_tiny fails: modprobe: FATAL: Module nptune_tiny is in use.");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void ifTheEarlierOneDoesNotLoadEitherItIsSaid() throws Exception {
        modprobe();
        install(built("int broken(void) { return 2; }"), ModuleUse.NONE);
        loaded("nptune_tiny");

        UserException told = refused(built("int broken(void) { return 3; }"));

        assertThat(told)
                .returns(Exit.PARTLY_APPLIED, UserException::exit)
                .hasMessageContaining("and not all that was done could be taken back: modprobe nptune_tiny fails");
    }

    @Test
    void whatLoadsStays() throws Exception {
        modprobe();
        loaded("nptune_tiny");
        BuiltFolder built = built("int first(void) { return 2; }");

        install(built, reload());

        assertThat(loaded()).containsExactly("nptune_tiny");
        assertThat(Files.readString(temp.resolve("log"))).isEqualTo("-r nptune_tiny\nnptune_tiny\n");
        assertThat(kernel.modules().resolve("updates/" + NAME + ".ko"))
                .hasSameBinaryContentAs(built.folder().resolve(NAME + ".ko"));
    }

    @Test
    void whatMoreThanItsHoldersUseIsNotExchanged() throws Exception {
        runs(TinyModule.RELEASE);
        ModuleLoader loader = new ModuleLoader(kernel);
        loaded("above");
        loaded("nptune_tiny", "above");
        Files.writeString(root.resolve("sys/module/nptune_tiny/refcnt"), "2\n");
        assertThat(catchThrowableOfType(UserException.class, () -> loader.check(List.of(NAME))))
                .hasMessage("nptune_tiny is in use 2 times, by other modules only 1: a VM runs");

        Files.writeString(root.resolve("sys/module/nptune_tiny/refcnt"), "1\n");
        Files.writeString(root.resolve("sys/module/above/refcnt"), "1\n");
        assertThat(catchThrowableOfType(UserException.class, () -> loader.check(List.of(NAME))))
                .hasMessage("above is in use 1 times: a VM runs");
    }

    @Test
    void nothingOfAnotherKernelIsLoaded() throws Exception {
        runs("6.9");

        assertThat(catchThrowableOfType(UserException.class, () -> new ModuleLoader(kernel).check(List.of(NAME))))
                .hasMessage("cannot load the module: another kernel than 6.1.0-tiny runs");
    }
}
