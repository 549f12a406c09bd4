package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.files.Folders;
import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What hinders a build, up to the build itself; [KernelModuleLabTest] has real ones.
class ModuleBuilderTest {
    private static final String MAKEFILE = "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = %d\nEXTRAVERSION =\n";

    @TempDir
    private Path temp;

    private String path = System.getenv("PATH");

    /// Touches a file and does nothing to it.
    private record Touch(List<String> files) implements SourceEdit {
        @Override
        public String name() {
            return "touch.patch";
        }

        @Override
        public byte[] content() {
            return String.join("\n", files).getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String digest() {
            return Sha256.of(content());
        }

        @Override
        public void apply(Path tree) {
            // nothing
        }
    }

    @BeforeEach
    void headers() throws IOException {
        for (String program : List.of("make", "gcc")) {
            assumeTrue(Programs.find(program, path).isPresent(), "no " + program + " here");
        }
        String gcc = dev.nptune.internal.proc.Exec.run(java.time.Duration.ofSeconds(10), List.of("gcc", "--version"))
                .out()
                .lines()
                .findFirst()
                .orElseThrow();
        write("headers/include/generated/utsrelease.h", "#define UTS_RELEASE \"6.1.0-tiny\"\n");
        write(
                "headers/include/config/auto.conf",
                "CONFIG_CC_VERSION_TEXT=\"" + gcc + "\"\nCONFIG_PCI=y\nCONFIG_KVM=m\n");
        write("headers/include/linux/module.h", "");
        write("headers/arch/x86/Makefile", "");
        write("headers/scripts/Makefile.build", "");
        write("headers/Makefile", MAKEFILE.formatted(192));
        write("source/Makefile", MAKEFILE.formatted(192));
        write("source/drivers/pci/Makefile", "obj-$(CONFIG_PCI) += quirks.o\n");
        write("source/drivers/pci/quirks.c", "");
        write("source/arch/x86/kvm/Makefile", "obj-$(CONFIG_KVM) += kvm.o\n");
        write("source/arch/x86/kvm/kvm.c", "");
        write("source/virt/kvm/kvm_main.c", "");
    }

    private Path write(String name, String text) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    private UserException failure(String module, String file) {
        UserException e = catchThrowableOfType(UserException.class, () -> build(module, file));
        assertThat(e).isNotNull();
        assertThat(temp.resolve("out")).doesNotExist();
        return e;
    }

    private void build(String module, String file) throws UserException {
        BuildManifest manifest = ModuleBuilder.build(
                new BuildRequest(
                        KernelHeaders.read(temp.resolve("headers")),
                        new KernelSource(temp.resolve("source")),
                        null,
                        module,
                        List.of(new Touch(List.of(file))),
                        temp.resolve("work"),
                        temp.resolve("out"),
                        path),
                Progress.SILENT);
        assertThat(manifest).isNull();
    }

    @Test
    void withoutHeadersTheNextStepNamesThem() {
        UserException e = catchThrowableOfType(UserException.class, () -> KernelHeaders.read(temp.resolve("nowhere")));

        assertThat(e.exit()).isEqualTo(Exit.CANNOT);
        assertThat(e).hasMessageContaining("no headers of a kernel in");
        assertThat(e.nextStep()).contains("linux-headers-RELEASE", "--headers");
    }

    @Test
    void withoutASourceItIsSaid() throws IOException {
        Folders.delete(temp.resolve("source"));

        assertThat(failure("kvm", "arch/x86/kvm/kvm.c")).hasMessageContaining("no kernel source in");
    }

    @Test
    void aSourceOfAnotherVersionIsRefused() throws IOException {
        write("source/Makefile", MAKEFILE.formatted(190));

        assertThat(failure("kvm", "arch/x86/kvm/kvm.c"))
                .hasMessageContaining("is Linux 6.1.190, but 6.1.0-tiny is Linux 6.1.192");
    }

    @Test
    void whatIsBuiltInRefersToABuildOfTheWholeKernel() {
        UserException e = failure("quirks", "drivers/pci/quirks.c");

        assertThat(e).hasMessageContaining("it is built into the kernel");
        assertThat(e.nextStep()).contains("nptune patch recipe");
    }

    @Test
    void anotherModuleThanTheTouchedOneIsRefused() {
        UserException e = failure("kvn", "arch/x86/kvm/kvm.c");

        assertThat(e).hasMessage("the patches do not touch kvn, but kvm");
        assertThat(e.nextStep()).isEqualTo("did you mean: kvm?");
    }

    @Test
    void patchesOfDocumentsTouchNoModule() {
        assertThat(failure("kvm", "Documentation/virt/kvm/api.rst")).hasMessage("the patches touch no module");
    }

    @Test
    void withoutTheKernelsCompilerItIsNamed() throws IOException {
        write(
                "headers/include/config/auto.conf",
                "CONFIG_CC_VERSION_TEXT=\"gcc-99 (Debian 99.1.0-1) 99.1.0\"\nCONFIG_KVM=m\n");

        UserException e = failure("kvm", "arch/x86/kvm/kvm.c");

        assertThat(e).hasMessageContaining("there is no gcc-99 here");
        assertThat(e.nextStep()).contains("apt install gcc-99", "pacman -S gcc");
    }

    @Test
    void anotherCompilerOfTheSameNameIsRefused() throws IOException {
        write("headers/include/config/auto.conf", "CONFIG_CC_VERSION_TEXT=\"gcc (GCC) 99.1.0\"\nCONFIG_KVM=m\n");

        assertThat(failure("kvm", "arch/x86/kvm/kvm.c"))
                .hasMessageContaining("the kernel was built with 'gcc (GCC) 99.1.0'");
    }

    @Test
    void aFailedBuildTellsItsFirstError() throws IOException {
        write(
                "headers/Makefile",
                MAKEFILE.formatted(192) + "modules:\n\t@echo 'x.c:1:2: error: no such thing' >&2; false\n");

        assertThat(failure("kvm", "arch/x86/kvm/kvm.c"))
                .hasMessage("the build of kvm fails: x.c:1:2: error: no such thing");
        assertThat(temp.resolve("work")).isEmptyDirectory();
    }
}
