package dev.nptune.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.bench.disk.DiskRun.Direction;
import dev.nptune.bench.disk.DiskRun.Latency;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiskResultFileTest {
    private static final Optional<Boolean> YES = Optional.of(true);

    @Test
    void crystalDiskMark8() {
        DiskResult result = Samples.read(Samples.CRYSTAL_8);

        assertThat(result.tool()).isEqualTo("CrystalDiskMark");
        assertThat(result.version()).isEqualTo("8.0.4");
        assertThat(result.target()).isEqualTo("C: 41% (98/239GiB)");
        assertThat(result.duration()).contains(25.0);
        assertThat(result.runs())
                .extracting(DiskRun::name)
                .containsExactly("SEQ 1MiB Q8T1", "RND 4KiB Q32T16", "SEQ 1MiB Q8T1", "RND 4KiB Q1T1");
        assertThat(result.runs())
                .extracting(DiskRun::direction)
                .containsExactly(Direction.READ, Direction.READ, Direction.WRITE, Direction.MIXED);
        DiskRun random = result.runs().get(1);
        assertThat(random.load())
                .isEqualTo(new DiskRun.Load(
                        YES,
                        Optional.of(4096L),
                        Optional.of(32),
                        Optional.of(16),
                        Optional.of(1L << 30),
                        YES,
                        Optional.empty(),
                        Optional.of(false)));
        assertThat(random.figures().bytesPerSecond()).isEqualTo(402.771e6);
        assertThat(random.figures().iops()).contains(98332.8);
        assertThat(random.figures().latency().map(Latency::meanMicros)).contains(5193.0);
        assertThat(result.metrics())
                .containsEntry("disk.read.seq.1m.q8t1.mbps", 3512.318)
                .containsEntry("disk.mixed.rnd.4k.q1t1.iops", 13640.1)
                .containsEntry("disk.write.seq.1m.q8t1.latency.us", 2874.3);
    }

    @Test
    void crystalDiskMarkSavesUtf16() {
        DiskResult plain = Samples.read(Samples.CRYSTAL_8);
        assertThat(DiskResultFile.parse(("\uFEFF" + Samples.CRYSTAL_8).getBytes(StandardCharsets.UTF_16LE)))
                .isEqualTo(plain);
        assertThat(DiskResultFile.parse(Samples.CRYSTAL_8.getBytes(StandardCharsets.UTF_16)))
                .isEqualTo(plain);
        assertThat(Samples.read("\uFEFF" + Samples.CRYSTAL_8.replace("\n", "\r\n")))
                .isEqualTo(plain);
    }

    @Test
    void olderCrystalDiskMarks() {
        DiskResult six = Samples.read(Samples.CRYSTAL_6);
        assertThat(six.version()).isEqualTo("6.0.2");
        assertThat(six.target()).isEqualTo("C: 26.4% (122.8/465.2 GiB)");
        assertThat(six.runs())
                .extracting(DiskRun::name)
                .containsExactly("SEQ Q32T1", "SEQ Q32T1", "RND 4KiB Q8T8", "RND 4KiB Q1T1");
        assertThat(six.runs()).allSatisfy(r -> {
            assertThat(r.load().zeros()).isEqualTo(YES);
            assertThat(r.load().testBytes()).contains(1L << 30);
        });
        assertThat(six.metrics()).containsEntry("disk.read.seq-q32t1.mbps", 561.231);

        DiskResult three = Samples.read(Samples.CRYSTAL_3);
        assertThat(three.runs())
                .extracting(DiskRun::name)
                .containsExactly("SEQ", "RND 512KB", "RND 4KB Q1T1", "RND 4KB Q32T1");
        assertThat(three.runs().getLast().load().zeros()).contains(false);
        assertThat(three.runs().getLast().load().blockBytes()).contains(4096L);
        assertThat(three.runs().getLast().load().testBytes()).contains(1000L << 20);
    }

    @Test
    void kDiskMarkIsLikeIt() {
        DiskResult result = Samples.read("""
                KDiskMark (3.1.4): https://github.com/JonMagon/KDiskMark
                Flexible I/O Tester (fio-3.33): https://github.com/axboe/fio
                [Read]
                Sequential   1 MiB (Q=  8, T= 1):  3524.104 MB/s [   3360.8 IOPS] <  2321.08 us>
                """);
        assertThat(result.tool()).isEqualTo("KDiskMark");
        assertThat(result.version()).isEqualTo("3.1.4");
        assertThat(result.runs().getFirst().load().blockBytes()).contains(1L << 20);
        assertThat(result.runs().getFirst().load().zeros()).isEmpty();
    }

    @Test
    void fioOfAGroup() {
        DiskResult result = Samples.read(Samples.mixed());

        assertThat(result.tool()).isEqualTo("fio");
        assertThat(result.version()).isEqualTo("3.33");
        assertThat(result.target()).isEqualTo("/var/tmp/fio.dat");
        assertThat(result.runs()).extracting(DiskRun::direction).containsExactly(Direction.READ, Direction.WRITE);
        DiskRun read = result.runs().getFirst();
        assertThat(read.load().queue()).contains(16);
        assertThat(read.load().threads()).contains(3);
        assertThat(read.load().direct()).isEqualTo(YES);
        assertThat(read.load().zeros()).isEmpty();
        assertThat(read.load().testBytes()).contains(256L << 20);
        assertThat(read.figures().bytesPerSecond()).isEqualTo(149625795.0);
        assertThat(read.figures().movedBytes()).contains(299401216L);
        assertThat(read.figures().seconds()).contains(2.001);
        Latency latency = read.figures().latency().orElseThrow();
        assertThat(latency.kind()).isEqualTo("total");
        assertThat(latency.meanMicros()).isCloseTo(842.066, within(0.001));
        assertThat(latency.percentile(99.9)).contains(43253.76);
        assertThat(result.activity()).singleElement().satisfies(a -> {
            assertThat(a.name()).isEqualTo("vda");
            assertThat(a.writes()).isEqualTo(28078);
            assertThat(a.writtenBytes()).isEmpty();
        });
    }

    @Test
    void fioAmongOtherText() {
        List<DiskRun> runs = Samples.read(Samples.twoJobs()).runs();
        assertThat(runs).extracting(DiskRun::name).containsExactly("seq", "rnd");
        assertThat(runs).extracting(DiskRun::group).containsExactly(0, 1);
        assertThat(runs.getLast().load().random()).isEqualTo(YES);
        assertThat(Samples.read("a line\n{\n" + Samples.mixed().substring(2) + "more {"))
                .isEqualTo(Samples.read(Samples.mixed()));
    }

    @Test
    void fio2CountsInOtherUnits() {
        DiskResult result = Samples.read(Samples.FIO_2);
        DiskRun run = result.runs().getFirst();
        assertThat(result.runs()).hasSize(1);
        assertThat(result.target()).isEqualTo("/dev/sdb");
        assertThat(run.figures().movedBytes()).contains(1200000L * 1024);
        assertThat(run.figures().bytesPerSecond()).isEqualTo(40000.0 * 1024);
        assertThat(run.figures().latency()).hasValueSatisfying(l -> {
            assertThat(l.meanMicros()).isEqualTo(800);
            assertThat(l.percentile(99)).contains(1400.0);
        });
        assertThat(run.load().queue()).contains(8);
    }

    @Test
    void processesWithoutGroupReportingAreOneEach() {
        String job = """
                {"jobname":"j","groupid":0,"job options":{"numjobs":"2","iodepth":"4","size":"1g"},
                 "read":{"io_bytes":4096,"io_kbytes":4,"bw_bytes":4096,"iops":1.0}}""";
        DiskResult two = Samples.read("{\"fio version\":\"fio-3.36\",\"jobs\":[" + job + "," + job + "]}");
        assertThat(two.runs()).extracting(r -> r.load().threads()).containsExactly(Optional.of(1), Optional.of(1));
        DiskResult one = Samples.read("{\"fio version\":\"fio-3.36\",\"jobs\":[" + job + "]}");
        assertThat(one.runs()).extracting(r -> r.load().threads()).containsExactly(Optional.of(2));
        assertThat(one.runs().getFirst().load().testBytes()).as("a file each").contains(2L << 30);
    }

    @Test
    void clientsOfFio() {
        String side = "\"mixed\":{\"io_bytes\":2021176,\"bw\":16653,\"iops\":2252.49,\"lat\":{\"mean\":1782.92}}";
        DiskResult result = Samples.read("{\"fio version\":\"fio-2.6\",\"client_stats\":[{\"jobname\":\"a\"," + side
                + "},{\"jobname\":\"All clients\"," + side + "}]}");
        assertThat(result.runs()).singleElement().satisfies(run -> {
            assertThat(run.name()).isEqualTo("a");
            assertThat(run.direction()).isEqualTo(Direction.MIXED);
            assertThat(run.load()).isEqualTo(DiskRun.Load.UNKNOWN);
        });
    }

    @Test
    void sizesOfFio() {
        assertThat(FioOptions.size("4k")).contains(4096L);
        assertThat(FioOptions.size("1GiB")).contains(1L << 30);
        assertThat(FioOptions.size("512")).contains(512L);
        assertThat(FioOptions.size("50%")).isEmpty();
        assertThat(FioOptions.size("4k-8k")).isEmpty();
        assertThat(FioOptions.size("0")).isEmpty();
        assertThat(FioOptions.size("999999999999999p")).isEmpty();
    }

    @Test
    void whatIsNoResult() {
        refused("", "neither fio's JSON");
        refused("<xml/>", "neither fio's JSON");
        refused("\"fio version\"", "no JSON");
        refused("{\"fio version\":\"fio-3.1\"", "ends before");
        refused("{\"fio version\":\"fio-3.1\"}", "no 'jobs'");
        refused("{\"fio version\":\"fio-3.1\",\"jobs\":[]}", "no job");
        refused("{\"fio version\":\"fio-3.1\",\"jobs\":[" + "{},".repeat(10_000) + "{}]}", "more than 10000 jobs");
        refused("{\"fio version\":1,\"jobs\":" + "[".repeat(100) + "}", "");
        refused("{\"fio version\":\"\",\"jobs\":[{\"read\":{\"io_bytes\":-1,\"bw\":1e400,\"iops\":\"x\"}}]}", "no job");
        refused("[Read]\nSEQ 1MiB (Q= 8, T= 1): 0.000 MB/s [ 0.0 IOPS] < 0.00 us>", "no test");
    }

    private static void refused(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Samples.read(text))
                .withMessageContaining(why);
    }
}
