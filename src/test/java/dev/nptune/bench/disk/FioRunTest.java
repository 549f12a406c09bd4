package dev.nptune.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.bench.disk.DiskCheck.Verdict;
import dev.nptune.bench.disk.DiskRun.Direction;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The installed fio, run, and what it printed read.
class FioRunTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void installed() {
        assumeTrue(Programs.find("fio", System.getenv("PATH")).isPresent(), "fio is not installed");
    }

    private DiskResult run(String... options) throws IOException {
        List<String> argv = new ArrayList<>(List.of(
                "fio",
                "--output-format=json",
                "--filename=" + folder.resolve("test.dat"),
                "--size=4M",
                "--allow_file_create=1"));
        argv.addAll(List.of(options));
        Exec.Result result = Exec.run(Duration.ofSeconds(60), argv);
        assertThat(result.exit()).as(result.err()).isZero();
        return Samples.read(result.out());
    }

    @Test
    void aBufferedWrite() throws IOException {
        DiskResult result = run("--name=w", "--rw=write", "--bs=64k", "--zero_buffers=1");
        assertThat(result.tool()).isEqualTo("fio");
        DiskRun run = result.runs().getFirst();
        assertThat(run.direction()).isEqualTo(Direction.WRITE);
        assertThat(run.figures().movedBytes()).contains(4L << 20);
        assertThat(run.load().testBytes()).contains(4L << 20);
        assertThat(run.load().blockBytes()).contains(64L << 10);
        assertThat(run.load().direct()).contains(false);
        assertThat(run.load().zeros()).contains(true);
        assertThat(run.figures().latency()).hasValueSatisfying(l -> {
            assertThat(l.percentile(99)).isPresent();
            assertThat(l.meanMicros()).isPositive();
        });
        assertThat(DiskReport.of(result, DiskSurroundings.unknown()).verdict()).isEqualTo(Verdict.DOUBTFUL);
    }

    /// `null` reads nothing, so that no disk decides how long it takes.
    @Test
    void groupedAndSeparateProcesses() throws IOException {
        String[] job = {"--name=r", "--ioengine=null", "--rw=randrw", "--bs=4k", "--numjobs=2"};
        assertThat(run(job).runs())
                .hasSize(4)
                .allSatisfy(r -> assertThat(r.load().threads()).contains(1));
        List<String> grouped = new ArrayList<>(List.of(job));
        grouped.add("--group_reporting");
        assertThat(run(grouped.toArray(String[]::new)).runs())
                .hasSize(2)
                .allSatisfy(r -> assertThat(r.load().threads()).contains(2));
    }

    @Test
    void optionsWithoutAValueLeaveNoTrace() throws IOException {
        DiskResult result = run("--name=w", "--rw=write", "--bs=1M", "--zero_buffers", "--end_fsync=1");
        assertThat(result.runs().getFirst().load().zeros()).isEmpty();
        assertThat(result.runs().getFirst().load().flushed()).contains(true);
    }
}
