package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
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

    private static KernelParts parts;
    private static Path modules = Path.of("");

    @TempDir
    private Path temp;

    @BeforeAll
    static void fetch() throws IOException, UserException {
        Path seal = CACHE.resolve("kernel/seal.properties");
        assumeTrue(Files.exists(seal), "the lab's kernel is not in " + CACHE);
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(seal)) {
            properties.load(in);
        }
        String release = properties.getProperty("release");
        modules = CACHE.resolve("kernel/" + properties.getProperty("tree") + "/lib/modules/" + release);
        parts = new DebianKernelPackages(CACHE, System.getenv("PATH"))
                .parts(release, properties.getProperty("version"), Progress.SILENT);
    }

    private BuildManifest build(String module, Path... patches) throws IOException, UserException {
        List<SourceEdit> edits = new ArrayList<>();
        for (Path patch : patches) {
            edits.add(PatchEdit.read(patch));
        }
        return ModuleBuilder.build(
                new BuildRequest(
                        parts.headers(),
                        parts.source(),
                        modules,
                        module,
                        edits,
                        temp.resolve("work"),
                        temp.resolve("out"),
                        System.getenv("PATH")),
                Progress.SILENT);
    }

    @Test
    void theBugIsPutBack() throws Exception {
        BuildManifest manifest = build("kvm-amd", Path.of("src/main/resources/dev/nptune/kernel/npt-gpat-bug.patch"));

        assertThat(manifest.modules())
                .singleElement()
                .satisfies(m -> assertThat(m.name()).isEqualTo("kvm-amd"));
    }
}
