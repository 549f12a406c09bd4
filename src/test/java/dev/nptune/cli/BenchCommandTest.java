package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.bench.capture.RealCaptures;
import dev.nptune.bench.metric.Metrics;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BenchCommandTest {
    @TempDir
    private Path folder;

    private static CliRun bench(String... more) {
        String[] args = new String[more.length + 1];
        args[0] = "bench";
        System.arraycopy(more, 0, args, 1, more.length);
        return CliRun.with(Map.of("LANG", "C.UTF-8"), args);
    }

    /// 12 000 frames of a game, of which every hundredth takes longer, and a few of the compositor.
    private String capture() throws IOException {
        StringBuilder text =
                new StringBuilder("Application,ProcessID,SwapChainAddress,TimeInSeconds,MsBetweenPresents\n");
        double time = 0;
        for (int i = 1; i <= 12_000; i++) {
            double frame = i % 100 == 0 ? 20 : 10;
            time += frame / 1000;
            text.append("Game.exe,42,0xA,")
                    .append(time)
                    .append(',')
                    .append(frame)
                    .append('\n');
            if (i % 100 == 0) {
                text.append("dwm.exe,7,0xB,").append(time).append(",1010\n");
            }
        }
        return Files.writeString(folder.resolve("capture.csv"), text).toString();
    }

    @Test
    void importSaysWhatIsInAFile() throws IOException {
        CliRun run = bench("import", capture());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("by PresentMon 1, 2 streams of frames", "* Game.exe 42 0xA 12000 121.2 99.0")
                .contains("besides: time stamps", "frame times over 121.2 s, from 0 to 20.0 ms");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void statsNameTheirDefinition() throws IOException {
        CliRun run = bench("stats", capture());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("Game.exe (42), 12000 frames in 121.2 s")
                .contains("Average frames / time 99.01 fps")
                .contains("1 % low average CapFrameX 50.00 fps");
        CliRun all = bench("stats", capture(), "--metrics", "all", "--process", "game");
        assertThat(all.out().replaceAll("\\s+", " "))
                .contains("1 % low, by time 1 % low integral RTSS, CapFrameX 50.00 fps")
                .contains("refused, since the file has no dropped frames: Dropped frames (PresentMon)");
        assertThat(all.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(bench("stats", capture(), "--of", "displayed").out())
                .contains("refused, since the file has no display changes: Average");
    }

    @Test
    void jsonHasAllOfIt() throws IOException {
        JsonNode stats = Json.tree(
                bench("stats", capture(), "--metrics", "all", "--json").out());
        assertThat(stats.at("/schemaVersion").asInt()).isEqualTo(1);
        assertThat(stats.at("/files/0/tracks/0/metrics")).hasSize(Metrics.all().size());
        assertThat(stats.at("/files/0/tracks/0/metrics/0/value").asDouble()).isBetween(99.0, 99.1);
        assertThat(stats.at("/files/0/tracks/0/metrics/0/refused").isNull()).isTrue();
        JsonNode imported = Json.tree(bench("import", capture(), "--json").out());
        assertThat(imported.at("/files/0/chosen/process").asString()).isEqualTo("Game.exe");
        assertThat(imported.at("/files/0/streams")).hasSize(2);
        assertThat(imported.at("/files/0/streams/1/pid").asInt()).isEqualTo(7);
    }

    @Test
    void asciiTerminalsGetAscii() throws IOException {
        String out = CliRun.with(Map.of("LANG", "C"), "bench", "stats", capture(), "--metrics", "all")
                .out();
        assertThat(out).matches("\\p{ASCII}*").contains("####");
    }

    @Test
    void ofSeveralFilesTheGoodOnesAreShown() throws IOException {
        String bad = Files.writeString(folder.resolve("notes.txt"), "hello\n").toString();
        CliRun run = bench("import", bad, capture());
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).contains("Game.exe");
        assertThat(run.errLines())
                .containsExactly(
                        "nptune: " + bad + " is no capture that is known; it begins with 'hello'",
                        "  next: give a file by PresentMon, CapFrameX, OCAT, FrameView, MangoHud, FRAPS or Afterburner,"
                                + " or a list of frame times");
    }

    @Test
    void wrongUseIsTold() throws IOException {
        String file = capture();
        assertThat(bench().exit()).isEqualTo(2);
        assertThat(bench("import").exit()).isEqualTo(2);
        CliRun metric = bench("stats", file, "--metrics", "averege");
        assertThat(metric.exit()).isEqualTo(2);
        assertThat(metric.err()).contains("there is no metric 'averege'", "did you mean average?");
        assertThat(bench("stats", file, "--of", "frames").err()).contains("give --of presents or --of displayed");
        CliRun process = bench("stats", file, "--process", "x");
        assertThat(process.exit()).isEqualTo(2);
        assertThat(process.errLines()).contains("  next: give one of: Game.exe, dwm.exe");
        assertThat(bench("import", folder.resolve("none").toString()).exit()).isEqualTo(3);
    }

    @Test
    void realCaptures() {
        CliRun run = bench(
                "stats",
                RealCaptures.file("capframex/PresentMonTestOutputFilename.csv").toString(),
                "--metrics",
                "all",
                "--anyway");
        assertThat(run.exit()).isZero();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("P1 CapFrameX, type 8 59.42 fps", "1 % low integral RTSS, CapFrameX 12.54 fps");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
}
