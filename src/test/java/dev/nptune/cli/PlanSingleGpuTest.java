package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Machines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `nptune plan --single-gpu` on machines from snapshots.
class PlanSingleGpuTest {
    @TempDir(factory = MemoryFolder.class)
    private Path temp;

    private CliRun plan(String machine, String... more) throws IOException {
        String snapshot = Files.write(temp.resolve("host.tar.gz"), Machines.archive(machine))
                .toString();
        String[] args = Stream.concat(Stream.of("plan", "--host", snapshot), Stream.of(more))
                .toArray(String[]::new);
        return CliRun.with(Map.of("PATH", System.getenv("PATH"), "COLUMNS", "80"), args);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "disk,graphics"})
    void whatWritesAHookDoesNotGoWithKeepingTheHost(String keep) throws IOException {
        CliRun run = plan(Machines.ONE_CARD, "--single-gpu", "--keep", keep);

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--single-gpu writes a hook", "leave out --single-gpu");
    }

    /// Such a snapshot does not tell libvirt's version.
    @Test
    void withoutLibvirtsVersionThereIsNoPlan() throws IOException {
        CliRun run = plan(Machines.ONE_CARD, "--single-gpu");

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("libvirt's version is not known");
    }

    @Test
    void whereTheHostHasAnotherCardItSaysSo() throws IOException {
        CliRun run = plan(Machines.RYZEN_5900X, "--single-gpu");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("--single-gpu has nothing to do");
    }
}
