package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.host.RunningVm;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Programs;
import dev.nptune.watch.LiveView;
import dev.nptune.watch.RunningQemu;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Watches QEMUs that emulate; their names are of no other VM.
class WatchCommandTest {
    private static final String NAME = "nptune-watch-test";

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    @Test
    void once() throws Exception {
        try (RunningQemu _ = RunningQemu.start(folder, NAME, 3)) {
            CliRun run = CliRun.with(
                    Map.of("PATH", System.getenv("PATH"), "LANG", "C", "COLUMNS", "90"),
                    "watch",
                    NAME,
                    "--once",
                    "--interval",
                    "0.3");
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out())
                    .isASCII()
                    .startsWith(NAME + "  process ")
                    .contains("vCPU  CPU  may run on", "exits/s     not known", "not seen: exits of each vCPU");
            assertThat(run.out().lines()).allMatch(line -> line.length() <= 90);
            CliRun json = CliRun.of("watch", NAME, "--once", "--json", "--interval", "0.3");
            LiveView view = Json.read(json.out(), LiveView.class);
            assertThat(view.schemaVersion()).isEqualTo(1);
            assertThat(view.vcpus()).hasSize(3);
        }
    }

    /// A monitor that is not there is said at once, not waited for.
    @Test
    @Timeout(60)
    void aWrongMonitor() throws Exception {
        try (RunningQemu _ = RunningQemu.start(folder, NAME, 1)) {
            CliRun run = CliRun.of(
                    "watch", NAME, "--qmp", folder.resolve("wrong.sock").toString());
            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("cannot watch process ", "the socket named by --qmp");
        }
    }

    @Test
    void theSameVmAgain() {
        RunningVm before = new RunningVm(10, Optional.of("win"), List.of());
        RunningVm after = new RunningVm(30, Optional.of("win"), List.of());
        RunningVm other = new RunningVm(10, Optional.of("linux"), List.of());
        RunningVm unnamed = new RunningVm(10, Optional.empty(), List.of());
        assertThat(RunningVmParameter.again(List.of(after, before), before)).hasValue(before);
        assertThat(RunningVmParameter.again(List.of(other, after), before)).hasValue(after);
        assertThat(RunningVmParameter.again(List.of(other), before)).isEmpty();
        assertThat(RunningVmParameter.again(List.of(before, unnamed), unnamed)).hasValue(unnamed);
        assertThat(RunningVmParameter.again(List.of(other), unnamed)).isEmpty();
    }

    /// In a pseudo-terminal: the VM ends and comes back, then somebody presses q.
    @Test
    @Timeout(180)
    void onATerminal() throws Exception {
        assumeTrue(Programs.find("script", System.getenv("PATH")).isPresent(), "no script here (util-linux)");
        Process process = inTerminal("TERM=xterm");
        Path seen = folder.resolve("seen");
        try (OutputStream keys = process.getOutputStream();
                RunningQemu first = RunningQemu.start(folder, NAME, 2)) {
            keys.write("\n".getBytes(StandardCharsets.US_ASCII));
            keys.flush();
            until(seen, process, NAME + "  process " + first.pid());
            first.end();
            until(seen, process, "'" + NAME + "' does not run; waiting for it");
            try (RunningQemu second = RunningQemu.start(folder, NAME, 1)) {
                until(seen, process, NAME + "  process " + second.pid());
                keys.write('q');
                keys.flush();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            process.destroyForcibly();
        }
        String all = Files.readString(seen);
        assertThat(all).contains("\u001b[?1049h", "\u001b[?1049l", "\u001b[1;1H", "status 0");
        assertThat(all).doesNotContainPattern("\u001b\\[(1;)?3[0-9]m");
        String before =
                all.lines().filter(l -> l.startsWith("before ")).findFirst().orElseThrow();
        assertThat(all).as("the terminal is as it was").contains(before.strip().replace("before", "after"));
    }

    @Test
    @Timeout(120)
    void onADumbTerminal() throws Exception {
        assumeTrue(Programs.find("script", System.getenv("PATH")).isPresent(), "no script here (util-linux)");
        Process process = inTerminal("TERM=dumb");
        Path seen = folder.resolve("seen");
        try (OutputStream keys = process.getOutputStream();
                RunningQemu qemu = RunningQemu.start(folder, NAME, 2)) {
            keys.write("\n".getBytes(StandardCharsets.US_ASCII));
            keys.flush();
            until(seen, process, NAME + "  process " + qemu.pid());
            keys.write(3); // Ctrl-C: the terminal makes a signal of it
            keys.flush();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(seen)).doesNotContain("\u001b").contains("status 0");
    }

    /// Waits for a line before it begins, so that the VM is there first.
    private Process inTerminal(String environment) throws IOException {
        String java = "stty rows 24 cols 80; read go; echo before $(stty -g); trap : INT; '"
                + System.getProperty("java.home") + "/bin/java'"
                + " -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED"
                + " -cp '" + System.getProperty("java.class.path") + "' dev.nptune.cli.Main watch " + NAME
                + " --interval 0.3; echo status $?; echo after $(stty -g)";
        return new ProcessBuilder(
                        "env",
                        "--default-signal=INT", // who runs the tests may ignore it
                        "-u",
                        "COLUMNS",
                        "-u",
                        "LINES",
                        "NO_COLOR=1",
                        "LANG=C.UTF-8",
                        environment,
                        "script",
                        "-qec",
                        java,
                        "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("seen").toFile())
                .start();
    }

    private static void until(Path seen, Process process, String text) throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (Files.readString(seen, StandardCharsets.ISO_8859_1).contains(text)) {
                return;
            }
            assertThat(process.isAlive())
                    .as("%s: %s", text, Files.readString(seen))
                    .isTrue();
            Thread.sleep(100);
        }
        throw new AssertionError("not seen: " + text + " in " + Files.readString(seen));
    }
}
