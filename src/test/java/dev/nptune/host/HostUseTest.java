package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.host.Storage.Mount;
import dev.nptune.internal.json.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [StorageReader] and [NetworkReader], and what is concluded from what they read.
class HostUseTest {
    private static final String NVME = "0000:00:01.0";
    private static final String SATA = "0000:00:02.0";
    private static final String CARD = "0000:00:03.0";
    private static final String USB = "0000:00:04.0";

    @TempDir
    Path root = Path.of("");

    private TestTree tree = new TestTree(root);

    @BeforeEach
    void plant() {
        tree = new TestTree(root);
        tree.pci(NVME, "0x010802", "0x144d", "0xa808", "nvme", 1)
                .pci(SATA, "0x010601", "0x1022", "0x7901", "ahci", 2)
                .pci(CARD, "0x020000", "0x8086", "0x1539", "igb", 3)
                .pci(USB, "0x0c0330", "0x1022", "0x149c", "xhci_hcd", 4);
        drive(NVME + "/nvme/nvme0", "nvme0n1", "259:0");
        partition(NVME + "/nvme/nvme0", "nvme0n1", "nvme0n1p1", "259:1");
        partition(NVME + "/nvme/nvme0", "nvme0n1", "nvme0n1p2", "259:2");
        mounts("");
        swaps("");
        tree.file("/proc/net/route", "Iface\tDestination\n").directory("/sys/class/net");
    }

    private void drive(String below, String name, String number) {
        String place = "/sys/devices/pci0000:00/" + below + "/" + name;
        tree.file(place + "/dev", number + "\n").directory(place + "/slaves");
        tree.link("/sys/class/block/" + name, "../../devices/pci0000:00/" + below + "/" + name);
    }

    private void partition(String below, String drive, String name, String number) {
        String place = "/sys/devices/pci0000:00/" + below + "/" + drive + "/" + name;
        tree.file(place + "/dev", number + "\n").file(place + "/partition", "1\n");
        tree.link("/sys/class/block/" + name, "../../devices/pci0000:00/" + below + "/" + drive + "/" + name);
    }

    private void volume(String name, String number, String... on) {
        String place = "/sys/devices/virtual/block/" + name;
        tree.file(place + "/dev", number + "\n").directory(place + "/slaves");
        for (String slave : on) {
            tree.link(place + "/slaves/" + slave, "../../../../pci0000:00/" + slave);
        }
        tree.link("/sys/class/block/" + name, "../../devices/virtual/block/" + name);
    }

    private void mounts(String lines) {
        tree.file("/proc/self/mountinfo", "22 1 0:20 / /proc rw,nosuid shared:5 - proc proc rw\n" + lines);
    }

    private void swaps(String lines) {
        tree.file("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n" + lines);
    }

    private void card(String address, String name, String state) {
        tree.file("/sys/devices/pci0000:00/" + address + "/net/" + name + "/operstate", state + "\n");
        tree.link("/sys/class/net/" + name, "../../devices/pci0000:00/" + address + "/net/" + name);
    }

    private Host read() {
        Host host = HostReader.read(root);
        assertThat(Json.read(Json.compact(host), Host.class)).isEqualTo(host);
        return host;
    }

    private HostUse use(String address) {
        return HostUse.of(read(), PciAddress.parse(address));
    }

    @Test
    void aDriveThatNobodyUses() {
        HostUse use = use(NVME);

        assertThat(use).isEqualTo(new HostUse(List.of("nvme0n1"), List.of(), List.of(), List.of(), List.of()));
        assertThat(use.none()).isTrue();
        assertThat(use(SATA).none()).isTrue();
    }

    @Test
    void partitionsThatAreMountedOrSwap() {
        mounts("30 1 259:2 / / rw - ext4 /dev/root rw\n31 30 259:9 / /x rw - ext4 /dev/sdz rw\n");
        swaps("/dev/nvme0n1p1                          partition\t8388604\t0\t-2\n/swapfile file 1 0 -3\n");

        assertThat(use(NVME).uses()).containsExactly("nvme0n1p1 is swap space", "nvme0n1p2 is mounted at /");
        assertThat(use(SATA).none()).isTrue();
    }

    @Test
    void throughLuksAndLvm() {
        volume("dm-0", "253:0", "nvme0n1p2");
        volume("dm-1", "253:1", "dm-0");
        volume("dm-2", "253:2", "dm-0");
        mounts("30 1 253:1 / / rw shared:1 master:2 - xfs /dev/mapper/vg-root rw\n");

        HostUse use = use(NVME);

        assertThat(use.drives()).containsExactly("nvme0n1");
        assertThat(use.uses()).containsExactly("dm-1 is mounted at /", "dm-2, a volume on dm-0, is active");
    }

    private HostUse device(String path) {
        Host host = read();
        return HostUse.of(host, host.storage().block(path).orElseThrow());
    }

    @Test
    void aDriveByItself() {
        volume("dm-0", "253:0", "nvme0n1p2");
        mounts("30 1 0:50 / /data rw - bcachefs /dev/nvme0n1p1:/dev/sdz rw\n");

        assertThat(device("/dev/nvme0n1").uses())
                .containsExactlyInAnyOrder("nvme0n1p1 is mounted at /data", "dm-0, a volume on nvme0n1p2, is active");
        assertThat(device("/dev/nvme0n1").vital()).isEmpty();
        assertThat(device("/dev/dm-0").none()).isTrue();
        mounts("30 1 253:0 / /var/lib rw - ext4 /dev/mapper/x rw\n");
        assertThat(device("/dev/nvme0n1p2").vital()).containsExactly("dm-0 is mounted at /var/lib");
        mounts("30 1 0:50 / /tank rw - zfs tank rw\n");
        assertThat(device("/dev/nvme0n1p1").unknown())
                .containsExactly("ZFS is mounted, and the kernel does not tell on which drives");
        assertThat(read().storage().block("/dev/disk/by-id/x")).isEmpty();
    }

    @Test
    void aRaidOverTwoControllers() {
        drive(SATA + "/ata1/host0/target0:0:0/0:0:0:0/block", "sda", "8:0");
        volume("md127", "9:127", "nvme0n1p1", "sda");
        mounts("30 1 9:127 / /home rw - ext4 /dev/md127 rw\n");

        assertThat(use(NVME).uses()).containsExactly("md127 is mounted at /home");
        assertThat(use(SATA).uses()).containsExactly("md127 is mounted at /home");
    }

    @Test
    void btrfsHasANumberOfItsOwn() {
        drive(SATA + "/ata1/host0/target0:0:0/0:0:0:0/block", "sda", "8:0");
        mounts("30 1 0:27 /@ / rw - btrfs /dev/nvme0n1p2 rw,subvol=/@\n");
        String devices = "/sys/fs/btrfs/6f4b1e0a-9f0f-4b8c-8a2f-0d1f3b9c2e11/devices/";
        tree.link(devices + "nvme0n1p2", "../../../../devices/x").link(devices + "sda", "../../../../devices/y");
        tree.directory("/sys/fs/btrfs/features");

        assertThat(use(NVME).uses()).containsExactly("nvme0n1p2 is mounted at /");
        assertThat(use(SATA).uses()).containsExactly("sda is part of a mounted btrfs");
    }

    @Test
    void zfsTellsNoDrives() {
        mounts("30 1 0:27 / / rw - zfs rpool/ROOT/debian rw\n");

        assertThat(use(NVME).uses()).isEmpty();
        assertThat(use(NVME).unknown()).singleElement().asString().startsWith("ZFS is mounted");
        assertThat(use(SATA).none()).as("a controller without drives").isTrue();
    }

    @Test
    void aNamespaceWithSeveralWays() {
        String head = "/sys/devices/virtual/nvme-subsystem/nvme-subsys1";
        tree.file(head + "/nvme1n1/dev", "259:5\n").directory(head + "/nvme1n1/slaves");
        tree.link(head + "/nvme1", "../../../pci0000:00/" + SATA + "/nvme/nvme1");
        tree.directory("/sys/devices/pci0000:00/" + SATA + "/nvme/nvme1/nvme1c1n1");
        tree.link("/sys/class/nvme-subsystem/nvme-subsys1", "../../devices/virtual/nvme-subsystem/nvme-subsys1");
        tree.link("/sys/class/block/nvme1n1", "../../devices/virtual/nvme-subsystem/nvme-subsys1/nvme1n1");
        tree.link("/sys/class/block/nvme1c1n1", "../../devices/pci0000:00/" + SATA + "/nvme/nvme1/nvme1c1n1");
        mounts("30 1 259:5 / /srv rw - ext4 /dev/nvme1n1 rw\n");

        assertThat(use(SATA).drives()).containsExactly("nvme1n1");
        assertThat(use(SATA).uses()).containsExactly("nvme1n1 is mounted at /srv");
    }

    @Test
    void whatCannotBeReadIsNotUnused() {
        Host host = HostReader.read(root.resolve("proc"));

        assertThat(host.storage().blocks()).isInstanceOf(Fact.Absent.class);
        Host other = read();
        assertThat(HostUse.of(other, PciAddress.parse(CARD)).none())
                .as("no interface")
                .isTrue();
        tree.file("/proc/self/mountinfo", "nonsense\n");
        assertThat(use(NVME).unknown())
                .containsExactly("mounts are not known (/proc/self/mountinfo: not a mount: 'nonsense')");
        assertThat(use(SATA).none()).as("no drive").isTrue();
    }

    @Test
    void theOnlyNetworkCard() {
        card(CARD, "enp3s0", "down");

        assertThat(use(CARD).uses()).containsExactly("it is the only network card");
        assertThat(use(CARD).interfaces()).containsExactly("enp3s0");
        assertThat(use(NVME).none()).isTrue();

        card("0000:00:04.0", "wlan0", "up");
        assertThat(use(CARD).none()).isTrue();
    }

    @Test
    void theDefaultRouteGoesOverABridge() {
        card(CARD, "enp3s0", "up");
        card("0000:00:05.0", "enp5s0", "up");
        tree.file("/sys/devices/virtual/net/br0/operstate", "up\n");
        tree.link("/sys/devices/virtual/net/br0/lower_enp3s0", "../../../pci0000:00/" + CARD + "/net/enp3s0");
        tree.link("/sys/class/net/br0", "../../devices/virtual/net/br0");
        tree.file("/sys/class/net/bonding_masters", "bond0\n");
        tree.file("/proc/net/route", """
                Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
                br0\t00000000\t0100A8C0\t0003\t0\t0\t425\t00000000\t0\t0\t0
                enp5s0\t0000A8C0\t00000000\t0001\t0\t0\t425\t00FFFFFF\t0\t0\t0
                """);

        assertThat(use(CARD).uses()).containsExactly("the default route goes over br0");
        assertThat(use("0000:00:05.0").none()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"enx", "wlx", "wwx"})
    void anAdapterNamedAfterItsAddress(String kind) {
        card(CARD, "enp3s0", "up");
        card(USB + "/usb1/1-2/1-2:1.0", kind + "001122334455", "up");
        tree.file("/proc/net/route", "Iface\n" + kind + "001122334455 00000000 0100A8C0 0003 0 0 100 00000000 0 0 0\n");

        Host host = read();

        assertThat(Json.compact(host)).doesNotContain("001122334455");
        assertThat(HostUse.of(host, PciAddress.parse(USB)).unknown())
                .containsExactly("the default route goes over a USB adapter, which may hang on it");
    }

    @Test
    void routesOfIpv6() {
        String zero = "0".repeat(32);
        assertThat(NetworkReader.routes6(zero + " 00 " + zero + " 00 fe80 00000400 1 0 00000003 br0\n" + zero + " 00 "
                        + zero + " 00 " + zero + " ffffffff 1 0 00200200 lo\n"))
                .containsExactly("br0");
        assertThatIllegalArgumentException().isThrownBy(() -> NetworkReader.routes("Iface\nbr0 00000000\n"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkReader.routes("Iface\nbr0 00000000 0 zz 0 0 0 00000000\n"));
    }

    @Test
    void mounts() {
        assertThat(StorageReader.mounts("""
                        36 35 98:0 /mnt1 /my\\040disk rw master:1 - ext3 /dev/sdb1 rw,errors=continue
                        40 35 0:50 / /home/me/.gvfs rw - fuse.gvfsd gvfsd-fuse rw
                        """)).containsExactly(new Mount("98:0", "ext3", "/dev/sdb1", "/my disk"));
        assertThatIllegalArgumentException().isThrownBy(() -> StorageReader.mounts("36 35 - ext3 /dev/sdb1\n"));
    }
}
