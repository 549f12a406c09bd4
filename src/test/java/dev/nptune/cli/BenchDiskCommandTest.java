package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BenchDiskCommandTest {
    private static final String FIO = "src/test/resources/bench/disk/fio-3.33-mixed.json";
    private static final String CRYSTAL = """
            CrystalDiskMark 8.0.4 x64 (C) 2007-2021 hiyohiyo
            [Read]
              SEQ    1MiB (Q=  8, T= 1): 23512.318 MB/s [  22423.0 IOPS] <   356.70 us>
              RND    4KiB (Q=  1, T= 1):    61.204 MB/s [  14942.4 IOPS] <    66.62 us>
            [Write]
              SEQ    1MiB (Q=  8, T= 1):  2904.551 MB/s [   2770.0 IOPS] <  2874.30 us>

               Test: 1 GiB (x5) [C: 41% (98/239GiB)]
               Mode:
               Time: Measure 5 sec / Interval 5 sec
            """;

    @TempDir
    private Path folder;

    private String file = "";
    private String xml = "";

    @BeforeEach
    void files() throws IOException {
        file = Files.write(folder.resolve("crystal.txt"), ("\uFEFF" + CRYSTAL).getBytes(StandardCharsets.UTF_16LE))
                .toString();
        xml = Files.writeString(folder.resolve("game.xml"), """
                <domain type='kvm'><name>game</name><memory unit='GiB'>8</memory><devices>
                <disk type='file' device='disk'><driver name='qemu' type='raw' cache='writeback'/>
                <source file='/vm/game.img'/><target dev='vda' bus='virtio'/></disk>
                </devices></domain>
                """).toString();
    }

    private CliRun run(String... args) {
        return CliRun.with(
                Map.of("XDG_DATA_HOME", folder.toString(), "PATH", System.getenv("PATH"), "LANG", "C.UTF-8"), args);
    }

    @Test
    void inAVm() {
        CliRun run = run("bench", "disk", file, "--domain", xml);
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isEqualTo(1);
        Golden.check("cli/bench-disk-vm.txt", run.out());
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void fioOnThisMachine() {
        CliRun run = run("bench", "disk", FIO, "--host", "local");
        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .startsWith("fio 3.33, /var/tmp/fio.dat\n")
                .contains("believed: nothing speaks against it")
                .contains("fine        The test ran on the machine itself");
    }

    @Test
    void fioWithNothingKnown() {
        CliRun run = CliRun.of("bench", "disk", FIO);
        assertThat(run.exit()).isZero();
        Golden.check("cli/bench-disk-fio.txt", run.out());
        assertThat(run.out()).isASCII();
    }

    @Test
    void asJson() {
        CliRun run = run("bench", "disk", file, "--domain", xml, "--json");
        JsonNode root = Json.tree(run.out());
        assertThat(root.path("schemaVersion").asInt()).isEqualTo(1);
        assertThat(root.path("verdict").asString()).isEqualTo("DOUBTFUL");
        assertThat(root.path("checks")).hasSize(8);
        assertThat(root.path("result")
                        .path("runs")
                        .get(0)
                        .path("figures")
                        .path("bytesPerSecond")
                        .asDouble())
                .isEqualTo(23512.318e6);
    }

    @Test
    void whatQemuMoved() throws IOException {
        Path before = Files.writeString(folder.resolve("before"), "read_bytes: 1000\nwrite_bytes: 1000\n");
        Path after = Files.writeString(folder.resolve("after"), "read_bytes: 2000\nwrite_bytes: 1000\n");
        CliRun run = run("bench", "disk", FIO, "--before", before.toString(), "--after", after.toString());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).contains("impossible  QEMU has read only 0 % of what the test says it did");
        assertThat(run("bench", "disk", FIO, "--before", before.toString()).err())
                .contains("go together");
        assertThat(run("bench", "disk", FIO, "--before", after.toString(), "--after", before.toString())
                        .err())
                .contains("the wrong way round");
        assertThat(run("bench", "disk", FIO, "--before", file, "--after", file).err())
                .contains("it is no copy of a /proc/PID/io");
    }

    @Test
    void wrongUse() {
        assertThat(run("bench", "disk", "gone.txt").errLines().getFirst())
                .isEqualTo("nptune: cannot read gone.txt: no such file or folder");
        assertThat(run("bench", "disk", "pom.xml").err()).contains("neither fio's JSON", "fio --output-format=json");
        assertThat(run("bench", "disk", file, "--disk", "vda").err()).contains("give --domain as well");
        CliRun run = run("bench", "disk", file, "--domain", xml, "--disk", "vdb");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("game.xml has no disk vdb; it has vda");
        assertThat(run("bench", "disk", file, "--label", "x").err()).contains("give --store as well");
        assertThat(run("bench").exit()).isEqualTo(2);
        assertThat(run("bench").err()).contains("say what to do: nptune bench import");
    }

    @Test
    void helpLeadsWithExamples() {
        assertThat(run("bench", "disk", "--help").out()).startsWith("Examples:\n  nptune bench disk crystal.txt\n");
    }
}
