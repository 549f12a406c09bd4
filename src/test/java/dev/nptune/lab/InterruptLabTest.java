package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.proc.Exec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nothing is left behind, however the program ends.
@Tag("lab")
class InterruptLabTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "INT, 130, before: boot, 5",
        // a program is being run in the host
        "TERM, 143, after: scan, 2",
        "KILL, 137, before: boot, 8",
    })
    void leavesNoEmulatorAndNoMount(String signal, int exit, String moment, int secondsLater) throws Exception {
        String mounts = Files.readString(Path.of("/proc/mounts"));
        try (LabRun run = LabRun.start(folder, "tune", "--host", "lab")) {
            run.awaitError(moment, Duration.ofMinutes(8));
            Thread.sleep(Duration.ofSeconds(secondsLater));
            assertThat(run.qemus()).isNotEmpty();
            Exec.run(
                    Duration.ofSeconds(5),
                    List.of("kill", "-" + signal, Long.toString(run.process().pid())));
            assertThat(run.await(Duration.ofSeconds(30))).isEqualTo(exit);
            for (int i = 0; i < 50 && !run.qemus().isEmpty(); i++) {
                Thread.sleep(100);
            }
            assertThat(run.qemus()).isEmpty();
            assertThat(Files.readString(Path.of("/proc/mounts"))).isEqualTo(mounts);
            if (!signal.equals("KILL")) {
                assertThat(run.errors()).endsWith("nptune: interrupted; the lab was ended, nothing was changed\n");
            }
        }
    }

    @Test
    void endsALabThatTakesTooLongAndShowsItsConsole() throws Exception {
        try (LabRun run = LabRun.start(folder, "tune", "--host", "lab", "--lab-limit", "12")) {
            assertThat(run.await(Duration.ofMinutes(2))).isEqualTo(4);
            assertThat(run.errors())
                    .contains("within 12 s", "next: ")
                    // on a slow computer it has not come to say anything
                    .containsPattern("; its console (ends with\n    \\| |is empty\n)")
                    .doesNotContain("\tat dev.nptune");
            assertThat(run.qemus()).isEmpty();
            assertThat(run.output()).isEmpty();
        }
    }
}
