package dev.nptune.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Fact;
import dev.nptune.host.HostReader;
import dev.nptune.host.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which drives a path lies on, on a small machine: an NVMe drive with two partitions, one of them under LUKS, and two
/// SATA drives under a stripe.
class DriveFinderTest {
    private static final String NVME = "0000:00:01.0";
    private static final String SATA = "0000:00:02.0";

    @TempDir
    private Path root;

    @BeforeEach
    void plant() throws IOException {
        function(
                NVME,
                "0x010802",
                Map.of(
                        "current_link_speed", "16.0 GT/s PCIe",
                        "max_link_speed", "16.0 GT/s PCIe",
                        "current_link_width", "4",
                        "max_link_width", "4"));
        function(SATA, "0x010601", Map.of());
        drive(NVME + "/nvme/nvme0/nvme0n1", "nvme0n1", "259:0");
        partition(NVME + "/nvme/nvme0/nvme0n1/nvme0n1p1", "nvme0n1p1", "259:1");
        partition(NVME + "/nvme/nvme0/nvme0n1/nvme0n1p2", "nvme0n1p2", "259:2");
        drive(SATA + "/ata1/block/sda", "sda", "8:0");
        drive(SATA + "/ata2/block/sdb", "sdb", "8:16");
        volume("dm-0", "253:0", "nvme0n1p2");
        volume("md0", "9:0", "sda", "sdb");
        file("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
        file("/sys/fs/btrfs/features/x", "1\n");
        file("/proc/self/mountinfo", """
                22 1 253:0 / / rw shared:1 - ext4 /dev/mapper/root rw
                23 22 259:1 / /boot rw shared:2 - ext4 /dev/nvme0n1p1 rw
                24 22 9:0 / /vm rw shared:3 - xfs /dev/md0 rw
                25 22 0:40 / /pool rw shared:4 - zfs pool rw
                26 22 0:41 / /data rw shared:5 - btrfs /dev/sda rw
                """);
    }

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.resolve("..").normalize());
        Files.writeString(file, content);
    }

    private void link(String path, String target) throws IOException {
        Path link = root.resolve(path.substring(1));
        Files.createDirectories(link.resolve("..").normalize());
        Files.createSymbolicLink(link, Path.of(target));
    }

    private void function(String address, String type, Map<String, String> link) throws IOException {
        String place = "/sys/devices/pci0000:00/" + address;
        file(place + "/class", type + "\n");
        file(place + "/vendor", "0x144d\n");
        file(place + "/device", "0xa808\n");
        for (Map.Entry<String, String> each : link.entrySet()) {
            file(place + "/" + each.getKey(), each.getValue() + "\n");
        }
        link("/sys/bus/pci/devices/" + address, "../../../devices/pci0000:00/" + address);
    }

    private void drive(String below, String name, String number) throws IOException {
        file("/sys/devices/pci0000:00/" + below + "/dev", number + "\n");
        Files.createDirectories(root.resolve("sys/devices/pci0000:00/" + below + "/slaves"));
        link("/sys/class/block/" + name, "../../devices/pci0000:00/" + below);
    }

    private void partition(String below, String name, String number) throws IOException {
        file("/sys/devices/pci0000:00/" + below + "/dev", number + "\n");
        file("/sys/devices/pci0000:00/" + below + "/partition", "1\n");
        link("/sys/class/block/" + name, "../../devices/pci0000:00/" + below);
    }

    private void volume(String name, String number, String... on) throws IOException {
        String place = "/sys/devices/virtual/block/" + name;
        file(place + "/dev", number + "\n");
        for (String slave : on) {
            link(place + "/slaves/" + slave, "../../../../pci0000:00/" + slave);
        }
        link("/sys/class/block/" + name, "../../devices/virtual/block/" + name);
    }

    private Fact<List<Drive>> below(String path) {
        return new DriveFinder(HostReader.read(root)).below(path);
    }

    private String words(String path) {
        return String.join(
                "; ",
                below(path).get().orElseThrow().stream()
                        .map(d -> d.name() + " " + d.words())
                        .toList());
    }

    @Test
    void throughPartitionsAndVolumes() {
        assertThat(words("/boot/a.img")).isEqualTo("nvme0n1 NVMe drive on PCIe 4.0 x4");
        assertThat(words("/home/a.img")).isEqualTo("nvme0n1 NVMe drive on PCIe 4.0 x4");
        assertThat(words("/vm/a.img")).isEqualTo("sda SATA drive; sdb SATA drive");
        assertThat(words("/vm/../boot/a.img")).contains("nvme0n1");
        assertThat(words("/vmother/a.img")).contains("nvme0n1");
        assertThat(words("/dev/nvme0n1p1")).contains("nvme0n1");
        assertThat(below("/boot/a.img").get().orElseThrow().getFirst().now())
                .hasValueSatisfying(bound -> assertThat(bound).isBetween(7.8e9, 7.9e9));
    }

    @Test
    void whatIsNotKnownSaysSo() {
        assertThat(DiskSurroundings.reason(below("/pool/a.img"))).contains("ZFS");
        assertThat(DiskSurroundings.reason(below("/data/a.img"))).contains("btrfs");
        assertThat(DiskSurroundings.reason(below("/dev/sdz"))).contains("none of the block devices");
    }

    @Test
    void aPassedDrive() {
        DriveFinder finder = new DriveFinder(HostReader.read(root));
        assertThat(finder.passed(PciAddress.parse(NVME)).get().orElseThrow())
                .singleElement()
                .satisfies(d -> assertThat(d.words()).isEqualTo("NVMe drive on PCIe 4.0 x4"));
        assertThat(finder.passed(PciAddress.parse("0000:09:00.0")).get()).isEmpty();
    }
}
