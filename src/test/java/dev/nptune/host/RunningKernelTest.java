package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningKernelTest {
    @TempDir
    Path root;

    @Test
    void itIsThatOfTheLastBoot() throws IOException {
        Files.createDirectories(root.resolve("proc/sys/kernel"));
        Files.writeString(root.resolve("proc/sys/kernel/osrelease"), "6.12.9-amd64\n");
        Files.writeString(root.resolve("proc/stat"), "cpu  1 2 3\nctxt 5\nbtime 1764100000\nprocesses 9\n");

        RunningKernel kernel = RunningKernel.read(root).orElseThrow();

        assertThat(kernel.release()).isEqualTo("6.12.9-amd64");
        assertThat(kernel.ranAt(Instant.ofEpochSecond(1_764_100_000))).isTrue();
        assertThat(kernel.ranAt(Instant.ofEpochSecond(1_764_099_999))).isFalse();
    }

    @Test
    void withoutProcNothingIsKnown() {
        assertThat(RunningKernel.read(root)).isEmpty();
    }
}
