package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.Golden;
import dev.nptune.host.RunningKernel;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `bench score`, and what is kept of it: `bench history` and `bench store`.
class BenchStoreCommandsTest {
    @TempDir
    private Path folder;

    private String bare = "";
    private String vm = "";

    @BeforeEach
    void files() throws IOException {
        bare = file("bare.xml", 16210, 17502, 11200, "2026-05-01T12:00:00Z");
        vm = file("vm.xml", 15102, 16903, 8820, "2026-05-02T12:00:00Z");
    }

    private String file(String name, int overall, int graphics, int cpu, String at) throws IOException {
        Path file = Files.writeString(folder.resolve(name), """
                <?xml version="1.0" encoding="UTF-8" standalone="no"?>
                <benchmark><results><result><passIndex>-1</passIndex>
                <TimeSpyPerformance3DMarkScore>%d</TimeSpyPerformance3DMarkScore>
                <TimeSpyPerformanceGraphicsScore>%d</TimeSpyPerformanceGraphicsScore>
                <TimeSpyPerformanceCPUScore>%d</TimeSpyPerformanceCPUScore>
                <firestrikeoverallscorep>0</firestrikeoverallscorep>
                </result></results></benchmark>
                """.formatted(overall, graphics, cpu));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(at)));
        return file.toString();
    }

    private CliRun run(String... args) {
        return CliRun.with(Map.of("XDG_DATA_HOME", folder.toString(), "LANG", "C.UTF-8"), args);
    }

    private String shown(String text) {
        return text.replace(folder.toString(), "FOLDER");
    }

    @Test
    void scores() {
        CliRun one = run("bench", "score", bare);
        assertThat(one.exit()).isZero();
        assertThat(one.out()).contains("Time Spy  graphics  17502").contains("not run in ", "firestrikeoverallscorep");
        CliRun two = run("bench", "score", bare, vm, "--cores", "16,12");
        assertThat(two.exit()).as("graphics are 3.4 %% worse").isEqualTo(1);
        Golden.check("cli/bench-score.txt", shown(two.out()));
        assertThat(run("bench", "score", vm, bare).exit()).isZero();
        assertThat(run("bench", "score", vm, bare, "--cores", "12,16").out())
                .containsPattern(
                        "127\\.0 % of A if the\\s+score does not grow with cores at all, and at\\s+95\\.2 % if it");
        JsonNode json = Json.tree(run("bench", "score", bare, vm, "--json").out());
        assertThat(json.path("runs")).hasSize(2);
        assertThat(json.path("comparisons").get(0).path("changes")).hasSize(3);
    }

    @Test
    void wrongScores() {
        assertThat(run("bench", "score", bare, "--cores", "16,12").err()).contains("are not the cores of two runs");
        assertThat(run("bench", "score", bare, vm, "--cores", "0,12").exit()).isEqualTo(2);
        assertThat(run("bench", "score", "pom.xml").err()).contains("passIndex of -1", "3DMarkCmd --in=");
        assertThat(run("bench", "score").exit()).isEqualTo(2);
        assertThat(run("bench", "score", "--help").out()).contains("3 % worse");
    }

    @Test
    void sinceTheKernelUpdate() {
        assertThat(run("bench", "history").out()).isEqualTo("no runs are kept\n");
        assertThat(run("bench", "score", bare, "--store", "--kernel", "6.12.1", "--label", "old")
                        .err())
                .startsWith("kept as 20260501-120000-");
        assertThat(run("bench", "score", vm, "--store", "--kernel", "6.12.9").err())
                .startsWith("kept as ");
        assertThat(run("bench", "score", vm, "--store", "--kernel", "6.12.9").err())
                .startsWith("this file is kept already, as 20260502-120000-");

        CliRun all = run("bench", "history");
        assertThat(all.out().lines()).hasSize(4);
        assertThat(all.out()).contains("20260501-120000-").contains("old    6.12.1");
        assertThat(run("bench", "history", "--since", "2026-05-02T00:00Z").out().lines())
                .hasSize(3);
        CliRun kernels = run("bench", "history", "--metric", "score.time-spy.graphics", "--by", "kernel");
        Golden.check("cli/bench-history.txt", kernels.out());
        JsonNode json =
                Json.tree(run("bench", "history", "--metric", "score.time-spy.graphics", "--by", "kernel", "--json")
                        .out());
        assertThat(json.path("schemaVersion").asInt()).isEqualTo(1);
        assertThat(json.path("history").path("groups")).hasSize(2);
        assertThat(json.path("runs").get(0).has("frameTimes")).isFalse();
        assertThat(run("bench", "history", "--metric", "score.time-spy.graphic").errLines())
                .containsExactly(
                        "nptune: no run has the metric 'score.time-spy.graphic'",
                        "  next: did you mean: score.time-spy.graphics?");
        assertThat(run("bench", "history", "--by", "day").err()).contains("name it: --metric ID");
        assertThat(run("bench", "history", "--since", "soon").exit()).isEqualTo(2);
    }

    @Test
    void capturesOfBothSidesAreKeptApart() throws IOException {
        Path one = folder.resolve("a.txt");
        Path other = folder.resolve("b.txt");
        Files.writeString(one, "10\n11\n".repeat(200));
        Files.writeString(other, "12\n13\n".repeat(200));
        CliRun compared = run("bench", "compare", one.toString(), "--", other.toString(), "--store", "--label", "x");
        assertThat(compared.err()).contains("kept as ", "(a.txt)", "(b.txt)");

        assertThat(run("bench", "history").out()).contains("bare metal: x", "VM: x");
        assertThat(run("bench", "history", "--metric", "average", "--by", "kernel")
                        .out())
                .contains("These are runs of several labels (VM: x; bare metal: x)");
        String vm = run("bench", "history", "--metric", "average", "--by", "kernel", "--label", "vm")
                .out();
        assertThat(vm).contains(" 80.0").doesNotContain("several labels");
        assertThat(run("bench", "stats", one.toString(), "--label", "y").err()).contains("give --store as well");
    }

    private String game(String name, double millis) throws IOException {
        String times = IntStream.range(0, 400)
                .mapToObj(i -> Double.toString(millis + i % 2))
                .collect(Collectors.joining(","));
        return Files.writeString(
                        folder.resolve(name + ".json"),
                        "{\"Info\":{\"ProcessName\":\"" + name + "\",\"Processor\":\"Ryzen\",\"GPU\":\"RTX\","
                                + "\"GPUDriverVersion\":\"580.95\"},\"Runs\":[{\"CaptureData\":{\"MsBetweenPresents\":["
                                + times + "]}}]}")
                .toString();
    }

    @Test
    void severalGamesAreKeptApart() throws IOException {
        run("bench", "stats", game("a.exe", 10), "--store");
        run("bench", "stats", game("b.exe", 20), "--store");
        JsonNode first =
                Json.tree(run("bench", "history", "--json").out()).path("runs").get(0);
        assertThat(first.path("frames").asInt()).isEqualTo(400);
        assertThat(first.path("program").asString()).isEqualTo("a.exe");
        assertThat(first.path("system").path("cpu").asString()).isEqualTo("Ryzen");
        assertThat(first.path("system").path("gpu").asString()).isEqualTo("RTX");
        assertThat(first.path("system").path("driver").asString()).isEqualTo("580.95");
        assertThat(first.path("system").path("kernel").asString())
                .as("the file's time is no time of a capture")
                .isEmpty();

        assertThat(run("bench", "history").out()).contains("program", "a.exe", "b.exe");
        String both =
                run("bench", "history", "--metric", "average", "--by", "day").out();
        assertThat(both)
                .contains("These are runs of several programs (a.exe; b.exe): --program takes those of one.")
                .doesNotContain("labels");
        String one = run("bench", "history", "--metric", "average", "--by", "day", "--program", "B.exe")
                .out();
        assertThat(one).contains(" 48.8").doesNotContain("several");
        assertThat(run("bench", "history", "--program", "c.exe").out()).isEqualTo("no runs are kept\n");
    }

    @Test
    void theRunningKernelIsThatOfResultsSinceTheStart() throws IOException {
        RunningKernel running = RunningKernel.read(Path.of("/")).orElseThrow();
        Path now = Files.writeString(folder.resolve("now.txt"), "Sequential Read : 50.0 MB/s\n");
        Path before = Files.writeString(folder.resolve("before.txt"), "Sequential Read : 51.0 MB/s\n");
        Files.setLastModifiedTime(before, FileTime.from(running.booted().minusSeconds(60)));
        run("bench", "disk", before.toString(), "--host", "local", "--store");
        run("bench", "disk", now.toString(), "--host", "local", "--store");
        run("bench", "disk", now.toString(), "--store");
        JsonNode runs = Json.tree(run("bench", "history", "--json").out()).path("runs");
        assertThat(runs).hasSize(2);
        assertThat(runs.get(0).path("system").path("kernel").asString()).isEmpty();
        assertThat(runs.get(1).path("system").path("kernel").asString()).isEqualTo(running.release());
    }

    @Test
    void times() throws UserException {
        Instant now = Instant.parse("2026-05-10T12:00:00Z");
        ZoneId zone = ZoneId.of("+02:00");
        assertThat(BenchHistoryCommand.time("3d", now, zone)).isEqualTo("2026-05-07T12:00:00Z");
        assertThat(BenchHistoryCommand.time("2026-05-01", now, zone)).isEqualTo("2026-04-30T22:00:00Z");
        assertThat(BenchHistoryCommand.time("2026-05-01T20:00Z", now, zone)).isEqualTo("2026-05-01T20:00:00Z");
        assertThatThrownBy(() -> BenchHistoryCommand.time("2026-02-30", now, zone))
                .isInstanceOf(UserException.class);
    }

    @Test
    void toAFileAndBack() {
        String file = folder.resolve("runs.parquet").toString();
        assertThat(run("bench", "store", "export", file).err()).contains("no runs are kept");
        assertThat(run("bench", "store", "delete", "x").err()).contains("no runs are kept");
        String id = run("bench", "score", bare, "--store").err().split(" ")[2];
        assertThat(run("bench", "store", "export", file).err()).isEqualTo("1 run written to " + file + "\n");
        assertThat(run("bench", "store", "export", file).exit()).isEqualTo(2);
        assertThat(run("bench", "store", "import", file).err()).isEqualTo("0 runs added, 1 there already\n");
        String slip = id.substring(0, id.length() - 1) + "_";
        assertThat(run("bench", "store", "delete", slip).errLines())
                .containsExactly("nptune: there is no run '" + slip + "'", "  next: did you mean: " + id + "?");
        assertThat(run("bench", "store", "delete", id).err()).isEqualTo("removed " + id + "\n");
        assertThat(run("bench", "store", "import", file).err()).isEqualTo("1 run added\n");
        assertThat(run("bench", "store").err()).contains("say what to do");
        assertThat(run("bench", "store", "import", bare).exit()).isEqualTo(3);
    }

    @Test
    void allAtOnce() {
        assertThat(run("bench", "store", "delete", "--all", "--yes").err()).contains("no runs are kept");
        run("bench", "score", bare, vm, "--store");
        assertThat(run("bench", "store", "delete").err()).contains("no run is named");
        assertThat(run("bench", "store", "delete", "x", "--all").err()).contains("--all and a run are two things");
        assertThat(run("bench", "store", "delete", "x", "--yes").err()).contains("--yes goes with --all");
        CliRun unasked = run("bench", "store", "delete", "--all");
        assertThat(unasked.exit()).isEqualTo(2);
        assertThat(unasked.err()).contains("nobody can be asked whether to remove 2 runs", "give --yes");
        assertThat(run("bench", "store", "delete", "--all", "--yes").err()).isEqualTo("removed 2 runs\n");
        assertThat(run("bench", "store", "delete", "--all", "--yes").err()).isEqualTo("removed 0 runs\n");
        assertThat(Json.tree(run("bench", "history", "--json").out()).path("runs"))
                .isEmpty();
    }

    /// As the launcher starts it: the library lies beside the jar. Where there is no folder for temporary files,
    /// nothing can be unpacked into it.
    @Test
    void theLibraryIsNotUnpackedAtEachStart() throws IOException {
        run("bench", "score", bare, "--store");
        Exec.Result result = Exec.run(
                Duration.ofSeconds(60),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + folder.resolve("none"),
                        "-cp",
                        Path.of("target/classes").toAbsolutePath() + ":"
                                + Path.of("target/lib").toAbsolutePath() + "/*",
                        "dev.nptune.cli.Main",
                        "bench",
                        "history"),
                null,
                Map.of("XDG_DATA_HOME", folder.toString()));
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("20260501-120000-");
    }
}
