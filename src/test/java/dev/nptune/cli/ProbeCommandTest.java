package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.bench.LatencyClusters;
import dev.nptune.bench.LatencyCsv;
import dev.nptune.bench.Matrices;
import dev.nptune.host.CoreLatencies;
import dev.nptune.host.Host;
import dev.nptune.internal.ffm.Affinity;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Runs on this machine. How large a value is decides nothing here.
class ProbeCommandTest {
    @TempDir
    private Path folder;

    private CliRun run(String... more) {
        String[] args = new String[more.length + 2];
        args[0] = "probe";
        args[1] = "cores";
        System.arraycopy(more, 0, args, 2, more.length);
        return CliRun.with(
                Map.of("PATH", System.getenv("PATH"), "XDG_STATE_HOME", folder.toString(), "LANG", "C.UTF-8"), args);
    }

    private Path stored() {
        return folder.resolve("nptune/cores.json");
    }

    private static void twoCpus() {
        assumeTrue(Affinity.allowed().orElseThrow().cardinality() >= 2, "one CPU only");
    }

    @Test
    void measuresThisMachineAndKeepsTheResult() throws IOException {
        twoCpus();
        Path csv = folder.resolve("cores.csv");
        CliRun run = run("--quick", "--json", "-o", csv.toString());
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode document = Json.tree(run.out());
        assertThat(document.at("/latencies/nanos/1/0").asDouble()).isPositive();
        assertThat(document.at("/agreement/verdict").asString()).contains("the kernel");
        assertThat(document.at("/measured").asString()).startsWith("20");
        assertThat(run.err()).contains("kept in " + stored(), "written to " + csv);
        assertThat(Files.readString(stored())).isEqualTo(run.out());
        assertThat(LatencyCsv.parse(Files.readString(csv), "x").between(0, 1)).isPresent();
        try (Stream<Path> left = Files.list(stored().resolveSibling(""))) {
            assertThat(left).containsExactly(stored());
        }
        readsBack(LocalMachine.of(Map.of()).scan());
    }

    private void readsBack(Host host) throws IOException {
        StoredLatencies store = new StoredLatencies(stored());
        if (host.cpu().allowed().get().equals(host.cpu().online().get())) {
            assertThat(store.read(host)).isInstanceOf(StoredLatencies.Lookup.Found.class);
        }
        String text = Files.readString(stored());
        Files.writeString(stored(), text.replaceFirst("\"processor\" : \"[^\"]*\"", "\"processor\" : \"Pentium\""));
        assertThat(store.read(host)).isEqualTo(none("what was measured is of another processor, Pentium"));
        Files.writeString(stored(), "[");
        assertThat(reason(store, host)).contains("holds no latencies");
        Files.writeString(stored(), text.replace("\"schemaVersion\" : 1", "\"schemaVersion\" : 9"));
        assertThat(reason(store, host)).contains("of schema version 9");
        Files.delete(stored());
        assertThat(store.read(host)).isEqualTo(none("nothing was measured yet (nptune probe cores)"));
        String name = host.cpu().modelName().get().orElseThrow();
        store.write(document(
                new CoreLatencies(1, name, List.of(4000, 4001), List.of(List.of(), List.of(Optional.of(9.0))))));
        assertThat(reason(store, host)).contains("of CPUs 4000-4001; online are");
    }

    private static CoresDocument document(CoreLatencies latencies) {
        return new CoresDocument(
                CoresDocument.SCHEMA_VERSION,
                Optional.empty(),
                false,
                latencies,
                LatencyClusters.of(latencies),
                Optional.empty(),
                List.of());
    }

    private static StoredLatencies.Lookup none(String reason) {
        return new StoredLatencies.Lookup.None(reason);
    }

    private static String reason(StoredLatencies store, Host host) {
        return store.read(host) instanceof StoredLatencies.Lookup.None(String reason) ? reason : "found";
    }

    @Test
    void saysWhetherTheKernelAgrees() {
        twoCpus();
        CliRun run = run("--quick", "--cpus", "0-1", "--samples", "5");
        assumeTrue(!run.err().contains("not allowed"), "CPUs 0 and 1 are not both allowed");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out().replaceAll("\\s+", " ")).contains("the kernel");
        assertThat(run.out()).contains("half a round trip");
        assertThat(run.err()).contains("measure 2 CPUs", "not kept");
        assertThat(stored()).doesNotExist();
    }

    @Test
    void drawsWhatWasMeasuredElsewhere() throws IOException {
        Path csv = folder.resolve("A_processor.csv");
        Files.writeString(csv, LatencyCsv.write(Matrices.small()));
        Path svg = folder.resolve("out.SVG");
        CliRun run = run("--from", csv.toString(), "-o", svg.toString());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("A processor\n")
                .contains("pairs (SMT siblings), 7.5 ns: 0,4 | 1,5 | 2,6 | 3,7", "Measured elsewhere");
        assertThat(Files.readString(svg)).startsWith("<svg").contains("A processor");
        Path json = folder.resolve("again.json");
        assertThat(run("--from", csv.toString(), "-o", json.toString()).exit()).isZero();
        assertThat(run("--from", json.toString()).out()).isEqualTo(run.out());
        assertThat(stored()).doesNotExist();
    }

    @Test
    void inAscii() throws IOException {
        Path csv = folder.resolve("large.csv");
        Files.writeString(csv, LatencyCsv.write(Matrices.of(40, (i, j) -> Optional.of(i / 20 == j / 20 ? 9.0 : 90.0))));
        CliRun run = CliRun.with(Map.of("LANG", "C", "NO_COLOR", "1"), "probe", "cores", "--from", csv.toString());
        assertThat(run.out()).isASCII().doesNotContain("?").contains("groups (an L3 each), 9.0 ns: 0-19 | 20-39");
    }

    @Test
    void wrongUse() throws IOException {
        Path csv = folder.resolve("bad.csv");
        Files.writeString(csv, ",\n\u001b[31m7,\n");
        refused(2, "measures the machine it runs on", "--host", "lab");
        refused(2, "measures the machine it runs on", "--host", "ssh://me@box");
        refused(2, "ends with .svg, .json or .csv", "-o", "cores.png");
        refused(3, "cannot write /nonexistent/cores.svg", "-o", "/nonexistent/cores.svg");
        refused(2, "not a CPU list: 'x'", "--cpus", "x");
        refused(2, "fewer than two", "--cpus", "0");
        refused(2, "CPUs 4094-4095 are offline, not there or not allowed", "--cpus", "4094-4095");
        refused(2, "--samples 2 is out of range", "--samples", "2");
        refused(2, "--from measures nothing", "--from", csv.toString(), "--quick");
        refused(2, "is neither .csv nor .json", "--from", "matrix.txt");
        refused(3, "no such file", "--from", "/nonexistent.csv");
        refused(3, "line 2, place 1: '\\x1b[31m7' is no latency", "--from", csv.toString());
        CliRun alone = CliRun.of("probe");
        assertThat(alone.exit()).isEqualTo(2);
        assertThat(alone.err()).contains("nptune probe cores");
        assertThat(run("--help").out()).startsWith("Examples:");
    }

    private void refused(int exit, String reason, String... args) {
        CliRun run = run(args);
        assertThat(run.err()).contains(reason);
        assertThat(run.exit()).isEqualTo(exit);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void hostileJson() throws IOException {
        Path json = folder.resolve("m.json");
        for (String text : List.of(
                "{}",
                "[]",
                "{\"schemaVersion\":1,\"processor\":\"x\",\"cpus\":[null],\"nanos\":[[]]}",
                "{\"schemaVersion\":1,\"processor\":\"x\",\"cpus\":[0,1],\"nanos\":[[],[-1]]}",
                "{\"schemaVersion\":1,\"processor\":\"x\",\"cpus\":[0,1],\"nanos\":[[],[null]]}",
                "{\"schemaVersion\":1,\"processor\":\"x\",\"cpus\":[0,1],\"nanos\":[[],null]}",
                "{\"schemaVersion\":1,\"processor\":\"x\",\"cpus\":[0,99999],\"nanos\":[[],[5]]}",
                "{\"schemaVersion\":1,\"processor\":\"x\",\"cpus\":[0,1],\"nanos\":[[],[\"NaN\"]]}")) {
            Files.writeString(json, text);
            CliRun run = run("--from", json.toString());
            assertThat(run.exit()).as(text + run.err()).isEqualTo(3);
            assertThat(run.err()).as(text).contains("holds no latencies between CPUs");
        }
    }
}
