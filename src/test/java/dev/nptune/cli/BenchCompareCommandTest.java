package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.bench.compare.SyntheticRuns;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BenchCompareCommandTest {
    @TempDir
    private Path folder;

    private static CliRun run(Map<String, String> environment, List<String> args) {
        return CliRun.with(
                environment,
                Stream.concat(Stream.of("bench", "compare"), args.stream()).toArray(String[]::new));
    }

    private static CliRun run(List<String> args) {
        return run(Map.of("LANG", "C.UTF-8", "COLUMNS", "80"), args);
    }

    private List<String> captures(String name, int runs, int frames, double millis, long seed) throws IOException {
        RandomGenerator random = SyntheticRuns.random(seed);
        SyntheticRuns kind = new SyntheticRuns(millis, 0.8, 0.1, 0.003, 0.005);
        List<String> files = new ArrayList<>();
        for (int i = 1; i <= runs; i++) {
            Path file = folder.resolve(name + "-" + i + ".txt");
            String lines = Arrays.stream(kind.frames(frames, random))
                    .mapToObj(ms -> String.format(Locale.ROOT, "%.4f", ms))
                    .collect(Collectors.joining("\n", "", "\n"));
            Files.writeString(file, lines);
            files.add(file.toString());
        }
        return files;
    }

    private static List<String> sides(List<String> bare, List<String> vm, String... options) {
        return Stream.of(List.of(options), bare, List.of("--"), vm)
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void aSlowerVmEndsWithOneAndSaysByHowMuch() throws IOException {
        CliRun run = run(sides(captures("bare", 6, 1500, 10, 1), captures("vm", 6, 1500, 10.7, 2)));
        assertThat(run.exit()).as(run.err()).isEqualTo(1);
        assertThat(run.err().lines()).allSatisfy(line -> assertThat(line).contains("resample")); // a busy machine
        String flat = run.out().replaceAll("\\s+", " ");
        assertThat(flat)
                .matches(
                        "The VM is \\d\\.\\d % slower than bare metal on average \\(95 % interval \\d\\.\\d to \\d\\.\\d"
                                + " %, 5 runs each, exact p = 0\\.008\\): worse than the 3 % set\\. .*");
        assertThat(flat)
                .contains(
                        "No 0.1 % low average (CapFrameX): run " + folder.resolve("bare-2.txt")
                                + " has 1500 frames; below 10000",
                        "Left out, as the first of each side: " + folder.resolve("bare-1.txt"),
                        "Runs vary by ",
                        "Seed 1, 2000 resamples of each run: the same again gives the same.");
        assertThat(run.out().lines().filter(line -> !line.contains(folder.toString())))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(run.out()).contains("metric", "●", "┊");
    }

    @Test
    void asciiHasNoOtherSigns() throws IOException {
        CliRun run = run(
                Map.of("LANG", "C", "COLUMNS", "80"),
                sides(captures("bare", 5, 1200, 10, 3), captures("vm", 5, 1200, 10, 4), "--resamples", "200"));
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out().chars()).allMatch(c -> c < 0x80 && c != '?');
        assertThat(run.out()).contains("--o--").contains(" 5 runs each");
    }

    @Test
    void jsonHoldsEverything() throws IOException {
        List<String> bare = captures("bare", 5, 1200, 10, 5);
        List<String> vm = captures("vm", 5, 1200, 10.1, 6);
        CliRun run = run(sides(bare, vm, "--json", "--seed", "77", "--resamples", "200"));
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode document = Json.tree(run.out());
        assertThat(document.at("/schemaVersion").asInt()).isEqualTo(1);
        assertThat(document.at("/seed").asInt()).isEqualTo(77);
        assertThat(document.at("/resamples").asInt()).isEqualTo(200);
        assertThat(document.at("/worse").asBoolean()).isFalse();
        assertThat(document.at("/bare/4/name").asString()).isEqualTo(bare.get(4));
        assertThat(document.at("/metrics/0/id").asString()).isEqualTo("average");
        assertThat(document.at("/metrics/0/title").asString()).isEqualTo("Average");
        assertThat(document.at("/metrics/0/tool").asString()).isEqualTo("frames / time");
        assertThat(document.at("/metrics/0/difference").asDouble()).isBetween(-3.0, 1.0);
        assertThat(document.at("/metrics/0/permutation/exact").asBoolean()).isTrue();
        assertThat(document.at("/metrics/0/permutation/arrangements").asInt()).isEqualTo(252);
        assertThat(document.at("/metrics/0/withinRunOnly").asBoolean()).isFalse();
        assertThat(document.at("/refused").toString()).contains("\"id\":\"low01-average\"");
        assertThat(document.at("/verdict").asString()).startsWith("The VM is ");
        assertThat(run(sides(bare, vm, "--json", "--seed", "77", "--resamples", "200"))
                        .out())
                .isEqualTo(run.out());
    }

    @Test
    void oneRunEachIsWithinRunOnly() throws IOException {
        CliRun run = run(sides(
                captures("bare", 1, 3000, 10, 7),
                captures("vm", 1, 3000, 10, 8),
                "--metrics",
                "p99-frame-time,average",
                "--threshold",
                "20"));
        assertThat(run.exit()).as(run.err()).isZero();
        String flat = run.out().replaceAll("\\s+", " ");
        assertThat(flat)
                .startsWith("The VM's P99 frame time (PresentMon, OCAT) is ")
                .contains(
                        "one run each, within-run only): no difference that matters, by the 20 % set.",
                        "One run of a side: the interval is within-run only.", "How much runs vary is not known");
        assertThat(flat).doesNotContain("stutter");
    }

    @Test
    void optionsMayFollowTheSeparator() throws IOException {
        List<String> all = sides(captures("bare", 2, 300, 10, 9), captures("vm", 2, 300, 10, 10));
        CliRun run = run(Stream.concat(all.stream(), Stream.of("--json")).toList());
        assertThat(Json.tree(run.out()).at("/notes/0").asString())
                .isEqualTo("2 runs of a side are too few to be sure, and no p below 0.33 is possible; make 5 a side, in"
                        + " turn.");
    }

    @Test
    void wrongUseIsExplained() throws IOException {
        List<String> bare = captures("bare", 1, 300, 10, 11);
        assertWrong(bare, "there is no -- between the captures of bare metal and those of the VM");
        assertWrong(List.of(), "there is no -- between the captures of bare metal and those of the VM");
        assertWrong(sides(bare, List.of("--")), "there is more than one -- among the captures");
        assertWrong(sides(bare, List.of()), "there are no captures of the VM");
        assertWrong(sides(List.of(), bare), "there are no captures of bare metal");
        assertWrong(sides(bare, bare, "--metrics", "p99"), "there is no metric 'p99'");
        assertWrong(sides(bare, bare, "--metrics", "low1-averge"), "did you mean: low1-average?");
        assertWrong(sides(bare, bare, "--metrics", "hitches"), "runs are not compared by hitches");
        assertWrong(sides(bare, bare, "--threshold", "-1"), "a threshold lies between 0 and 50");
        assertWrong(sides(bare, bare, "--keep-first", "--drop-first", "1"), "contradict each other");
        assertWrong(sides(bare, bare), "are the same capture, frame by frame");
        assertRefused(sides(bare, List.of("nowhere.txt")), "cannot read nowhere.txt: ");
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "sixteen\u001b\n");
        assertRefused(
                sides(bare, List.of(text.toString())), "is no capture that is known; it begins with 'sixteen\\x1b'");
        Files.writeString(text, "10\n".repeat(99));
        assertWrong(sides(bare, List.of(text.toString())), "has 99 frames; at least 100 are needed");
        Files.writeString(text, "10\n".repeat(150));
        assertWrong(
                sides(bare, List.of(text.toString()), "--metrics", "low1-average"), "nothing can be compared: run ");
    }

    private static void assertWrong(List<String> args, String message) {
        assertEnds(2, args, message);
    }

    private static void assertRefused(List<String> args, String message) {
        assertEnds(3, args, message);
    }

    private static void assertEnds(int exit, List<String> args, String message) {
        CliRun run = run(args);
        assertThat(run.exit()).as(message).isEqualTo(exit);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(message).contains("  next: ");
    }

    @Test
    void theCommandAloneSaysWhatToDo() {
        CliRun run = CliRun.of("bench");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("say what to do: ", "compare");
    }
}
