package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real keys, the kernel's own `sign-file`, and OpenSSL that looks at what came of it.
class SigningKeyTest {
    @TempDir
    private Path temp;

    private InstalledKernel kernel = new InstalledKernel(Path.of("/"), TinyModule.RELEASE, null);
    private Path installed = Path.of("");

    @BeforeEach
    void machine() throws Exception {
        String path = System.getenv("PATH");
        for (String program : List.of("openssl", "depmod", "modinfo")) {
            assumeTrue(Programs.find(program, path).isPresent(), "no " + program + " here");
        }
        Optional<Path> scripts = scripts();
        assumeTrue(scripts.isPresent(), "no sign-file in /usr/lib/linux-kbuild-*: Debian has it in linux-kbuild-6.1");
        Path root = temp.resolve("root");
        kernel = new InstalledKernel(root, TinyModule.RELEASE, path);
        installed = kernel.modules().resolve("updates/kvm-amd.ko");
        TinyModule.make(kernel.modules().resolve("kernel/arch/x86/kvm/kvm-amd.ko"));
        headers(kernel.modules().resolve("build"), scripts.get());
    }

    private static Optional<Path> scripts() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/usr/lib"))) {
            return all.filter(each -> each.getFileName().toString().startsWith("linux-kbuild-"))
                    .map(each -> each.resolve("scripts"))
                    .filter(each -> Files.isExecutable(each.resolve("sign-file")))
                    .sorted()
                    .findFirst();
        }
    }

    /// Of a kernel's headers, what is needed to be taken for them.
    private static void headers(Path build, Path scripts) throws IOException {
        for (Map.Entry<String, String> file : Map.of(
                        "include/generated/utsrelease.h",
                        "#define UTS_RELEASE \"" + TinyModule.RELEASE + "\"\n",
                        "include/config/auto.conf",
                        "CONFIG_MODULES=y\n",
                        "include/linux/module.h",
                        "",
                        "Makefile",
                        "")
                .entrySet()) {
            Path path = build.resolve(file.getKey());
            Files.createDirectories(path.resolveSibling("."));
            Files.writeString(path, file.getValue());
        }
        Files.copy(
                scripts.resolve("sign-file"),
                Files.createDirectories(build.resolve("scripts")).resolve("sign-file"),
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    private List<String> install(SigningKey key) throws IOException, UserException {
        BuiltFolder built = TinyModule.built(
                Files.createTempDirectory(temp, "built"), "kvm-amd", "int patched(void) { return 2; }");
        return new ModuleInstaller(kernel, false, Progress.SILENT).install(built, key);
    }

    @Test
    void whatIsInstalledIsSignedWithTheKey() throws Exception {
        SigningKey key = AppendedSignature.key(temp, "Somebody's own key");

        List<String> done = install(key);

        assertThat(done).contains("sign with " + key.key());
        AppendedSignature signature = AppendedSignature.of(Files.readAllBytes(installed));
        assertThat(signature.verify(key.certificate()).ok()).isTrue();
        assertThat(AppendedSignature.signer(installed)).isEqualTo("Somebody's own key");
        assertThat(ModuleFile.read(installed).functions()).contains("patched");
        assertThat(new ModuleInstaller(kernel, false, Progress.SILENT).remove(null))
                .hasSize(2);
        assertThat(installed).doesNotExist();
    }

    @Test
    void oneByteChangedIsNotSigned() throws Exception {
        SigningKey key = AppendedSignature.key(temp, "owner");
        install(key);
        AppendedSignature signature = AppendedSignature.of(Files.readAllBytes(installed));

        byte[] changed = signature.content().clone();
        changed[changed.length / 2] ^= 1;

        assertThat(new AppendedSignature(changed, signature.message())
                        .verify(key.certificate())
                        .ok())
                .isFalse();
        assertThat(signature
                        .verify(AppendedSignature.key(temp, "other").certificate())
                        .ok())
                .isFalse();
    }

    @Test
    void strippedAgainItHasNoSignature() throws Exception {
        SigningKey key = AppendedSignature.key(temp, "owner");
        install(key);
        Path bare = Files.write(
                temp.resolve("bare.ko"),
                AppendedSignature.of(Files.readAllBytes(installed)).content());

        assertThat(AppendedSignature.isIn(Files.readAllBytes(bare))).isFalse();
        assertThat(AppendedSignature.signer(bare)).isEmpty();
        assertThat(AppendedSignature.signer(installed)).isEqualTo("owner");
    }

    /// The form in which mokutil wants it.
    @Test
    void theCertificateMayBeDer() throws Exception {
        SigningKey key = AppendedSignature.key(temp, "owner");
        Path der = temp.resolve("owner.der");
        assertThat(AppendedSignature.openssl(
                                "x509", "-in", key.certificate().toString(), "-outform", "DER", "-out", der.toString())
                        .ok())
                .isTrue();

        install(new SigningKey(key.key(), der));

        assertThat(AppendedSignature.of(Files.readAllBytes(installed))
                        .verify(key.certificate())
                        .ok())
                .isTrue();
    }

    @Test
    void aCertificateOfAnotherKeyIsToldAndNothingIsInstalled() throws Exception {
        SigningKey one = AppendedSignature.key(temp, "one");
        SigningKey other = AppendedSignature.key(temp, "other");

        UserException e = catchThrowableOfType(
                UserException.class, () -> install(new SigningKey(one.key(), other.certificate())));

        assertThat(e).hasMessageStartingWith("cannot sign");
        assertThat(e.nextStep()).contains("--key and --cert");
        assertThat(installed.resolveSibling(".")).doesNotExist();
    }
}
