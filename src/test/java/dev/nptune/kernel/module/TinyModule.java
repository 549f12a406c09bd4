package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Objects that have of a kernel module what this program and depmod look at, made by the real compiler.
public final class TinyModule {
    public static final String RELEASE = "6.1.0-tiny";
    static final String VERMAGIC = "6.1.0-tiny SMP preempt mod_unload modversions ";

    private TinyModule() {}

    /// Compiles one.
    static Path make(Path file, String vermagic, String code) throws IOException {
        assumeTrue(Programs.find("gcc", System.getenv("PATH")).isPresent(), "no gcc here");
        Files.createDirectories(file.resolveSibling("."));
        Path source = Files.createTempFile("tiny", ".c");
        Files.writeString(source, """
                #define INFO(name, text) \\
                    static const char name[] __attribute__((section(".modinfo"), used)) = text
                INFO(a, "license=GPL");
                INFO(b, "vermagic=%s");
                INFO(c, "parmtype=npt:bool");
                %s
                """.formatted(vermagic, code));
        Exec.Result result =
                Exec.run(Duration.ofSeconds(30), List.of("gcc", "-O2", "-c", source.toString(), "-o", file.toString()));
        Files.delete(source);
        assertThat(result.ok()).as(result.err()).isTrue();
        return file;
    }

    public static Path make(Path file) throws IOException {
        return make(file, VERMAGIC, "int tiny(void) { return 1; }");
    }

    /// A folder as `nptune patch build` makes it, with one module.
    ///
    /// @param folder an empty one
    static BuiltFolder built(Path folder, String name, String release, String vermagic, String code)
            throws IOException, UserException {
        Path ko = make(folder.resolve(name + ".ko"), vermagic, code);
        Path patch = Files.writeString(
                Files.createDirectories(folder.resolve("patches")).resolve("01-fix.patch"), code);
        BuildManifest manifest = new BuildManifest(
                1,
                release,
                vermagic,
                "6.1.0",
                "gcc",
                "gcc",
                List.of("arch/x86/kvm/"),
                List.of(new BuildManifest.AppliedPatch("fix.patch", "patches/01-fix.patch", Sha256.of(patch))),
                List.of(new BuildManifest.BuiltModule(
                        name, name + ".ko", "arch/x86/kvm", Sha256.of(ko), Files.size(ko))),
                List.of(),
                Map.of());
        Files.writeString(folder.resolve(BuildManifest.FILE), Json.pretty(manifest));
        return BuiltFolder.read(folder);
    }

    /// As above, for [#RELEASE].
    public static BuiltFolder built(Path folder, String name, String code) throws IOException, UserException {
        return built(folder, name, RELEASE, VERMAGIC, code);
    }
}
