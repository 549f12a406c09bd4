package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.GuestProgram;
import dev.nptune.lab.KernelCache;
import dev.nptune.lab.Lab;
import dev.nptune.lab.LabDirectories;
import dev.nptune.lab.Qemu;
import dev.nptune.lab.Quiet;
import dev.nptune.watch.Quantity;
import dev.nptune.watch.Recording;
import dev.nptune.watch.Series;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A VM that draws frames on real KVM while its host is disturbed on purpose: what is recorded on the host says what
/// the
/// stutters coincide with, and nothing where the game stutters by itself.
@Tag("lab")
class StutterLabTest {
    private static final String HOST = "stutter";
    private static final int FRAMES = 1200;
    private static final int ATTEMPTS = 3;
    /// The clocks are joined by the TSC, to some µs; in ms.
    private static final String ERROR = "1";

    @TempDir
    Path folder;

    /// What was captured, and when each capture began.
    private record Captured(Map<String, String> starts, List<String> captures, Path recording) {}

    @Test
    void eachDisturbanceIsNamedAndNoneWhereThereIsNone() throws Exception {
        Map<String, Map<String, Double>> found = new LinkedHashMap<>();
        Captured captured = captured();
        // for whoever wants to know why
        Path kept = Files.createDirectories(Path.of("target/stutter"));
        Files.copy(captured.recording(), kept.resolve("rec"), StandardCopyOption.REPLACE_EXISTING);
        for (Map.Entry<String, String> start : captured.starts().entrySet()) {
            Path capture = folder.resolve(start.getKey());
            Files.writeString(capture, captured.captures().removeFirst());
            Files.copy(capture, kept.resolve(start.getKey()), StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(kept.resolve(start.getKey() + ".start"), start.getValue() + "\n");
            found.put(start.getKey(), why(capture, captured.recording(), start.getValue()));
        }
        assertThat(Objects.requireNonNull(found.get("itself")).values())
                .allSatisfy(p -> assertThat(p).isGreaterThan(0.05));
        assertNamed(found, "load", "run delay of vCPU 0");
        assertNamed(found, "migration", "migrations of vCPU 0");
        assertNamed(found, "packets", "softirqs on CPU 4: NET_RX");
    }

    /// The program names what is at most 0.05; 0.01 to 0.03 were seen.
    private static void assertNamed(Map<String, Map<String, Double>> found, String disturbance, String cause) {
        assertThat(found.get(disturbance))
                .hasEntrySatisfying(cause, p -> assertThat(p).isLessThanOrEqualTo(0.1));
    }

    private Captured captured() throws Exception {
        String path = System.getenv("PATH");
        LabDirectories directories =
                LabDirectories.of(System.getenv(), Path.of(System.getenv().getOrDefault("HOME", "/root")));
        try (KernelCache cache = new KernelCache(directories.cache(), path)) {
            Lab lab = Lab.prepareHosts(
                    Qemu.find(path), cache.kernel(null, Progress.SILENT), folder, Duration.ofMinutes(15));
            for (int attempt = 1; ; attempt++) {
                try (EmulatedHost host = lab.hostToDraw(HOST, FRAMES);
                        Standstill standstill = Standstill.watch(host, lab.share(HOST))) {
                    try {
                        return captured(host, lab.share(HOST));
                    } catch (IOException | UserException e) {
                        if (!standstill.seen() || attempt == ATTEMPTS) {
                            throw e;
                        }
                        System.err.println("the VM stood still; booting that machine once more");
                    }
                }
            }
        }
    }

    private static Captured captured(EmulatedHost host, Path share) throws Exception {
        compile(share.resolve("disturb"));
        Game game = Game.start(host, share);
        // An emulated processor takes ten times as long for a reading.
        game.record("rec", "--budget 10");
        Map<String, String> starts = new LinkedHashMap<>();
        starts.put("itself", game.draw('s', "true"));
        starts.put("load", game.draw('g', "/lab/disturb load " + Game.CPU + " 20"));
        starts.put("migration", game.draw('g', "/lab/disturb migrate " + game.tid() + " 4 5 20"));
        starts.put("packets", game.draw('g', "/lab/disturb packets 20"));
        game.endRecord();
        List<String> captures = game.captures();
        exitsByReasonAreThoseOfDebugfs(game, share.resolve("traced"));
        return new Captured(starts, captures, share.resolve("rec"));
    }

    /// Also: the instance is there while it counts and not afterwards, and one that was left over goes.
    private static void exitsByReasonAreThoseOfDebugfs(Game game, Path file) throws Exception {
        game.leaveInstance();
        assertThat(game.instances()).matches("nptune-[0-9]+-1");
        game.record("traced", "--trace --budget 50");
        String instance = game.instances();
        assertThat(instance).matches("nptune-" + game.recorder() + "-[0-9]+");
        System.err.println(game.histogram(instance));
        String _ = game.draw('s', "true");
        game.endRecord();
        assertThat(game.instances()).isEmpty();
        Files.copy(
                file,
                Files.createDirectories(Path.of("target/stutter")).resolve("traced"),
                StandardCopyOption.REPLACE_EXISTING);
        Recording recording = Recording.read(file);
        Map<String, Long> reasons = recording.series().stream()
                .filter(s -> s.column().quantity() == Quantity.EXITS_BY_REASON)
                .filter(s -> s.column().whose().equals("vCPU 0"))
                .collect(Collectors.toMap(s -> s.column().detail(), Series::total));
        long exits = recording.series().stream()
                .filter(s -> s.source().equals("kvm") && s.column().detail().equals("exits"))
                .mapToLong(Series::total)
                .sum();
        System.err.println("exits " + exits + ", by reason " + reasons);
        assertThat(reasons)
                .as("it prints what it drew, and is interrupted")
                .containsKeys("io", "interrupt")
                .allSatisfy((name, _) -> assertThat(name).doesNotStartWith("0x"));
        assertThat(exits).isGreaterThan(100);
        assertThat(reasons.values().stream().mapToLong(Long::longValue).sum() / (double) exits)
                .isBetween(0.9, 1.1);
    }

    /// Ends a machine in which nothing happens any more: QEMU's emulation sometimes has a VM wait for ever (see
    /// [Lab#workloads]), with a loop in which the whole machine's time hardly goes on.
    private static final class Standstill implements AutoCloseable {
        private static final Duration PATIENCE = Duration.ofSeconds(100);

        private final Thread watching;
        private volatile boolean seen;

        private Standstill(EmulatedHost host, Path share) {
            watching = Thread.ofVirtual().start(() -> {
                Quiet quiet = new Quiet(host, PATIENCE);
                while (!Thread.currentThread().isInterrupted()) {
                    if (quiet.tooLong(traces(share))) {
                        seen = true;
                        host.close();
                        return;
                    }
                    LockSupport.parkNanos(1_000_000_000);
                }
            });
        }

        static Standstill watch(EmulatedHost host, Path share) {
            return new Standstill(host, share);
        }

        boolean seen() {
            return seen;
        }

        /// Grows with whatever the machine writes.
        private static long traces(Path share) {
            long sum = 0;
            for (String name : List.of("guest.log", "rec", "traced", "record.log", "calls")) {
                File file = share.resolve(name).toFile();
                sum += file.isDirectory() ? Objects.requireNonNull(file.list()).length : file.length();
            }
            return sum;
        }

        @Override
        public void close() {
            watching.interrupt();
        }
    }

    /// Corrected p values by cause; there must be stutters enough.
    private static Map<String, Double> why(Path capture, Path recording, String start) throws Exception {
        List<String> argv =
                List.of("bench", "why", capture.toString(), recording.toString(), "--start", start, "--error", ERROR);
        CliRun text = CliRun.of(argv.toArray(String[]::new));
        System.err.println(text.out());
        List<String> json = new ArrayList<>(argv);
        json.add("--json");
        JsonNode document = Json.tree(CliRun.of(json.toArray(String[]::new)).out());
        assertThat(document.path("stutters").asInt()).as(text.out()).isGreaterThanOrEqualTo(5);
        return document.path("found")
                .path("causes")
                .valueStream()
                .collect(Collectors.toMap(
                        cause -> cause.path("cause").asString(),
                        cause -> cause.path("adjustedP").asDouble()));
    }

    private static void compile(Path program) throws Exception {
        Path source = Path.of("src/test/resources/dev/nptune/lab/disturb.c");
        Exec.Result result = Exec.run(
                Duration.ofMinutes(1),
                List.of("gcc", "-O2", "-Wall", "-Wextra", "-static", "-o", program.toString(), source.toString()));
        assertThat(result.exit()).as(result.err()).isZero();
    }

    /// The running VM, pinned, and what is recorded of it.
    private static final class Game {
        static final int CPU = 4;
        private static final String INSTANCES = "/sys/kernel/debug/tracing/instances";
        private static final Duration LIMIT = Duration.ofMinutes(10);

        private final EmulatedHost host;
        private final Path log;
        private final String tid;
        /// The guest's TSC less the host's.
        private final long offset;

        private int drawn;

        private Game(EmulatedHost host, Path log, String tid, long offset) {
            this.host = host;
            this.log = log;
            this.tid = tid;
            this.offset = offset;
        }

        static Game start(EmulatedHost host, Path share) throws Exception {
            shell(host, "ip link set lo up; echo 10 > /sys/class/net/lo/queues/rx-0/rps_cpus");
            // Paused at first, so that nothing runs beside it while it boots.
            run(host, "virsh", "--quiet", "start", "--paused", Lab.HELD);
            // Somebody must read what the VM prints, or it waits; and QEMU looks only once a second whether the
            // terminal
            // is open, and reads nothing before.
            shell(host, "setsid cat $(virsh ttyconsole game) > /dev/null 2>&1 < /dev/null &");
            run(host, "virsh", "--quiet", "vcpupin", Lab.HELD, "0", Integer.toString(CPU));
            run(host, "virsh", "--quiet", "emulatorpin", Lab.HELD, "0-1");
            String comm =
                    shell(host, "grep -l 'CPU 0/KVM' /proc/[0-9]*/task/*/comm").strip();
            shell(host, "sleep 2; virsh --quiet resume " + Lab.HELD);
            long offset = Long.parseLong(
                    shell(host, "cat /sys/kernel/debug/kvm/*/vcpu0/tsc-offset").strip());
            Game game =
                    new Game(host, share.resolve("guest.log"), comm.replaceAll(".*/task/([0-9]+)/comm", "$1"), offset);
            game.await("NPTUNE-READY", 1);
            return game;
        }

        String tid() {
            return tid;
        }

        /// @param file in the share, not there yet
        void record(String file, String options) throws Exception {
            String program =
                    String.join(" ", GuestProgram.argv("record", Lab.HELD, "-o", "/lab/" + file)) + " " + options;
            shell(
                    host,
                    "rm -f /lab/recorded; (taskset -c 2,3 sh -c 'echo $$ > /lab/record.pid; exec " + program
                            + "' > /lab/record.log 2>&1; echo $? > /lab/recorded) < /dev/null > /dev/null 2>&1 &");
            shell(
                    host,
                    "n=0; while [ ! -s /lab/" + file + " ]; do sleep 0.2; n=$((n + 1));"
                            + " if [ -s /lab/recorded ] || [ $n -gt 600 ]; then cat /lab/record.log >&2; exit 1; fi; done;"
                            + " sleep 2");
        }

        String recorder() throws Exception {
            return shell(host, "cat /lab/record.pid").strip();
        }

        String instances() throws Exception {
            return shell(host, "ls " + INSTANCES).strip();
        }

        String histogram(String instance) throws Exception {
            return shell(host, "cat " + INSTANCES + "/" + instance + "/events/kvm/kvm_exit/hist");
        }

        /// As a recorder leaves it that was killed: counting, and nobody has that process's number any more.
        void leaveInstance() throws Exception {
            shell(
                    host,
                    "left=" + INSTANCES + "/nptune-$(sh -c 'echo $$')-1; mkdir $left;"
                            + " echo hist:keys=exit_reason > $left/events/kvm/kvm_exit/trigger");
        }

        /// By SIGTERM: what a shell starts in the background takes no notice of SIGINT.
        void endRecord() throws Exception {
            String status = shell(
                    host,
                    "kill -TERM $(cat /lab/record.pid); n=0; while [ ! -s /lab/recorded ] && [ $n -lt 300 ]; do sleep 0.2;"
                            + " n=$((n + 1)); done; cat /lab/recorded");
            assertThat(status.strip()).isEqualTo("0");
        }

        /// Has frames drawn while something disturbs them.
        ///
        /// @return when the first began, by the host's clock, in seconds since 1970
        String draw(char how, String disturbance) throws Exception {
            Pair before = clocks();
            shell(
                    host,
                    disturbance + " > /lab/disturb.log 2>&1 & tty=$(virsh ttyconsole game); printf " + how + " > $tty");
            await("NPTUNE-DRAWN", ++drawn);
            Pair after = clocks();
            String began = Files.readAllLines(log).stream()
                    .filter(line -> line.startsWith("NPTUNE-BEGAN "))
                    .toList()
                    .getLast();
            long tsc = Long.parseUnsignedLong(
                            began.substring("NPTUNE-BEGAN ".length()).strip(), 16)
                    - offset;
            double rate = (after.time() - before.time()) / (double) (after.tsc() - before.tsc());
            long time = before.time() + Math.round((tsc - before.tsc()) * rate);
            return time / 1_000_000_000 + "." + String.format(Locale.ROOT, "%09d", time % 1_000_000_000);
        }

        /// The host's TSC and its time since 1970 in ns, of the same moment.
        private record Pair(long tsc, long time) {}

        private Pair clocks() throws Exception {
            String[] both = run(host, "/lab/disturb", "clocks").strip().split(" ");
            return new Pair(Long.parseLong(both[0]), Long.parseLong(both[1]));
        }

        /// Frame times of each round in ms, one a line.
        List<String> captures() throws Exception {
            List<String> captures = new ArrayList<>();
            StringBuilder frames = new StringBuilder();
            for (String line : Files.readAllLines(log)) {
                if (line.startsWith("NPTUNE-FRAMES ")) {
                    for (String frame :
                            line.substring("NPTUNE-FRAMES ".length()).strip().split(" ")) {
                        frames.append(Integer.parseInt(frame) / 1000.0).append('\n');
                    }
                } else if (line.startsWith("NPTUNE-DRAWN")) {
                    captures.add(frames.toString());
                    frames.setLength(0);
                }
            }
            return captures;
        }

        private void await(String word, int times) throws Exception {
            long end = System.nanoTime() + LIMIT.toNanos();
            int looks = 0;
            while (System.nanoTime() < end) {
                if (Files.exists(log)
                        && Files.readAllLines(log).stream()
                                        .filter(line -> line.startsWith(word))
                                        .count()
                                >= times) {
                    return;
                }
                Thread.sleep(500);
                if (++looks % 20 == 0) {
                    host.call("true"); // fails where the machine was ended
                }
            }
            throw new TimeoutException("no " + word + " in " + Files.readString(log));
        }

        private static String shell(EmulatedHost host, String line) throws Exception {
            return run(host, "sh", "-c", line);
        }

        private static String run(EmulatedHost host, String... argv) throws Exception {
            Exec.Result result = host.call(argv);
            assertThat(result.exit())
                    .as(String.join(" ", argv) + ": " + result.err())
                    .isZero();
            return result.out();
        }
    }
}
