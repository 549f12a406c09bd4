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

    @Test
    void thisMachine() throws IOException, UserException {
        MachineSource gathered = gather("--no-redact");

        assertThat(Json.compact(HostReader.read(gathered))).doesNotContain("not in the snapshot");
        assertThat(comparable(gathered))
                .isEqualTo(comparable(new MachineSource(Path.of("/"), Coverage.WHOLE, UNASKED)));
    }
}
