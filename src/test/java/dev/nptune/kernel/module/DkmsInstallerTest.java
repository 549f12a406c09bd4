package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With the real DKMS, on a root in a folder. The kernel has no headers, so DKMS takes the package and cannot build it.
class DkmsInstallerTest {
    @TempDir
    private Path temp;

    private Path root = Path.of("");
    private String path = "";
    private Path dkms = Path.of("");

    @BeforeEach
    void machine() throws Exception {
        path = System.getenv("PATH");
        assumeTrue(Programs.find("depmod", path).isPresent(), "no depmod here");
        assumeTrue(Programs.find("dkms", path).isPresent(), "no dkms here");
        dkms = Programs.find("dkms", path).orElseThrow();
        root = temp.resolve("root");
        TinyModule.make(root.resolve("lib/modules/" + TinyModule.RELEASE + "/kernel/kvm-amd.ko"));
        Files.createDirectories(root.resolve("lib/modules/" + TinyModule.RELEASE + "/build"));
        Files.createDirectories(root.resolve("var/lib/dkms"));
        Files.createDirectories(root.resolve("usr/src"));
        Depmod.run(root, TinyModule.RELEASE, path);
    }

    private DkmsInstaller installer(String path) {
        return new DkmsInstaller(new InstalledKernel(root, TinyModule.RELEASE, path), false, Progress.SILENT);
    }

    private UserException refused(String path) throws Exception {
        BuiltFolder built = TinyModule.built(
                Files.createTempDirectory(temp, "built"), "kvm-amd", "int patched(void) { return 2; }");
        UserException e =
                catchThrowableOfType(UserException.class, () -> installer(path).install(built));
        assertThat(e).isNotNull();
        return e;
    }

    private List<String> in(String folder) throws Exception {
        Path there = root.resolve(folder);
        if (!Files.isDirectory(there)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(there)) {
            return list.map(p -> p.getFileName().toString()).toList();
        }
    }

    @Test
    void whatCannotBeBuiltIsTakenBack() throws Exception {
        assertThat(refused(path))
                .returns(Exit.CANNOT, UserException::exit)
                .hasMessageStartingWith("dkms build fails: ");

        assertThat(in("usr/src")).isEmpty();
        assertThat(in("var/lib/nptune")).isEmpty();
        assertThat(in("var/lib/dkms")).doesNotContain("nptune-kvm-amd");
    }

    @Test
    void whatDkmsKeepsCanBeRemovedLater() throws Exception {
        Path program =
                Files.writeString(Files.createDirectories(temp.resolve("tools")).resolve("dkms"), """
                #!/bin/sh
                [ "$1" != remove ] || { echo "Error! no space left" >&2; exit 5; }
                exec %s "$@"
                """.formatted(dkms));
        assertThat(program.toFile().setExecutable(true)).isTrue();

        assertThat(refused(temp.resolve("tools") + ":" + path))
                .returns(Exit.PARTLY_APPLIED, UserException::exit)
                .hasMessageStartingWith("dkms build fails: ")
                .hasMessageContaining("not all that was done could be taken back: dkms remove fails: ");
        assertThat(in("var/lib/dkms")).contains("nptune-kvm-amd");
        assertThat(in("usr/src")).hasSize(1);

        assertThat(installer(path).remove()).hasSize(2);
        assertThat(in("usr/src")).isEmpty();
        assertThat(in("var/lib/nptune")).isEmpty();
        assertThat(in("var/lib/dkms")).doesNotContain("nptune-kvm-amd");
    }
}
