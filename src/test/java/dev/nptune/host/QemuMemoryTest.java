package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.host.QemuMemory.GuestPages;
import dev.nptune.host.QemuMemory.Mapping;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuMemoryTest {
    private static final String KVM = "/sys/kernel/debug/kvm";

    @TempDir(factory = MemoryFolder.class)
    Path root = Path.of("");

    static String mapping(String range, String mode, String name, String... fields) {
        return range + " " + mode + " 00000000 00:00 0 " + (name.isEmpty() ? "" : "       " + name) + "\n"
                + String.join("\n", fields) + "\n";
    }

    /// A guest of 2 GiB on small pages, what else QEMU has, and a window into a card.
    static final String SMAPS = mapping(
                    "55d000000000-55d001000000",
                    "r-xp",
                    "/usr/bin/qemu-system-x86_64",
                    "Size:  131072 kB",
                    "Rss: 9000 kB")
            + mapping("55d100000000-55d120000000", "rw-p", "[heap]", "Size:  524288 kB", "Rss: 400000 kB")
            + mapping(
                    "7f0000000000-7f0080000000",
                    "rw-s",
                    "/srv/huge/win (deleted)",
                    "Size:            2097152 kB",
                    "KernelPageSize:        4 kB",
                    "MMUPageSize:           4 kB",
                    "Rss:             1048576 kB",
                    "Pss:             1048576 kB",
                    "AnonHugePages:         0 kB",
                    "ShmemPmdMapped:     4096 kB",
                    "FilePmdMapped:      2048 kB",
                    "Shared_Hugetlb:        0 kB",
                    "Private_Hugetlb:       0 kB",
                    "THPeligible:           0",
                    "VmFlags: rd wr sh mr mw me ms hg sd")
            + mapping("7f1000000000-7f1010000000", "rw-s", "anon_inode:[vfio-device]", "Size: 262144 kB", "Rss: 5 kB")
            + mapping("7f2000000000-7f2040000000", "rw-p", "", "Size: 1048576 kB", "Rss:  0 kB")
            + mapping(
                    "7f3000000000-7f3004000000",
                    "rw-p",
                    "",
                    "Size:  65536 kB",
                    "KernelPageSize: 4 kB",
                    "Rss: 128 kB",
                    "AnonHugePages: 2048 kB",
                    "VmFlags: rd wr mr mw me nh");

    private static final Mapping GUEST =
            new Mapping("/srv/huge/win (deleted)", 0x7f0000000000L, 2L << 30, 1L << 30, 4096, 6L << 20, 0, true);
    private static final Mapping ARENA =
            new Mapping("", 0x7f3000000000L, 64L << 20, 128 << 10, 4096, 2L << 20, 0, false);

    private QemuMemory read() {
        QemuMemory memory = QemuMemoryReader.read(new Tree(root), 7);
        assertThat(Json.read(Json.compact(memory), QemuMemory.class)).isEqualTo(memory);
        return memory;
    }

    private TestTree vm(String folder, long small, long large, long huge) {
        return new TestTree(root)
                .files(
                        KVM + "/" + folder,
                        Map.of(
                                "pages_4k", Long.toString(small),
                                "pages_2m", Long.toString(large),
                                "pages_1g", Long.toString(huge)));
    }

    @Test
    void theLargestMappingsThatMayBeTheGuests() {
        assertThat(QemuMemoryReader.mappings(SMAPS)).containsExactly(GUEST, ARENA);
    }

    @Test
    void aPoolsPages() {
        String smaps = mapping(
                "7f0000000000-7f0080000000",
                "rw-p",
                "/dev/hugepages/libvirt/qemu/1-win",
                "Size: 2097152 kB",
                "KernelPageSize: 2048 kB",
                "Rss: 0 kB",
                "Private_Hugetlb: 2097152 kB");
        assertThat(QemuMemoryReader.mappings(smaps)).singleElement().satisfies(m -> {
            assertThat(m.pool()).isEqualTo(2L << 30);
            assertThat(m.page()).isEqualTo(2 << 20);
            assertThat(m.resident()).isZero();
        });
    }

    @Test
    void noMoreThanSixteen() {
        StringBuilder smaps = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            smaps.append(mapping(
                    "7f" + (10 + i) + "00000000-7f" + (11 + i) + "00000000",
                    "rw-p",
                    "",
                    "Size: " + (100_000 + i) + " kB",
                    "Rss: 4 kB"));
        }
        assertThat(QemuMemoryReader.mappings(smaps.toString()))
                .hasSize(16)
                .first()
                .satisfies(m -> assertThat(m.size()).isEqualTo(100_019L << 10));
    }

    @Test
    void whatIsNoSuchFileIsNotUnderstood() {
        assertThatIllegalArgumentException().isThrownBy(() -> QemuMemoryReader.mappings("hello\n"));
        assertThat(QemuMemoryReader.mappings("")).isEmpty();
    }

    @Test
    void kvmsCountOfAllVmsOfTheProcess() {
        vm("7-12", 44_247, 0, 1);
        vm("7-20", 3, 2, 0);
        vm("77-12", 9, 9, 9);
        new TestTree(root).file("/proc/7/smaps", SMAPS);
        QemuMemory memory = read();
        assertThat(memory.pages()).isEqualTo(Fact.known(new GuestPages(44_250, 2, 1), KVM + "/7-12"));
        assertThat(memory.pages().get().orElseThrow().bytes()).isEqualTo(44_250L * 4096 + (2L << 21) + (1L << 30));
        assertThat(memory.mappings()).isEqualTo(Fact.known(List.of(GUEST, ARENA), "/proc/7/smaps"));
    }

    @Test
    void noStatisticsAndNoProcess() {
        assertThat(read().pages()).isEqualTo(Fact.absent(KVM));
        assertThat(read().mappings()).isEqualTo(Fact.absent("/proc/7/smaps"));
        vm("8-12", 1, 1, 1);
        assertThat(read().pages()).isEqualTo(Fact.absent(KVM));
        new TestTree(root).files(KVM + "/7-12", Map.of("pages_4k", "1"));
        assertThat(read().pages()).isEqualTo(Fact.absent(KVM + "/7-12/pages_2m"));
    }

    @Test
    void whatIsDeniedIsNotAbsent() throws IOException {
        vm("7-12", 1, 1, 1);
        new TestTree(root).file("/proc/7/smaps", SMAPS);
        Files.setPosixFilePermissions(root.resolve("proc/7/smaps"), PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(root.resolve("proc/7/smaps")), "root reads everything");
        assertThat(read().mappings()).isEqualTo(Fact.unreadable("/proc/7/smaps", "permission denied"));
    }

    /// This very process is no QEMU, but its file has the same form.
    @Test
    void theKernelsOwnFileIsUnderstood() throws IOException {
        Path own = Path.of("/proc/self/smaps");
        assumeTrue(Files.isReadable(own), "no /proc here");
        assertThat(QemuMemoryReader.mappings(Files.readString(own)))
                .allSatisfy(
                        m -> assertThat(m.resident() + m.pool()).isPositive().isLessThanOrEqualTo(m.size()));
    }

    private TestTree running() {
        return new TestTree(root)
                .file("/proc/7/comm", "qemu-system-x86\n")
                .file("/proc/7/cmdline", "qemu-system-x86_64\0-name\0guest=win\0")
                .file("/proc/7/status", "Name:\tqemu\n")
                .file("/proc/7/smaps", SMAPS);
    }

    @Test
    void aRunningVm() {
        running()
                .files(
                        KVM + "/7-12",
                        Map.of(
                                "exits",
                                "120",
                                "halt_exits",
                                "20",
                                "pages_4k",
                                "5",
                                "pages_2m",
                                "6",
                                "pages_1g",
                                "0",
                                "text",
                                "no number"));
        vm("7-20", 1, 0, 0);
        new TestTree(root)
                .directory("/sys/kernel/tracing/events/kvm/kvm_exit")
                .directory("/sys/kernel/tracing/events/kvm/kvm_entry")
                .file("/sys/kernel/tracing/events/kvm/enable", "0\n");
        LiveVm vm = LiveVm.read(root, 7);
        assertThat(Json.read(Json.compact(vm), LiveVm.class)).isEqualTo(vm);
        assertThat(vm.name()).isEqualTo(Fact.known("win", "/proc/7/cmdline"));
        assertThat(vm.statistics().get().orElseThrow())
                .isEqualTo(Map.of("exits", 120L, "halt_exits", 20L, "pages_4k", 6L, "pages_2m", 6L, "pages_1g", 0L));
        assertThat(vm.traceEvents()).isEqualTo(Fact.known(2, "/sys/kernel/tracing/events/kvm"));
        assertThat(vm.unseen())
                .extracting(LiveVm.Unseen::what)
                .allMatch(w -> !w.contains("counters"))
                .hasSize(3);
    }

    @Test
    void whatIsMissingIsSaid() {
        running();
        LiveVm vm = LiveVm.read(root, 7);
        assertThat(vm.unseen().getFirst())
                .isEqualTo(new LiveVm.Unseen(
                        "KVM's counters and page sizes", KVM + " is not there; mount debugfs; load kvm"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LiveVm.read(root, 8))
                .withMessage("process 8 is no QEMU");
    }
}
