package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.host.source.GatherScript;
import dev.nptune.host.source.Snapshot;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The gather script takes what the readers ask for: a machine read from its snapshot is the machine read in place.
///
/// A path that a reader asks for and the script does not take shows here as a difference, or as "not in the snapshot".
/// It then needs a word in the list at the top of `gather.sh`.
class GatheredHostTest {
    private static final Path DATA = Path.of("..", "shared", "data");
    private static final Commands UNASKED = Commands.unavailable("not asked here");

    @TempDir(factory = MemoryFolder.class)
    Path temp = Path.of("");

    private MachineSource gather(String... options) throws IOException, UserException {
        Path file = temp.resolve("host.tar.gz");
        try (OutputStream out = Files.newOutputStream(file)) {
            Exec.Result result = GatherScript.run(List.of(options), out);
            assertThat(result.exit()).as(result.err()).isZero();
            assertThat(result.err().lines()).allSatisfy(line -> assertThat(line).startsWith("nptune gather: "));
        }
        MachineSource source = Snapshot.read(file);
        return new MachineSource(source.root(), source.coverage(), UNASKED);
    }

    private static String comparable(MachineSource source) {
        return SameMachine.comparable(HostReader.read(source));
    }

    private void isTheSame(Path machine) throws IOException, UserException {
        MachineSource gathered = gather("--no-redact", "--root", machine.toString());

        assertThat(Json.compact(HostReader.read(gathered))).doesNotContain("not in the snapshot");
        assertThat(comparable(gathered)).isEqualTo(comparable(new MachineSource(machine, Coverage.WHOLE, UNASKED)));
    }

    @Test
    void theRyzen() throws IOException, UserException {
        Path machine = Files.createDirectory(temp.resolve("machine"));
        new TestTree(machine).ryzen();

        isTheSame(machine);
    }

    @ParameterizedTest
    @ValueSource(strings = {Machines.VEGA, Machines.GAMING_K5, Machines.THREADRIPPER})
    void theMachinesOfTheThread(String name) throws IOException, UserException {
        Path machine = Files.createDirectory(temp.resolve("machine"));
        Machines.unpack(name, machine);
        try {
            isTheSame(machine);
        } finally {
            Machines.delete(machine);
        }
    }

    @Test
    void theMemoryOfARunningVm() throws IOException, UserException {
        Path machine = Files.createDirectory(temp.resolve("machine"));
        TestTree tree = new TestTree(machine);
        tree.file("/proc/7/comm", "qemu-system-x86\n")
                .file("/proc/7/cmdline", "qemu-system-x86_64\0-name\0guest=win\0")
                .file("/proc/7/status", "Name:\tqemu\nHugetlbPages:\t0 kB\n")
                .file("/proc/7/task/7/comm", "qemu-system-x86\n")
                .file("/proc/7/smaps", QemuMemoryTest.SMAPS);
        String kvm = QemuMemoryReader.STATISTICS;
        tree.files(kvm + "/7-12", Map.of("pages_4k", "44247", "pages_2m", "0", "pages_1g", "0", "exits", "5"));
        tree.file(kvm + "/exits", "5\n");
        try {
            isTheSame(machine);
            QemuMemory memory = HostReader.read(gather("--root", machine.toString()))
                    .virtualization()
                    .running()
                    .getFirst()
                    .memory();
            assertThat(memory.pages().get()).contains(new QemuMemory.GuestPages(44_247, 0, 0));
            assertThat(memory.mappings())
                    .isEqualTo(Fact.known(QemuMemoryReader.mappings(QemuMemoryTest.SMAPS), "/proc/7/smaps"));
        } finally {
            Machines.delete(machine);
        }
    }

    @Test
    void logsGroupsAndInterrupts() throws IOException, UserException {
        Path machine = Files.createDirectory(temp.resolve("machine"));
        TestTree tree = new TestTree(machine);
        String logs = "/var/log/libvirt/qemu/";
        String filler = "something else\n".repeat(20_000);
        tree.file(
                logs + "long.log", QemuLogReaderTest.START + "old error\n" + filler + "-x \\\n-device vfio-pci\nerror");
        tree.file(
                logs + "cut.log", "x".repeat(QemuLogReader.MAX_TAIL) + "\\\n-device vfio-pci\nVFIO " + "y".repeat(999));
        tree.file(logs + "many.log", "error: \u001b[31m ä\r\n".repeat(100)).file(logs + "none.log", "");
        tree.link(logs + "link.log", "none.log").directory(logs + "odd.log").file(logs + ".hidden.log", "error\n");
        for (int i = 0; i < 70; i++) {
            tree.file(logs + "vm" + i + ".log", "error " + i + "\n");
        }
        tree.file("/sys/fs/cgroup/system.slice/cpuset.cpus.effective", "0-1\n").directory("/sys/fs/cgroup/user.slice");
        tree.file("/proc/interrupts", " CPU0\n 1: 5 IO-APIC 1-edge i8042\n 2: 0 IO-APIC 2-edge\n");
        tree.file("/proc/irq/1/effective_affinity_list", "0\n").directory("/proc/irq/2");
        tree.file("/proc/iomem", "00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n");
        tree.file("/proc/sys/kernel/split_lock_mitigate", "1\n");
        tree.file("/sys/devices/virtual/misc/hw_random/rng_current", "tpm-rng-0\n");
        tree.link("/sys/class/misc/hw_random", "../../devices/virtual/misc/hw_random");
        try {
            isTheSame(machine);
        } finally {
            Machines.delete(machine);
        }
    }

    private static void drivesAndNetwork(TestTree tree) {
        tree.pci("0000:00:01.0", "0x010802", "0x144d", "0xa808", "nvme", 1);
        tree.pci("0000:00:03.0", "0x020000", "0x8086", "0x1539", "igb", 3);
        String drive = "/sys/devices/pci0000:00/0000:00:01.0/nvme/nvme0/nvme0n1";
        tree.file(drive + "/dev", "259:0\n").directory(drive + "/slaves");
        tree.file(drive + "/nvme0n1p1/dev", "259:1\n").file(drive + "/nvme0n1p1/partition", "1\n");
        String volume = "/sys/devices/virtual/block/dm-0";
        tree.file(volume + "/dev", "253:0\n").link(volume + "/slaves/nvme0n1p1", "../../../../x/nvme0n1p1");
        tree.link("/sys/class/block/nvme0n1", "../.." + drive.substring(4));
        tree.link("/sys/class/block/nvme0n1p1", "../.." + drive.substring(4) + "/nvme0n1p1");
        tree.link("/sys/class/block/dm-0", "../../devices/virtual/block/dm-0");
        String head = "/sys/devices/virtual/nvme-subsystem/nvme-subsys1";
        tree.file(head + "/nvme1n1/dev", "259:5\n").directory(head + "/nvme1n1/slaves");
        tree.link(head + "/nvme1", "../../../pci0000:00/0000:00:01.0/nvme/nvme1");
        tree.link("/sys/class/nvme-subsystem/nvme-subsys1", "../../devices/virtual/nvme-subsystem/nvme-subsys1");
        tree.link("/sys/class/block/nvme1n1", "../../devices/virtual/nvme-subsystem/nvme-subsys1/nvme1n1");
        tree.link("/sys/fs/btrfs/6f4b1e0a-9f0f-4b8c-8a2f-0d1f3b9c2e11/devices/nvme1n1", "../../../../devices/x");
        tree.directory("/sys/fs/btrfs/features");
        tree.file("/proc/self/mountinfo", """
                22 1 0:20 / /proc rw,nosuid shared:5 - proc proc rw
                30 1 253:0 / / rw shared:1 - ext4 /dev/mapper/root rw,errors=remount-ro
                31 30 0:44 /@love / rw - btrfs /dev/nvme1n1 rw,subvol=/@love
                32 30 0:44 / /mnt/letters rw - btrfs /dev/nvme1n1 rw
                33 30 0:45 / /srv rw - zfs tank/private rw
                """);
        tree.file("/proc/swaps", "Filename Type Size Used Priority\n/dev/dm-7 partition 1 0 -2\n");
        String card = "/sys/devices/pci0000:00/0000:00:03.0/net/";
        tree.file(card + "enp3s0/operstate", "up\n").file(card + "enx001122334455/operstate", "up\n");
        tree.file(card + "eth7/operstate", "down\n").file("/sys/devices/virtual/net/br0/operstate", "up\n");
        tree.link("/sys/devices/virtual/net/br0/lower_enp3s0", "../x")
                .link("/sys/devices/virtual/net/br0/lower_enx001122334455", "../y");
        tree.link("/sys/class/net/br0", "../../devices/virtual/net/br0");
        for (String kind : List.of("wlx", "wwx")) {
            tree.file(card + kind + "001122334455/operstate", "up\n");
            tree.link("/sys/devices/virtual/net/br0/lower_" + kind + "001122334455", "../z");
        }
        for (String name : List.of("wlan0", "wlp4s0", "wwan0", "wg0", "ww0")) {
            tree.file("/sys/devices/virtual/net/" + name + "/operstate", "up\n");
            tree.link("/sys/devices/virtual/net/br0/lower_" + name, "../" + name);
            tree.link("/sys/class/net/" + name, "../../devices/virtual/net/" + name);
        }
        for (String name : List.of("enp3s0", "enx001122334455", "wlx001122334455", "wwx001122334455", "eth7")) {
            tree.link("/sys/class/net/" + name, "../.." + (card + name).substring(4));
        }
        tree.file("/proc/self/net/route", """
                Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
                br0\t00000000\t0100A8C0\t0003\t0\t0\t425\t00000000\t0\t0\t0
                enx001122334455\t00000000\t0100A8C0\t0003\t0\t0\t425\t00000000\t0\t0\t0
                wlx001122334455\t00000000\t0100A8C0\t0003\t0\t0\t425\t00000000\t0\t0\t0
                enp5s0\t0000A8C0\t00000000\t0001\t0\t0\t425\t00FFFFFF\t0\t0\t0
                """);
        String none = "0".repeat(32);
        tree.file(
                "/proc/self/net/ipv6_route",
                none + " 00 " + none + " 00 fe8077 400 1 0 00000003 eth7\n" + none + " 00 " + none
                        + " 00 fe8077 400 1 0 00000003 wwx001122334455\n");
        tree.link("/proc/net", "self/net").directory("/proc/77");
    }

    @Test
    void drivesAndNetwork() throws IOException, UserException {
        Path machine = Files.createDirectory(temp.resolve("machine"));
        drivesAndNetwork(new TestTree(machine));

        isTheSame(machine);
    }

    @Test
    void whatPeopleCalledTheirDrivesStaysWithThem() throws IOException, UserException {
        Path machine = Files.createDirectory(temp.resolve("machine"));
        drivesAndNetwork(new TestTree(machine));

        MachineSource gathered = gather("--root", machine.toString());

        Host host = HostReader.read(gathered);
        assertThat(host.storage().mounts().get().orElseThrow())
                .extracting(Storage.Mount::at)
                .containsExactly("/", "/", "/mnt/redacted", "/srv");
        assertThat(host.storage().btrfs().get().orElseThrow()).containsExactly("nvme1n1");
        assertThat(host.network().defaultRoutes().get().orElseThrow())
                .containsExactly("br0", "enx", "eth7", "wlx", "wwx");
        assertThat(host.network().interfaces().get().orElseThrow())
                .extracting(Network.Interface::name)
                .containsExactly("br0", "enp3s0", "eth7", "wg0", "wlan0", "wlp4s0", "ww0", "wwan0");
        try (Stream<Path> all = Files.walk(gathered.root())) {
            for (Path path : all.toList()) {
                String text = Files.isRegularFile(path) ? Files.readString(path) : path.toString();
                assertThat(text)
                        .as(path.toString())
                        .doesNotContain("letters")
                        .doesNotContain("love")
                        .doesNotContain("private")
                        .doesNotContain("0100A8C0")
                        .doesNotContain("fe8077")
                        .doesNotContain("9f0f-4b8c")
                        .doesNotContain("001122334455");
            }
        }
    }

    @Test
    void anEmptyMachineHasNothing() throws IOException, UserException {
        Files.createDirectories(temp.resolve("machine/sys"));

        isTheSame(temp.resolve("machine"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ghw/linux-amd64-415ee03b8c4d1c4f07ae2e9d8b3d3d6d.tar.gz",
                "hwloc-linux/20em64t-hybrid-1p6c2t+2ca4co1t.tar.bz2"
            })
    void realMachines(String archive) throws IOException, UserException {
        Path file = DATA.resolve(archive);
        assumeTrue(Files.isReadable(file), "no snapshot " + file);
        Path folder = Files.createDirectory(temp.resolve("machine"));
        Unpacked.tar(file, folder, _ -> true);
        try (Stream<Path> entries = Files.list(folder)) {
            Path machine = Files.isDirectory(folder.resolve("sys"))
                    ? folder
                    : entries.findFirst().orElseThrow();
            isTheSame(machine);
        }
    }

    /// Processes come and go between one reading and the other; so it is done again where they differ.
    @Test
    void thisMachine() throws IOException, UserException {
        String asGathered = "";
        String inPlace = "";
        for (int attempt = 0; attempt < 4 && (attempt == 0 || !asGathered.equals(inPlace)); attempt++) {
            MachineSource gathered = gather("--no-redact");
            assertThat(Json.compact(HostReader.read(gathered))).doesNotContain("not in the snapshot");
            asGathered = comparable(gathered);
            inPlace = comparable(new MachineSource(Path.of("/"), Coverage.WHOLE, UNASKED));
        }
        assertThat(asGathered).isEqualTo(inPlace);
    }
}
