package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Programs;
import dev.nptune.kernel.module.TinyModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `nptune patch build`, `install`, `remove` and `status`, as far as they need no kernel.
class PatchModuleCommandsTest {
    @TempDir
    private Path temp;

    private String root() {
        return temp.toString();
    }

    @Test
    void aKernelWithoutHeadersIsTold() throws IOException {
        Path patch = Files.writeString(
                temp.resolve("fix.patch"), "--- a/arch/x86/kvm/x86.c\n+++ b/arch/x86/kvm/x86.c\n@@ -1 +1 @@\n-a\n+b\n");

        CliRun run = CliRun.of("patch", "build", "kvm", patch.toString(), "--root", root(), "--kernel", "6.1.0-tiny");

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("the headers of the kernel 6.1.0-tiny are not installed");
        assertThat(run.err()).contains("apt install linux-headers-6.1.0-tiny");
    }

    @Test
    void aReleaseIsNoPath() {
        CliRun run = CliRun.of("patch", "status", "--kernel", "../../etc", "--root", root());

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("'../../etc' is no kernel's release");
    }

    @Test
    void ofAKernelWithoutModulesNothingIsConcluded() {
        CliRun run = CliRun.of("patch", "status", "--kernel", "6.1.0-tiny", "--root", root());

        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains("kernel      6.1.0-tiny (not the one that runs)")
                .contains("kvm-amd     no such module")
                .contains("guest-pat   cannot tell");
    }

    @Test
    void statusHasJson() {
        CliRun run = CliRun.of("patch", "status", "--json", "--kernel", "6.1.0-tiny", "--root", root());

        assertThat(run.out()).contains("\"schemaVersion\" : 1").contains("\"state\" : \"CANNOT_TELL\"");
    }

    @Test
    void aFolderWithoutAManifestIsNotInstalled() {
        CliRun run = CliRun.of("patch", "install", root(), "--kernel", "6.1.0-tiny", "--root", root());

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("no built module in").contains("nptune patch build");
    }

    @Test
    void whereNothingIsInstalledNothingIsRemoved() {
        CliRun run = CliRun.of("patch", "remove", "--kernel", "6.1.0-tiny", "--root", root());

        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEqualTo("nothing of ours is installed for 6.1.0-tiny\n");
    }

    private void installed() throws Exception {
        assumeTrue(Programs.find("depmod", System.getenv("PATH")).isPresent(), "no depmod here");
        assumeTrue(Programs.find("modprobe", System.getenv("PATH")).isPresent(), "no modprobe here");
        TinyModule.make(temp.resolve("lib/modules/6.1.0-tiny/kernel/nptune-tiny.ko"));
        Files.createDirectories(temp.resolve("var/lib"));
        Files.writeString(
                Files.createDirectories(temp.resolve("proc/sys/kernel")).resolve("osrelease"), "6.1.0-tiny\n");
        Path built = Files.createDirectory(temp.resolve("built"));
        TinyModule.built(built, "nptune-tiny", "int first(void) { return 2; }");
        CliRun run = CliRun.of("patch", "install", built.toString(), "--kernel", "6.1.0-tiny", "--root", root());
        assertThat(run.exit()).as(run.err()).isZero();
    }

    /// The kernel takes no such object.
    @Test
    void whatWasRemovedIsToldWhereTheKernelsOwnDoesNotLoad() throws Exception {
        installed();

        CliRun run = CliRun.of("patch", "remove", "--load", "--kernel", "6.1.0-tiny", "--root", root());

        assertThat(run.exit()).isEqualTo(5);
        assertThat(run.out()).isEqualTo("""
                remove %s/lib/modules/6.1.0-tiny/updates/nptune-tiny.ko
                run depmod for 6.1.0-tiny
                """.formatted(temp));
        assertThat(run.err())
                .contains("the module is removed, but the kernel's own could not be loaded: modprobe nptune-tiny");
    }

    @Test
    void aDryRunOfRemoveSaysThatItWouldLoad() throws Exception {
        installed();

        CliRun run = CliRun.of("patch", "remove", "--load", "--dry-run", "--kernel", "6.1.0-tiny", "--root", root());

        assertThat(run.exit()).isZero();
        assertThat(run.out()).endsWith("would load the kernel's own nptune-tiny\n");
    }

    @Test
    void whereNothingIsInstalledNothingIsLoaded() {
        CliRun run = CliRun.of("patch", "remove", "--load", "--kernel", "6.1.0-tiny", "--root", root());

        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEqualTo("nothing of ours is installed for 6.1.0-tiny\n");
    }

    @Test
    void aMissingPatchIsTold() {
        CliRun run = CliRun.of("patch", "build", "kvm", root() + "/none.patch", "--kernel", "6.1.0-tiny");

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("none.patch").contains("no such file or folder");
    }
}
