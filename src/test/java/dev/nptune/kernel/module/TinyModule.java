package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Objects that have of a kernel module what this program and depmod look at, made by the real compiler.
final class TinyModule {
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

    static Path make(Path file) throws IOException {
        return make(file, VERMAGIC, "int tiny(void) { return 1; }");
    }
}
