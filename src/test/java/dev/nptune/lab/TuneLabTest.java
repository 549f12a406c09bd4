package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The whole way, as a user runs it.
@Tag("lab")
class TuneLabTest {
    private static final Duration LIMIT = Duration.ofMinutes(25);
    /// On a busy computer a machine takes longer than the program allows it by itself; in seconds.
    private static final String LAB_LIMIT = "1400";

    @TempDir
    Path folder;

    @Test
    void tunesTheEmulatedMachineToNearBareMetal() throws Exception {
        JsonNode document = tune("run");
        checkFindings(document);
        checkWorkloads(document);
    }

    @Test
    @Tag("long")
    void itIsTheSameEveryTime() throws Exception {
        JsonNode first = tune("first", "--json");
        JsonNode second = tune("second");
        for (String side : List.of("before", "after")) {
            double one = first.get("efficiency").get(side).asDouble();
            double two = second.get("efficiency").get(side).asDouble();
            assertThat(two / one).as("efficiency %s, run to run", side).isCloseTo(1, within(0.01));
        }
    }

    /// @param more options
    /// @return what it left for programs
    private JsonNode tune(String name, String... more) throws Exception {
        Path own = Files.createDirectory(folder.resolve(name));
        List<String> arguments = new ArrayList<>(List.of("tune", "--host", "lab", "--lab-limit", LAB_LIMIT));
        arguments.addAll(List.of(more));
        try (LabRun run = LabRun.start(own, arguments.toArray(String[]::new))) {
            assertThat(run.await(LIMIT)).as(run.errors()).isZero();
            assertThat(run.qemus()).isEmpty();
            JsonNode document = Json.tree(Files.readString(only(run.state(), "tune.json")));
            if (arguments.contains("--json")) {
                assertThat(Json.tree(run.output())).isEqualTo(document);
            } else {
                checkScreen(run);
            }
            assertThat(Path.of(document.get("journal").asString()).resolve("journal.jsonl"))
                    .isNotEmptyFile();
            return document;
        }
    }

    private static void checkFindings(JsonNode document) {
        Map<String, JsonNode> findings = new HashMap<>();
        document.get("findings").forEach(f -> findings.put(f.get("rule").asString(), f));
        assertThat(findings)
                .containsKeys(
                        "npt-off",
                        "wrong-driver",
                        "unpinned",
                        "small-pages",
                        "disk-emulated",
                        "memballoon",
                        "cache-writeback");
        assertThat(findings).doesNotContainKeys("topoext-missing", "group-shared", "iommu-off");
        findings.values().forEach(f -> {
            if (!f.get("severity").asString().equals("INFORMATION")) {
                assertThat(f.get("fixed").asBoolean()).as(f.toString()).isTrue();
            }
            assertThat(f.get("evidence").get(0).get("where").asString()).isNotBlank();
            assertThat(f.get("evidence").get(0).get("found").asString()).isNotBlank();
        });
        assertThat(document.get("host").get("cpu").get("online").get("value").asString())
                .isEqualTo("0-7");
        assertThat(document.get("changes").findValuesAsString("kind"))
                .contains("edit-file", "reload-module", "write-sysfs", "define-domain");
        assertThat(document.get("started").asBoolean()).isTrue();
    }

    private static void checkWorkloads(JsonNode document) {
        double after = document.get("efficiency").get("after").asDouble();
        double before = document.get("efficiency").get("before").asDouble();
        assertThat(after).isBetween(0.97, 1.01);
        assertThat(before).isBetween(0.1, 0.6);
        Map<String, JsonNode> workloads = new HashMap<>();
        document.get("workloads")
                .forEach(w -> workloads.put(w.get("name").asString().replaceFirst("[ ,].*", ""), w));
        assertThat(workloads)
                .containsOnlyKeys("integer", "process", "memory", "random", "context", "timer", "disk", "frame");
        assertThat(ratio(workloads, "process"))
                .as("process creation, npt=0 to npt=1")
                .isGreaterThan(3);
        assertThat(ratio(workloads, "disk")).isGreaterThan(1.2);
        assertThat(ratio(workloads, "frame")).isGreaterThan(1.1);
        assertThat(ratio(workloads, "timer")).isGreaterThan(0.98);
    }

    private static double ratio(Map<String, JsonNode> workloads, String name) {
        JsonNode workload = Objects.requireNonNull(workloads.get(name), name);
        return workload.get("before").asDouble() / workload.get("after").asDouble();
    }

    private static void checkScreen(LabRun run) throws IOException {
        assertThat(run.output()).contains("Fixed:", "npt-off", "before/bare", "efficiency", "journal ", "report ");
        assertThat(run.output().lines().filter(l -> !l.startsWith("journal ") && !l.startsWith("report ")))
                .allMatch(line -> line.length() <= 80);
        assertThat(run.errors()).contains("Unmanaged PCI device 0000:01:00.0", "the VM sees its GPU");
        assertThat(Files.readString(only(run.state(), "report.html")))
                .contains("<svg", "npt-off", "process creation")
                .doesNotContain("<script", "src=\"http", "href=\"http");
    }

    private static Path only(Path below, String name) throws IOException {
        try (Stream<Path> files = Files.walk(below, 4)) {
            List<Path> found =
                    files.filter(f -> f.getFileName().toString().equals(name)).toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }
}
