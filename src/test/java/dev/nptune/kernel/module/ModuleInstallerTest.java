package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a root in a folder, with the real depmod.
class ModuleInstallerTest {
    private static final String RELEASE = TinyModule.RELEASE;

    @TempDir
    private Path temp;

    private Path root = Path.of("");
    private Path updates = Path.of("");
    private InstalledKernel kernel = new InstalledKernel(Path.of("/"), RELEASE, null);

    @BeforeEach
    void machine() throws Exception {
        String path = System.getenv("PATH");
        assumeTrue(Programs.find("depmod", path).isPresent(), "no depmod here");
        root = temp.resolve("root");
        kernel = new InstalledKernel(root, RELEASE, path);
        updates = kernel.modules().resolve("updates");
        TinyModule.make(kernel.modules().resolve("kernel/arch/x86/kvm/kvm-amd.ko"));
        Files.createDirectories(root.resolve("var/lib"));
        Depmod.run(root, RELEASE, path);
    }

    private BuiltFolder built(String release, String vermagic, String code) throws IOException, UserException {
        return TinyModule.built(Files.createTempDirectory(temp, "built"), "kvm-amd", release, vermagic, code);
    }

    private BuiltFolder built() throws IOException, UserException {
        return built(RELEASE, TinyModule.VERMAGIC, "int patched(void) { return 2; }");
    }

    private ModuleInstaller installer(boolean dry) {
        return new ModuleInstaller(kernel, dry, Progress.SILENT);
    }

    /// Everything below the root, by name and digest.
    private Map<String, String> everything() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path each : walk.toList()) {
                String name = root.relativize(each).toString();
                all.put(name, Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS) ? Sha256.of(each) : "folder");
            }
        }
        return all;
    }

    private String index() throws IOException {
        return Files.readString(kernel.modules().resolve("modules.dep"));
    }

    @Test
    void whatIsInstalledComesFirstAndIsTakenBackToTheByte() throws Exception {
        Map<String, String> before = everything();

        List<String> done = installer(false).install(built(), null);

        assertThat(done).containsExactly("put " + updates.resolve("kvm-amd.ko"), "run depmod for " + RELEASE);
        assertThat(index()).contains("updates/kvm-amd.ko:").doesNotContain("kernel/arch/x86/kvm/kvm-amd.ko:");
        assertThat(kernel.modules().resolve("kernel/arch/x86/kvm/kvm-amd.ko")).exists();

        installer(false).remove(null);

        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void aDryRunChangesNothing() throws Exception {
        Map<String, String> before = everything();

        assertThat(installer(true).install(built(), null)).hasSize(2);
        assertThat(everything()).isEqualTo(before);

        installer(false).install(built(), null);
        Map<String, String> installed = everything();
        assertThat(installer(true).remove("kvm_amd")).hasSize(2);
        assertThat(everything()).isEqualTo(installed);
    }

    @Test
    void oursIsReplacedByANewerOneAndStillTakenBack() throws Exception {
        Map<String, String> before = everything();
        installer(false).install(built(), null);

        List<String> done =
                installer(false).install(built(RELEASE, TinyModule.VERMAGIC, "int newer(void) { return 3; }"), null);

        assertThat(done).contains("replace " + updates.resolve("kvm-amd.ko"));
        assertThat(ModuleFile.read(updates.resolve("kvm-amd.ko")).functions()).contains("newer");
        assertThat(updates).isDirectoryNotContaining("glob:**nptune-*");
        installer(false).remove("kvm-amd");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void aPowerCutBeforeTheNewOneIsInPlaceLeavesTheOldOneOurs() throws Exception {
        Map<String, String> before = everything();
        installer(false).install(built(), null);
        Path old = Files.copy(updates.resolve("kvm-amd.ko"), temp.resolve("old.ko"));
        BuiltFolder newer = built(RELEASE, TinyModule.VERMAGIC, "int patched(void) { return 3; }");
        installer(false).install(newer, null);
        Files.copy(old, updates.resolve("kvm-amd.ko"), StandardCopyOption.REPLACE_EXISTING);

        installer(false).install(newer, null);
        Files.copy(old, updates.resolve("kvm-amd.ko"), StandardCopyOption.REPLACE_EXISTING);
        installer(false).remove(null);

        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void whatIsNotOursIsNotReplaced() throws Exception {
        TinyModule.make(updates.resolve("kvm-amd.ko"), TinyModule.VERMAGIC, "int theirs(void) { return 4; }");
        Map<String, String> before = everything();

        UserException e = failure(() -> installer(false).install(built(), null));

        assertThat(e).hasMessageContaining("is there already and is not ours");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void whatDkmsPutThereIsSaidToBeItsOwn() throws Exception {
        TinyModule.make(updates.resolve("dkms/kvm-amd.ko"));

        assertThat(failure(() -> installer(false).install(built(), null))).hasMessageContaining("DKMS put it there");
    }

    @Test
    void aModuleForAnotherKernelIsRefused() throws Exception {
        Map<String, String> before = everything();

        assertThat(failure(() -> installer(false).install(built("6.1.0-other", TinyModule.VERMAGIC, "int x;"), null)))
                .hasMessage("it was built for 6.1.0-other, not for " + RELEASE);
        assertThat(failure(() -> installer(false).install(built(RELEASE, "6.1.0-tiny UP ", "int x;"), null)))
                .hasMessageContaining("the kernel would refuse kvm-amd");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void aModuleChangedSinceItWasBuiltIsRefused() throws Exception {
        BuiltFolder built = built();
        Files.writeString(built.folder().resolve("kvm-amd.ko"), "something else");

        assertThat(failure(() -> BuiltFolder.read(built.folder())))
                .hasMessageContaining("is not the file that was built");
    }

    @Test
    void oneThatSomebodyChangedIsNotRemoved() throws Exception {
        installer(false).install(built(), null);
        Files.writeString(updates.resolve("kvm-amd.ko"), "changed by hand");
        Map<String, String> before = everything();

        assertThat(failure(() -> installer(false).remove(null))).hasMessageContaining("somebody changed it since");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void oneThatIsGoneAlreadyIsForgotten() throws Exception {
        Map<String, String> before = everything();
        installer(false).install(built(), null);
        Files.delete(updates.resolve("kvm-amd.ko"));

        assertThat(installer(false).remove(null).getFirst()).endsWith("is gone already");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void ifDepmodFailsOnceTheIndexIsMadeAnew() throws Exception {
        Map<String, String> before = everything();
        String real = Programs.find("depmod", kernel.path()).orElseThrow().toString();
        tools("""
                #!/bin/sh
                [ ! -e %1$s ] || exec %2$s "$@"
                touch %1$s
                echo "kernel/none.ko:" > %3$s/modules.dep
                echo 'depmod: no space' >&2
                exit 1
                """.formatted(temp.resolve("once"), real, kernel.modules()));

        assertThat(failure(() -> installer(false).install(built(), null))).hasMessage("depmod fails: depmod: no space");
        assertThat(everything()).isEqualTo(before);
    }

    private void tools(String depmod) throws IOException {
        Path tools = Files.createDirectories(temp.resolve("tools"));
        Path program = Files.writeString(tools.resolve("depmod"), depmod);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        kernel = new InstalledKernel(root, RELEASE, tools.toString());
    }

    @Test
    void ifDepmodFailsAllIsTakenBack() throws Exception {
        Map<String, String> before = everything();
        tools("#!/bin/sh\necho 'depmod: no space' >&2\nexit 1\n");

        assertThat(failure(() -> installer(false).install(built(), null)))
                .hasMessage(
                        "depmod fails: depmod: no space; and not all that was done could be taken back: depmod fails:"
                                + " depmod: no space")
                .returns(UserException.Exit.PARTLY_APPLIED, UserException::exit);
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void underLockdownAModuleWithoutSignatureIsRefused() throws Exception {
        Files.writeString(
                Files.createDirectories(root.resolve("sys/kernel/security")).resolve("lockdown"),
                "none [integrity] confidentiality\n");
        Files.createDirectories(root.resolve("var/lib/dkms"));
        Files.writeString(root.resolve("var/lib/dkms/mok.key"), "");
        Files.writeString(root.resolve("var/lib/dkms/mok.pub"), "");

        UserException e = failure(() -> installer(false).install(built(), null));

        assertThat(e).hasMessageContaining("without a signature").hasMessageContaining("lockdown integrity");
        assertThat(e.nextStep()).contains("--key " + root.resolve("var/lib/dkms/mok.key"));
    }

    @Test
    void nothingInstalledIsNothingToRemove() throws Exception {
        assertThat(installer(false).remove(null)).isEmpty();
    }

    /// Something that fails.
    @FunctionalInterface
    private interface Doing {
        Object run() throws Exception;
    }

    private static UserException failure(Doing doing) {
        UserException e = catchThrowableOfType(UserException.class, doing::run);
        assertThat(e).isNotNull();
        return e;
    }
}
