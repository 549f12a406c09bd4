package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real modules, built from Debian's own packages against the lab's kernel.
@Tag("lab")
class KernelModuleLabTest {
    private static final Path CACHE = Path.of(
            Objects.requireNonNullElse(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home") + "/.cache"),
            "nptune");
    private static final Path BUG = Path.of("src/main/resources/dev/nptune/kernel/npt-gpat-bug.patch");
    private static final Path FIX = Path.of("src/main/resources/dev/nptune/kernel/npt-gpat-fix.patch");
    private static final String PATH = System.getenv("PATH");

    private static Path modules = Path.of("");
    private static String release = "";
    private static String version = "";

    @TempDir
    private Path temp;

    @BeforeAll
    static void kernel() throws IOException {
        Path seal = CACHE.resolve("kernel/seal.properties");
        assumeTrue(Files.exists(seal), "the lab's kernel is not in " + CACHE);
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(seal)) {
            properties.load(in);
        }
        release = properties.getProperty("release");
        version = properties.getProperty("version");
        modules = CACHE.resolve("kernel/" + properties.getProperty("tree") + "/lib/modules/" + release);
    }

    private static KernelParts parts() throws UserException {
        return new DebianKernelPackages(CACHE, PATH).parts(release, version, Progress.SILENT);
    }

    private BuildManifest build(String module, SourceEdit... edits) throws UserException {
        KernelParts parts = parts();
        return ModuleBuilder.build(
                new BuildRequest(
                        parts.headers(),
                        parts.source(),
                        modules,
                        module,
                        List.of(edits),
                        CACHE.resolve("kernel-build"),
                        temp.resolve("out"),
                        PATH),
                Progress.SILENT);
    }

    private Presence guestPat() throws IOException {
        return GuestPatProbe.probe(ModuleFile.read(temp.resolve("out/kvm-amd.ko")));
    }

    /// Puts a line at the end of a file.
    private record Append(String file, String line) implements SourceEdit {
        @Override
        public String name() {
            return "append.patch";
        }

        @Override
        public byte[] content() {
            return line.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String digest() {
            return Sha256.of(content());
        }

        @Override
        public List<String> files() {
            return List.of(file);
        }

        @Override
        public void apply(Path tree) throws IOException {
            Path path = tree.resolve(file);
            Files.writeString(path, Files.readString(path) + line + "\n");
        }
    }

    @Test
    void theKernelsOwnModuleHasTheFix() throws Exception {
        Path stock = ModuleFile.stock(modules, "kvm-amd").orElseThrow();

        assertThat(GuestPatProbe.probe(ModuleFile.read(stock)).state()).isEqualTo(Presence.State.IN);
    }

    @Test
    void theBugIsPutBackAndCuredAgain() throws Exception {
        BuildManifest bug = build("kvm-amd", PatchEdit.read(BUG));

        assertThat(bug.modules()).singleElement().returns("kvm-amd", BuildManifest.BuiltModule::name);
        assertThat(bug.vermagic()).startsWith(release + " ");
        assertThat(bug.notes()).isEmpty();
        assertThat(guestPat().state()).isEqualTo(Presence.State.NOT_IN);

        build("kvm-amd", PatchEdit.read(BUG), PatchEdit.read(FIX));

        assertThat(guestPat().state()).isEqualTo(Presence.State.IN);
    }

    @Test
    void aHeaderOfKvmRebuildsAllThatShareIt() throws Exception {
        BuildManifest manifest = build("kvm_amd", new Append("arch/x86/kvm/x86.h", "/* touched */"));

        assertThat(manifest.modules())
                .extracting(BuildManifest.BuiltModule::name)
                .containsExactly("kvm", "kvm-amd", "kvm-intel");
        assertThat(manifest.notes()).isEmpty();
    }

    @Test
    void theCompilersFirstErrorIsTold() {
        UserException e = catchThrowableOfType(
                UserException.class,
                () -> build("kvm-amd", new Append("arch/x86/kvm/svm/avic.c", "int oops(void) { return nothing; }")));

        assertThat(e).hasMessageContaining("svm/avic.c:").hasMessageContaining("'nothing' undeclared");
    }

    @Test
    void aSymbolThatNobodyExportsIsAnError() {
        UserException e = catchThrowableOfType(
                UserException.class,
                () -> build(
                        "kvm-amd",
                        new Append(
                                "arch/x86/kvm/svm/avic.c",
                                "extern int nobody(void); int oops(void); int oops(void) { return nobody(); }")));

        assertThat(e).hasMessageContaining("\"nobody\"").hasMessageContaining("undefined");
    }

    @Test
    void dkmsBuildsItAnewAndItIsTakenBackToTheByte() throws Exception {
        assumeTrue(Programs.find("dkms", PATH).isPresent(), "no dkms here");
        build("kvm-amd", PatchEdit.read(BUG));
        InstalledKernel kernel = new InstalledKernel(root(), release, PATH);
        Map<String, String> before = everything(kernel.root());

        new DkmsInstaller(kernel, false, Progress.SILENT).install(BuiltFolder.read(temp.resolve("out")));

        Path installed = kernel.modules().resolve("updates/dkms/kvm-amd.ko");
        assertThat(GuestPatProbe.probe(ModuleFile.read(installed)).state()).isEqualTo(Presence.State.NOT_IN);
        assertThat(ModuleFile.find(kernel.modules(), "kvm-amd")).contains(installed.toRealPath());

        new DkmsInstaller(kernel, false, Progress.SILENT).remove();

        assertThat(everything(kernel.root())).isEqualTo(before);
    }

    @Test
    void theEarlierPackageIsBackWhereTheModuleOfTheNewerDoesNotLoad() throws Exception {
        assumeTrue(Programs.find("dkms", PATH).isPresent(), "no dkms here");
        InstalledKernel kernel = new InstalledKernel(root(), release, PATH);
        DkmsInstaller dkms = new DkmsInstaller(kernel, false, Progress.SILENT);
        build("kvm-amd", PatchEdit.read(BUG));
        dkms.install(BuiltFolder.read(temp.resolve("out")));
        Map<String, String> before = everything(kernel.root());
        build("kvm-amd", PatchEdit.read(BUG), PatchEdit.read(FIX));
        BuiltFolder newer = BuiltFolder.read(temp.resolve("out"));

        Path installed = kernel.modules().resolve("updates/dkms/kvm-amd.ko");
        UserException e = catchThrowableOfType(UserException.class, () -> dkms.install(newer, new Refused(installed)));

        assertThat(e).hasMessage("refused");
        assertThat(GuestPatProbe.probe(ModuleFile.read(installed)).state()).isEqualTo(Presence.State.NOT_IN);
        assertThat(everything(kernel.root())).isEqualTo(before);
        assertThat(dkms.installed()).containsExactly("kvm-amd");
    }

    /// A module that lies there and does not load.
    private record Refused(Path installed) implements ModuleUse {
        @Override
        public void begin() throws IOException, UserException {
            assertThat(GuestPatProbe.probe(ModuleFile.read(installed)).state()).isEqualTo(Presence.State.IN);
            throw new UserException(UserException.Exit.CANNOT, "refused", "none");
        }

        @Override
        public void takeBack() throws IOException {
            assertThat(GuestPatProbe.probe(ModuleFile.read(installed)).state()).isEqualTo(Presence.State.NOT_IN);
        }
    }

    @Test
    void theBuiltModuleIsSignedAndStillTheSame() throws Exception {
        assumeTrue(Programs.find("openssl", PATH).isPresent(), "no openssl here");
        build("kvm-amd", PatchEdit.read(BUG));
        InstalledKernel kernel = new InstalledKernel(root(), release, PATH);
        SigningKey key = AppendedSignature.key(temp, "owner of this machine");

        new ModuleInstaller(kernel, false, Progress.SILENT).install(BuiltFolder.read(temp.resolve("out")), key);

        Path installed = kernel.modules().resolve("updates/kvm-amd.ko");
        AppendedSignature signature = AppendedSignature.of(Files.readAllBytes(installed));
        assertThat(signature.content()).isEqualTo(Files.readAllBytes(temp.resolve("out/kvm-amd.ko")));
        assertThat(signature.verify(key.certificate()).ok()).isTrue();
        assertThat(AppendedSignature.signer(installed)).isEqualTo("owner of this machine");
        signature.content()[0x1000] ^= 1;
        assertThat(signature.verify(key.certificate()).ok()).isFalse();
    }

    /// A machine with just the lab's modules of KVM, headers and source.
    private Path root() throws Exception {
        KernelParts parts = parts();
        Path root = temp.resolve("root");
        Path there = root.resolve("lib/modules/" + release);
        for (String name : List.of("kvm", "kvm-amd", "ccp", "irqbypass")) {
            Path from = ModuleFile.stock(modules, name).orElseThrow();
            Path to = there.resolve(modules.toRealPath().relativize(from));
            Files.createDirectories(to.resolveSibling("."));
            Files.copy(from, to);
        }
        for (String name : List.of("modules.order", "modules.builtin", "modules.builtin.modinfo")) {
            Files.copy(modules.resolve(name), there.resolve(name));
        }
        Files.createSymbolicLink(there.resolve("build"), parts.headers().folder());
        Path source = parts.source().place();
        Files.createSymbolicLink(
                Files.createDirectories(root.resolve("usr/src")).resolve(source.getFileName()), source);
        Files.createDirectories(root.resolve("var/lib/dkms"));
        Depmod.run(root, release, PATH);
        return root;
    }

    private static Map<String, String> everything(Path root) throws IOException {
        Map<String, String> all = new TreeMap<>();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(root)) {
            walk.forEach(files::add);
        }
        for (Path each : files) {
            boolean regular = Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS);
            all.put(root.relativize(each).toString(), regular ? Sha256.of(each) : "");
        }
        return all;
    }
}
