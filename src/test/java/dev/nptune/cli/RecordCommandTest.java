package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.host.RunningVm;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import dev.nptune.watch.Exits;
import dev.nptune.watch.RunningQemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Records QEMUs that emulate; their names are of no other VM.
class RecordCommandTest {
    private static final String NAME = "nptune-record-test";

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    private static CliRun run(String... args) {
        return CliRun.with(Map.of("PATH", System.getenv("PATH"), "LANG", "C.UTF-8", "COLUMNS", "100"), args);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void recordsAndShows() throws Exception {
        try (RunningQemu _ = RunningQemu.start(folder, NAME, 2)) {
            String rec = file("vm.rec");
            CliRun run = run("record", NAME, "-o", rec, "--for", "1.5s", "--rate", "50", "--budget", "50");
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("recorded 1 s in " + rec, "the time was over", "nptune record --show " + rec);
            assertThat(run.err())
                    .contains("recording " + NAME + ", 2 vCPUs on CPUs ", "not recorded: exits of each vCPU")
                    .doesNotContain("\r");
            CliRun again = run("record", NAME, "-o", rec, "--for", "1s");
            assertThat(again.exit()).isEqualTo(2);
            assertThat(again.err()).contains("is there already, and is kept", "next: name another with -o");
            shows(rec);
            torn(rec);
        }
    }

    private static void shows(String rec) {
        CliRun text = run("record", "--show", rec);
        assertThat(text.exit()).isZero();
        assertThat(text.out())
                .contains("VM          " + NAME, "2, which may run on", ": the time was over")
                .contains("schedstat", "run time, run delay and time slices", "absent: ");
        assertThat(text.out().lines()).allMatch(line -> line.length() <= 100);
        JsonNode json = Json.tree(run("record", "--show", rec, "--json").out());
        assertThat(json.path("schemaVersion").asInt(0)).isEqualTo(1);
        assertThat(json.at("/about/hertz").asInt(0)).isEqualTo(50);
        assertThat(json.at("/causes/0/intervals").asInt(0)).isPositive();
        assertThat(json.path("begun").asString("")).startsWith("20");
        List<String> csv = run("record", "--show", rec, "--csv").out().lines().toList();
        assertThat(csv.getFirst())
                .isEqualTo(
                        "from_monotonic_ns,to_monotonic_ns,to_realtime_ns,source,quantity,subject,number,detail,amount,unit");
        assertThat(csv)
                .hasSizeGreaterThan(20)
                .anyMatch(l -> l.contains(",interrupts,interrupts,cpu,0,LOC Local timer"));
    }

    private void torn(String rec) throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(rec));
        Files.write(folder.resolve("torn.rec"), Arrays.copyOf(whole, whole.length - 3));
        CliRun torn = run("record", "--show", file("torn.rec"));
        assertThat(torn.exit()).isZero();
        assertThat(torn.err()).contains("is not whole: it is cut off in the block at byte ");
        assertThat(torn.out()).contains("not whole");
    }

    @Test
    void wrongUse() throws IOException {
        refused(2, "--rate 0 is out of range", "record", "x", "--rate", "0");
        refused(2, "--rate 5000 is out of range", "record", "x", "--rate", "5000");
        refused(2, "--for soon is no span of time", "record", "x", "--for", "soon");
        refused(2, "--for 0s is no span of time", "record", "x", "--for", "0s");
        refused(2, "--show records nothing", "record", "x", "--show", "y");
        refused(2, "--csv is for recordings that are there", "record", "x", "--csv");
        refused(2, "--interval 1ms is no span of time", "watch", "x", "--interval", "1ms");
        refused(2, "--interval 0.1 is out of range", "watch", "x", "--interval", "0.1");
        refused(2, "--json is for one interval", "watch", "x", "--json");
        refused(3, "no such file", "record", "--show", file("nothing"));
        Files.writeString(folder.resolve("text"), "hello, this is no recording");
        refused(3, "is no recording", "record", "--show", file("text"));
        refused(2, "two forms", "record", "--show", file("text"), "--json", "--csv");
    }

    private static void refused(int exit, String reason, String... args) {
        CliRun run = run(args);
        assertThat(run.err()).contains(reason).contains("next: ").doesNotContain("--debug");
        assertThat(run.exit()).isEqualTo(exit);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void whereItCannotWrite() throws Exception {
        try (RunningQemu qemu = RunningQemu.start(folder, NAME, 1)) {
            String pid = Integer.toString(qemu.pid());
            refused(3, "cannot write /nonexistent/vm.rec: no such file", "record", pid, "-o", "/nonexistent/vm.rec");
            refused(3, "cannot record: ", "record", pid, "-o", file("a.rec"), "--qmp", file("nobody"));
            assertThat(folder.resolve("a.rec")).doesNotExist();
            refusedNearMiss();
        }
    }

    private static void refusedNearMiss() {
        refused(2, "no VM '" + NAME.replace("record", "recrod") + "' runs", "record", NAME.replace("record", "recrod"));
        assertThat(run("watch", NAME.replace("record", "recrod")).err()).contains("did you mean: " + NAME + "?");
    }

    @Test
    void whichVmIsMeant() throws UserException {
        RunningVm win = vm(7, "win10", "-name", "guest=win10", "-monitor", "/var/lib/libvirt/qemu/domain-1/m");
        RunningVm other = vm(8, "linux", "-chardev", "/home/me/.config/libvirt/qemu/lib/m");
        RunningVm none = new RunningVm(9, Optional.empty(), List.of());
        assertThat(RunningVmParameter.find(List.of(win), null)).isEqualTo(win);
        assertThat(RunningVmParameter.find(List.of(win, none), "9")).isEqualTo(none);
        assertThatThrownBy(() -> RunningVmParameter.find(List.of(win, none), null))
                .hasMessage("there are several running VMs: which one?")
                .satisfies(e -> assertThat(((UserException) e).nextStep())
                        .isEqualTo("name one of: win10 (process 7), process 9"));
        assertThatThrownBy(() -> RunningVmParameter.find(List.of(win, vm(8, "win10")), "win10"))
                .hasMessageContaining("several");
        assertThatThrownBy(() -> RunningVmParameter.find(List.of(), "win\u001b"))
                .hasMessage("'win\\x1b' does not run; no VM does");
        assertThatThrownBy(() -> RunningVmParameter.find(List.of(), null)).hasMessage("no VM runs on this machine");
        RunningVmParameter parameter = new RunningVmParameter();
        assertThat(parameter.exits(win)).isEqualTo(new Exits.Libvirt("qemu:///system", "win10"));
        assertThat(parameter.exits(other)).isEqualTo(new Exits.Libvirt("qemu:///session", "linux"));
        assertThat(parameter.exits(none)).isInstanceOf(Exits.Nobody.class);
    }

    private static RunningVm vm(int pid, String name, String... arguments) {
        return new RunningVm(pid, Optional.of(name), List.of(arguments));
    }

    @Test
    void spansOfTime() throws UserException {
        assertThat(Durations.parse("--for", "1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Durations.parse("--for", "90")).isEqualTo(Duration.ofSeconds(90));
        assertThat(Durations.parse("--for", "2m0.5s")).isEqualTo(Duration.ofMillis(120_500));
        assertThat(Durations.words(Duration.ofSeconds(3725))).isEqualTo("1 h 02 min");
        assertThat(Durations.words(Duration.ofSeconds(65))).isEqualTo("1 min 05 s");
    }

    /// Ctrl-C is the usual way to end it: nothing is lost, and all is well.
    @Test
    @Timeout(120)
    void untilCtrlC() throws Exception {
        assumeTrue(Programs.find("kill", System.getenv("PATH")).isPresent(), "no kill here");
        try (RunningQemu _ = RunningQemu.start(folder, NAME, 1)) {
            for (String signal : List.of("INT", "TERM")) {
                Path rec = folder.resolve(signal + ".rec");
                List<String> argv = inAProcessOfItsOwn("record", NAME, "-o", rec.toString());
                // A shell may have SIGINT ignored for what it runs in the background, and that is inherited.
                if (Programs.find("env", System.getenv("PATH")).isPresent()) {
                    argv.addAll(0, List.of("env", "--default-signal=INT"));
                }
                Process process = new ProcessBuilder(argv)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(signal + ".out").toFile())
                        .start();
                for (int i = 0; i < 600 && (!Files.exists(rec) || Files.size(rec) < 5000); i++) {
                    assertThat(process.isAlive()).isTrue();
                    Thread.sleep(100);
                }
                Exec.run(Duration.ofSeconds(10), List.of("kill", "-" + signal, Long.toString(process.pid())));
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                String out = Files.readString(folder.resolve(signal + ".out"));
                assertThat(process.exitValue()).as(out).isZero();
                assertThat(out).contains("recorded ", ": stopped");
                assertThat(run("record", "--show", rec.toString()).err()).isEmpty();
            }
        }
    }

    private static List<String> inAProcessOfItsOwn(String... args) {
        List<String> argv = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        argv.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED"));
        argv.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.nptune.cli.Main"));
        argv.addAll(List.of(args));
        return argv;
    }

    /// A file that may not grow as a disk that is full: the reason is told, and what was written before can be read.
    @Test
    @Timeout(120)
    void noMoreRoom() throws Exception {
        assumeTrue(Programs.find("sh", System.getenv("PATH")).isPresent(), "no shell here");
        try (RunningQemu _ = RunningQemu.start(folder, NAME, 4)) {
            Path rec = folder.resolve("full.rec");
            List<String> argv = new ArrayList<>(List.of("sh", "-c", "ulimit -f 32; exec \"$@\"", "sh"));
            argv.addAll(inAProcessOfItsOwn("record", NAME, "-o", rec.toString(), "--rate", "200"));
            Exec.Result result = Exec.run(Duration.ofSeconds(100), argv);
            assertThat(result.err()).contains("cannot write " + rec + ": File too large", "next: make room");
            assertThat(result.err()).doesNotContain("suppress");
            CliRun show = run("record", "--show", rec.toString());
            assertThat(show.exit()).as(show.err()).isZero();
            assertThat(show.err()).contains("is not whole: it is cut off");
        }
    }
}
