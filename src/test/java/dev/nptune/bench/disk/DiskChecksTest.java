package dev.nptune.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.bench.disk.DiskCheck.Verdict;
import dev.nptune.host.Fact;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskChecksTest {
    private static final Drive SATA = new Drive("sda", "SATA drive", Optional.of(Drive.SATA), Optional.of(Drive.SATA));
    private static final long GIB = 1L << 30;

    private static Domain domain(String driver) {
        return Domain.parse("<domain><name>game</name><memory>1</memory><devices><disk type='file' device='disk'>"
                + "<driver name='qemu' type='raw'" + driver
                + "/><source file='/vm/a.img'/><target dev='vda' bus='virtio'/>"
                + "</disk></devices></domain>");
    }

    private static Fact<TestedDisk> disk(String driver) {
        return Fact.known(TestedDisk.of(domain(driver), "game.xml", "", _ -> false), "game.xml");
    }

    private static DiskSurroundings around(String driver, Drive drive, long free) {
        return new DiskSurroundings(
                disk(driver),
                Fact.known(List.of(drive), "/vm/a.img"),
                Fact.known(free, "/proc/meminfo"),
                Fact.known(new DiskImage("raw", 8 * GIB, 8 * GIB, false), "/vm/a.img"),
                DiskSurroundings.noQemu());
    }

    private static DiskCheck check(String id, DiskResult result, DiskSurroundings around) {
        return DiskReport.of(result, around).checks().stream()
                .filter(c -> c.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static DiskResult crystal() {
        return Samples.read(Samples.CRYSTAL_8);
    }

    @Test
    void moreThanTheLinkCarries() {
        DiskReport report = DiskReport.of(crystal(), around(" cache='writeback'", SATA, 16 * GIB));
        assertThat(report.verdict()).isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(report.checks().getFirst().says())
                .isEqualTo(
                        "3.5 GB/s (SEQ 1MiB Q8T1, read) is more than the SATA drive can carry (600 MB/s): it is your host's"
                                + " page cache: cache='writeback' in disk vda of game.xml.");
        assertThat(check("link", crystal(), around("", SATA, 1)).says())
                .endsWith("no cache= in disk vda of game.xml, which is writeback.");
        assertThat(check("link", crystal(), around(" cache='none'", SATA, 1)).says())
                .endsWith("more than the SATA drive can carry (600 MB/s).");
        assertThat(check("link", Samples.read(Samples.CRYSTAL_3), around("", SATA, 1))
                        .verdict())
                .isEqualTo(Verdict.BELIEVED);
    }

    @Test
    void theLinkAsItRuns() {
        Drive slow = new Drive(
                "nvme0n1",
                "NVMe drive on PCIe 3.0 x2",
                Optional.of(2 * Drive.lane(8)),
                Optional.of(4 * Drive.lane(16)));
        DiskCheck check = check("link", crystal(), around(" cache='none'", slow, 1));
        assertThat(check.verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(check.says())
                .contains("carries as it runs now (2.0 GB/s), though not more than it could (7.9 GB/s)");
        assertThat(check("link", Samples.read(Samples.mixed()), around("", slow, 1))
                        .verdict())
                .isEqualTo(Verdict.BELIEVED);
    }

    @Test
    void runsAtTheSameTimeAddUp() {
        String side = "\"read\":{\"io_bytes\":4096,\"io_kbytes\":4,\"bw_bytes\":400000000,\"iops\":1.0}";
        String file = "\"job options\":{\"filename\":\"%s\"},";
        String jobs = "{\"jobname\":\"a\",\"groupid\":0," + file.formatted("/dev/vda") + side
                + "},{\"jobname\":\"b\",\"groupid\":%d," + file + side + "}";
        String json = "{\"fio version\":\"fio-3.36\",\"jobs\":[" + jobs + "]}";
        assertThat(check("link", Samples.read(json.formatted(0, "/dev/vda")), around("", SATA, 1))
                        .verdict())
                .isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(check("link", Samples.read(json.formatted(1, "/dev/vda")), around("", SATA, 1))
                        .verdict())
                .isEqualTo(Verdict.BELIEVED);
    }

    @Test
    void jobsOnSeveralDrivesAreNoSumForOneLink() {
        String job = "{\"jobname\":\"%1$s\",\"job options\":{\"filename\":\"/dev/%1$s\",\"direct\":\"1\"},\"read\":"
                + "{\"io_bytes\":4000000000,\"io_kbytes\":4,\"bw_bytes\":400000000,\"runtime\":10000}}";
        String drive = "{\"name\":\"%s\",\"read_ios\":9,\"read_sectors\":%d}";
        String json = "{\"fio version\":\"fio-3.36\",\"jobs\":[" + job.formatted("sda") + "," + job.formatted("sdb")
                + "," + job.formatted("sdc") + "],\"disk_util\":[%s]}";
        String three = String.join(
                ",", drive.formatted("sda", 7812500), drive.formatted("sdb", 7812500), drive.formatted("sdc", 7812500));
        DiskResult result = Samples.read(json.formatted(three));
        assertThat(result.target()).isEmpty();
        DiskCheck link = check("link", result, around(" cache='none'", SATA, 1));
        assertThat(link.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(link.says()).contains("may have been on several drives");
        DiskCheck busy = check("drive-activity", result, DiskSurroundings.unknown());
        assertThat(busy.verdict()).isEqualTo(Verdict.BELIEVED);
        assertThat(busy.says()).isEqualTo("The drives together were as busy as fio says.");

        assertThat(activity(json.formatted(drive.formatted("sda", 7812500)))).isEqualTo(Verdict.DOUBTFUL);
        assertThat(activity(json.formatted(drive.formatted("dm-0", 3 * 7812500) + "," + drive.formatted("sda", 1))))
                .as("all of it is on one volume")
                .isEqualTo(Verdict.BELIEVED);
        assertThat(activity(json.formatted(drive.formatted("dm-0", 7812500) + "," + drive.formatted("sda", 7812500))))
                .as("the same bytes may be counted twice")
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(activity(
                        json.formatted(three).replace("/dev/sdb", "/dev/sda").replace("/dev/sdc", "/dev/sda")))
                .as("one file")
                .isEqualTo(Verdict.DOUBTFUL);
    }

    @Test
    void withoutAnythingKnownOnlyTheUnlikelyIsDoubted() {
        assertThat(check("link", crystal(), DiskSurroundings.unknown()).verdict())
                .isEqualTo(Verdict.UNKNOWN);
        DiskResult fast = Samples.read(Samples.CRYSTAL_8.replace(" 3512.318", "23512.318"));
        assertThat(check("link", fast, DiskSurroundings.unknown()).verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(DiskReport.of(crystal(), DiskSurroundings.unknown()).verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "none,         16, BELIEVED",
        "directsync,   16, BELIEVED",
        "writeback,    16, DOUBTFUL",
        "writethrough, 16, DOUBTFUL",
        "unsafe,       16, DOUBTFUL",
        "default,      16, DOUBTFUL",
        "writeback,     0, BELIEVED",
    })
    void theHostsPageCache(String cache, long freeGib, Verdict verdict) {
        Drive nvme = new Drive("nvme0n1", "NVMe drive", Optional.of(8e9), Optional.of(8e9));
        DiskCheck check = check("host-cache", crystal(), around(" cache='" + cache + "'", nvme, freeGib * GIB));
        assertThat(check.verdict()).isEqualTo(verdict);
        assertThat(check.says()).contains("disk vda of game.xml");
    }

    @Test
    void aCacheOfUnknownEffectIsDoubted() {
        DiskSurroundings dark = new DiskSurroundings(
                disk(""),
                Fact.unreadable("host", "x"),
                Fact.unreadable("host", "not looked at"),
                Fact.unreadable("host", "x"),
                DiskSurroundings.noQemu());
        DiskCheck check = check("host-cache", crystal(), dark);
        assertThat(check.verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(check.says()).contains("memory is not known (not looked at)");
    }

    @Test
    void theCacheOfTheSystemThatRanFio() {
        assertThat(check("guest-cache", Samples.read(Samples.mixed()), DiskSurroundings.unknown())
                        .verdict())
                .isEqualTo(Verdict.BELIEVED);
        DiskCheck cached = check("guest-cache", Samples.read(Samples.cached()), DiskSurroundings.unknown());
        assertThat(cached.verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(cached.says()).startsWith("cached ran without direct=1").doesNotContain("end_fsync");
        String write =
                "{\"fio version\":\"fio-3.36\",\"jobs\":[{\"jobname\":\"w\",\"job options\":{\"rw\":\"write\"%s},"
                        + "\"write\":{\"io_bytes\":1,\"io_kbytes\":0,\"bw_bytes\":1}}]}";
        assertThat(check("guest-cache", Samples.read(write.formatted("")), DiskSurroundings.unknown())
                        .says())
                .contains("without end_fsync=1");
        assertThat(check(
                                "guest-cache",
                                Samples.read(write.formatted(",\"end_fsync\":\"1\"")),
                                DiskSurroundings.unknown())
                        .verdict())
                .isEqualTo(Verdict.BELIEVED);
        String bare =
                "{\"fio version\":\"fio-2.2.10\",\"jobs\":[{\"jobname\":\"w\",\"write\":{\"io_bytes\":1,\"bw\":1}}]}";
        assertThat(check("guest-cache", Samples.read(bare), DiskSurroundings.unknown())
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(check("guest-cache", crystal(), DiskSurroundings.unknown()).verdict())
                .isEqualTo(Verdict.BELIEVED);
    }

    @Test
    void zeros() {
        assertThat(check("zero-data", Samples.read(Samples.CRYSTAL_6), DiskSurroundings.unknown())
                        .says())
                .contains("<0Fill>");
        assertThat(check("zero-data", crystal(), DiskSurroundings.unknown()).verdict())
                .isEqualTo(Verdict.BELIEVED);
        assertThat(check("zero-data", Samples.read(Samples.mixed()), DiskSurroundings.unknown())
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
        String zero = Samples.mixed().replace("\"direct\" : \"1\"", "\"direct\" : \"1\", \"zero_buffers\" : \"1\"");
        assertThat(check("zero-data", Samples.read(zero), DiskSurroundings.unknown())
                        .says())
                .contains("zero_buffers");
    }

    @Test
    void holesInTheImage() {
        DiskSurroundings full = around("", SATA, 1);
        assertThat(check("allocation", crystal(), full).verdict()).isEqualTo(Verdict.BELIEVED);
        assertThat(check("allocation", crystal(), withImage(full, new DiskImage("qcow2", 8 * GIB, GIB / 2, false)))
                        .says())
                .contains("may have come from holes, as the image is now");
        String written = "{\"fio version\":\"fio-3.36\",\"jobs\":[{\"jobname\":\"w\",\"job options\":{\"rw\":\"write\","
                + "\"size\":\"1g\"},\"write\":{\"io_bytes\":1,\"io_kbytes\":0,\"bw_bytes\":1}}]}";
        assertThat(check(
                                "allocation",
                                Samples.read(written),
                                withImage(full, new DiskImage("qcow2", 8 * GIB, GIB / 2, false)))
                        .verdict())
                .as("nothing was read")
                .isEqualTo(Verdict.BELIEVED);
        assertThat(check("allocation", crystal(), withImage(full, new DiskImage("qcow2", 8 * GIB, 2 * GIB, true)))
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    private static DiskSurroundings withImage(DiskSurroundings around, DiskImage image) {
        return new DiskSurroundings(
                around.disk(), around.drives(), around.freeMemory(), Fact.known(image, "/vm/a.img"), around.qemu());
    }

    @ParameterizedTest
    @CsvSource({
        "299401216, 129015808, BELIEVED",
        "150000000, 129015808, DOUBTFUL",
        "1000000,   129015808, IMPOSSIBLE",
        "299401216, 1000,      IMPOSSIBLE",
    })
    void whatQemuMovedForFio(long read, long written, Verdict verdict) {
        DiskSurroundings around = around("", SATA, 1);
        DiskSurroundings counted = new DiskSurroundings(
                around.disk(),
                around.drives(),
                around.freeMemory(),
                around.image(),
                Fact.known(new ProcIo(read, written), "/proc/PID/io"));
        assertThat(check("qemu-io", Samples.read(Samples.mixed()), counted).verdict())
                .isEqualTo(verdict);
        assertThat(check("qemu-io", crystal(), counted).verdict())
                .as("what is estimated is at most doubted")
                .isEqualTo(Verdict.DOUBTFUL);
    }

    @Test
    void whatReadsThatQemuDidNotDoMayHaveComeFrom() {
        String cache = " than the host's page cache, or a hole in the image.";
        String any = " than a cache of the guest's or the host's, or a hole in the image.";
        assertThat(readsEnd(" cache='writeback'", Samples.mixed())).endsWith(cache);
        assertThat(readsEnd(" cache='none'", Samples.mixed())).endsWith(any);
        assertThat(readsEnd(" cache='writeback'", Samples.mixed().replace("\"direct\" : \"1\"", "\"direct\" : \"0\"")))
                .endsWith(any);
    }

    private static String readsEnd(String driver, String fio) {
        DiskSurroundings around = around(driver, SATA, 1);
        Fact<ProcIo> little = Fact.known(new ProcIo(1000, 129015808), "/proc/PID/io");
        return check(
                        "qemu-io",
                        Samples.read(fio),
                        new DiskSurroundings(
                                around.disk(), around.drives(), around.freeMemory(), around.image(), little))
                .says();
    }

    @Test
    void copiesOfProcIo() {
        String text =
                "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: %d\nwrite_bytes: %d\ncancelled_write_bytes: 0\n";
        ProcIo before = ProcIo.parse(text.formatted(100, 200));
        assertThat(ProcIo.parse(text.formatted(150, 260)).since(before)).isEqualTo(new ProcIo(50, 60));
        assertThatIllegalArgumentException().isThrownBy(() -> before.since(ProcIo.parse(text.formatted(101, 200))));
        assertThatIllegalArgumentException().isThrownBy(() -> ProcIo.parse("read_bytes: 1\n"));
    }

    @Test
    void whatTheDriveDidMeanwhile() {
        String json = """
                {"fio version":"fio-3.36","jobs":[{"jobname":"w","write":{"io_bytes":1048576000,"io_kbytes":1,
                "bw_bytes":1,"runtime":%d}}],"disk_util":[{"name":"vda","write_ios":%d%s}]}""";
        assertThat(activity(json.formatted(5000, 9, ",\"write_sectors\":2048000")))
                .isEqualTo(Verdict.BELIEVED);
        assertThat(activity(json.formatted(5000, 9, ",\"write_sectors\":2048"))).isEqualTo(Verdict.DOUBTFUL);
        assertThat(activity(json.formatted(500, 0, ",\"write_sectors\":0"))).isEqualTo(Verdict.UNKNOWN);
        assertThat(activity(json.formatted(5000, 0, ""))).isEqualTo(Verdict.DOUBTFUL);
        assertThat(activity(json.formatted(5000, 9, ""))).isEqualTo(Verdict.UNKNOWN);
        assertThat(activity(Samples.CRYSTAL_8)).isEqualTo(Verdict.UNKNOWN);
    }

    private static Verdict activity(String text) {
        return check("drive-activity", Samples.read(text), DiskSurroundings.unknown())
                .verdict();
    }

    @Test
    void figuresThatContradictEachOther() {
        assertThat(arithmetic(Samples.CRYSTAL_8)).isEqualTo(Verdict.BELIEVED);
        assertThat(arithmetic(Samples.mixed())).isEqualTo(Verdict.BELIEVED);
        assertThat(arithmetic(Samples.FIO_2)).isEqualTo(Verdict.BELIEVED);
        assertThat(arithmetic(Samples.CRYSTAL_8.replace("2386.11", "9386.11"))).isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(arithmetic(Samples.CRYSTAL_8.replace(" 3349.6", "13349.6"))).isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(arithmetic(Samples.CRYSTAL_8.replace("2386.11", " 286.11"))).isEqualTo(Verdict.NOTE);
        assertThat(arithmetic("Sequential Read : 50.0 MB/s")).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void anEngineThatWaitsMeasuresTheDriveAllTheSame() {
        DiskReport report = DiskReport.of(
                Samples.read(
                        "{\"fio version\":\"fio-3.36\",\"jobs\":[{\"jobname\":\"r\",\"job options\":{\"rw\":\"randread\","
                                + "\"ioengine\":\"psync\",\"iodepth\":\"32\",\"direct\":\"1\"},\"read\":{\"io_bytes\":40960000,"
                                + "\"io_kbytes\":40000,\"bw_bytes\":40960000,\"iops\":10000,\"lat_ns\":{\"mean\":99000}}}]}"),
                around(" cache='none'", SATA, 1));
        assertThat(report.checks().getLast().verdict()).isEqualTo(Verdict.NOTE);
        assertThat(report.checks().getLast().says()).contains("no measure of that queue depth");
        assertThat(report.verdict()).isEqualTo(Verdict.BELIEVED);
    }

    private static Verdict arithmetic(String text) {
        return check("arithmetic", Samples.read(text), DiskSurroundings.unknown())
                .verdict();
    }

    @Test
    void whichDiskWasTested() {
        Domain two = Domain.parse("<domain><name>g</name><memory>1</memory><devices>"
                + "<disk type='file' device='cdrom'><target dev='sdc' bus='sata'/></disk>"
                + "<disk type='file' device='disk'><source file='/a'/><target dev='vda' bus='virtio'/></disk>"
                + "<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='1' slot='0' function='0'/></source>"
                + "</hostdev></devices></domain>");
        assertThat(TestedDisk.of(two, "g", "", _ -> false).words()).isEqualTo("disk vda of g");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestedDisk.of(two, "g", "", _ -> true))
                .withMessage("g has several disks: vda, 0000:01:00.0");
        assertThat(TestedDisk.of(two, "g", "0000:01:00.0", _ -> false).words())
                .isEqualTo("drive 0000:01:00.0 passed to g");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestedDisk.of(two, "g", "vdb", _ -> false))
                .withMessage("g has no disk vdb; it has vda");
    }

    @Test
    void lanes() {
        assertThat(4 * Drive.lane(8)).isBetween(3.9e9, 4e9);
        assertThat(4 * Drive.lane(16)).isBetween(7.8e9, 7.9e9);
        assertThat(4 * Drive.lane(32)).isBetween(15.7e9, 15.8e9);
        assertThat(Drive.lane(2.5)).isEqualTo(0.25e9);
    }
}
