package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostReaderTest {
    @TempDir
    Path root = Path.of("");

    TestTree tree = new TestTree(root);

    @BeforeEach
    void plant() {
        tree = new TestTree(root);
    }

    @Test
    void readsTheProcessors() {
        Cpu cpu = HostReader.read(tree.ryzen().root()).cpu();

        assertThat(cpu.vendor()).isEqualTo(Fact.known("AuthenticAMD", "/proc/cpuinfo"));
        assertThat(cpu.family().get()).contains(23);
        assertThat(cpu.model().get()).contains(1);
        assertThat(cpu.flags().get()).contains(Set.of("fpu", "vme", "svm", "npt"));
        assertThat(cpu.isolated().get()).contains(CpuSet.of());
        assertThat(cpu.clocksource().get()).contains("tsc");
        assertThat(cpu.logical()).extracting(Cpu.LogicalCpu::id).containsExactly(0, 1, 2, 3);
        String cpu3 = "/sys/devices/system/cpu/cpu3/";
        assertThat(cpu.logical().get(3))
                .isEqualTo(new Cpu.LogicalCpu(
                        3,
                        Fact.known(0, cpu3 + "topology/physical_package_id"),
                        Fact.absent(cpu3 + "topology/core_siblings"),
                        Fact.absent(cpu3 + "topology/die_id"),
                        Fact.known(4, cpu3 + "topology/core_id"),
                        Fact.known(CpuSet.of(2, 3), cpu3 + "topology/thread_siblings_list"),
                        Fact.known(1, cpu3 + "cache/index3/id"),
                        Fact.known(CpuSet.of(2, 3), cpu3 + "cache/index3/shared_cpu_list"),
                        Fact.known(8L << 20, cpu3 + "cache/index3/size"),
                        Fact.known(0, "/sys/devices/system/node/node0/cpulist"),
                        Fact.absent(cpu3 + "cpufreq/amd_pstate_prefcore_ranking")));
    }

    @Test
    void findsTheThirdLevelUnderAnyIndex() {
        tree.file("/sys/devices/system/cpu/online", "0");
        String cache = "/sys/devices/system/cpu/cpu0/cache/";
        tree.files(cache + "index3", Map.of("level", "2", "size", "512K", "id", "0"));
        tree.files(cache + "index10", Map.of("level", "3", "size", "16M", "id", "7", "shared_cpu_map", "0000000f"));

        Cpu.LogicalCpu cpu = HostReader.read(root).cpu().logical().getFirst();

        assertThat(cpu.l3Id()).isEqualTo(Fact.known(7, cache + "index10/id"));
        assertThat(cpu.l3Bytes().get()).contains(16L << 20);
        assertThat(cpu.l3Sharing()).isEqualTo(Fact.known(CpuSet.range(0, 3), cache + "index10/shared_cpu_map"));
    }

    @Test
    void withoutAThirdLevelThereIsNoL3() {
        tree.file("/sys/devices/system/cpu/online", "0");
        tree.file("/sys/devices/system/cpu/cpu0/cache/index2/level", "2");

        assertThat(HostReader.read(root).cpu().logical().getFirst().l3Id())
                .isEqualTo(Fact.absent("/sys/devices/system/cpu/cpu0/cache"));
    }

    @Test
    void anUnreadableLevelLeavesTheL3Unknown() {
        tree.file("/sys/devices/system/cpu/online", "0");
        tree.file("/sys/devices/system/cpu/cpu0/cache/index2/level", "?");

        assertThat(HostReader.read(root).cpu().logical().getFirst().l3Id())
                .isEqualTo(Fact.unreadable("/sys/devices/system/cpu/cpu0/cache/index2/level", "not a number: '?'"));
    }

    @Test
    void withoutAListOfOnlineCpusTheDirectoriesCount() {
        tree.directory("/sys/devices/system/cpu/cpu10").directory("/sys/devices/system/cpu/cpu2");
        tree.directory("/sys/devices/system/cpu/cpufreq").directory("/sys/devices/system/cpu/cpu03");
        tree.file("/sys/devices/system/cpu/cpu4/online", "0\n");

        Cpu cpu = HostReader.read(root).cpu();

        assertThat(cpu.online()).isEqualTo(Fact.absent("/sys/devices/system/cpu/online"));
        assertThat(cpu.logical()).extracting(Cpu.LogicalCpu::id).containsExactly(2, 10);
    }

    @Test
    void theNodeIsFoundWhicheverWayItIsTold() {
        tree.file("/sys/devices/system/cpu/online", "0-3");
        tree.link("/sys/devices/system/cpu/cpu2/node7", "../../node/node7");
        assertThat(HostReader.read(root).cpu().logical().get(2).node())
                .isEqualTo(Fact.known(7, "/sys/devices/system/cpu/cpu2/node7"));
        String nodes = "/sys/devices/system/node/";
        tree.file(nodes + "node0/cpumap", "00000001").file(nodes + "node2/cpulist", "1");
        tree.directory(nodes + "node1/cpu2");
        assertThat(HostReader.read(root).cpu().logical())
                .extracting(Cpu.LogicalCpu::node)
                .containsExactly(
                        Fact.known(0, nodes + "node0/cpumap"),
                        Fact.known(2, nodes + "node2/cpulist"),
                        Fact.known(1, nodes + "node1"),
                        Fact.absent("/sys/devices/system/node/node*"));
    }

    @Test
    void readsMemory() {
        String pools = "/sys/kernel/mm/hugepages/hugepages-";
        Memory memory = HostReader.read(tree.ryzen().root()).memory();

        assertThat(memory.total()).isEqualTo(Fact.known(32825404L << 10, "/proc/meminfo"));
        assertThat(memory.available().get()).contains(30323716L << 10);
        assertThat(memory.thpEnabled().get()).contains("madvise");
        assertThat(memory.thpShmem()).isEqualTo(Fact.absent("/sys/kernel/mm/transparent_hugepage/shmem_enabled"));
        assertThat(memory.hugePages())
                .containsExactly(
                        new Memory.HugePagePool(
                                2L << 20,
                                Fact.known(512L, pools + "2048kB/nr_hugepages"),
                                Fact.known(12L, pools + "2048kB/free_hugepages")),
                        new Memory.HugePagePool(
                                1L << 30,
                                Fact.known(0L, pools + "1048576kB/nr_hugepages"),
                                Fact.known(0L, pools + "1048576kB/free_hugepages")));
    }

    @Test
    void readsTheKernel() {
        Kernel kernel = HostReader.read(tree.ryzen().root()).kernel();

        assertThat(kernel.release().get()).contains("6.12.9-amd64");
        assertThat(kernel.distribution()).isEqualTo(Fact.known("Debian GNU/Linux 13 (trixie)", "/etc/os-release"));
        assertThat(kernel.commandLine().get().orElseThrow()).endsWith("iommu=pt");
        assertThat(kernel.modules()).extracting(Kernel.Module::name).containsExactly("kvm_amd", "vfio");
        assertThat(kernel.module("kvm_amd").orElseThrow().parameters())
                .isEqualTo(Map.of(
                        "npt", Fact.known("1", "/sys/module/kvm_amd/parameters/npt"),
                        "avic", Fact.known("N", "/sys/module/kvm_amd/parameters/avic")));
        assertThat(kernel.module("vfio").orElseThrow().parameters()).isEmpty();
        assertThat(kernel.moduleOptions())
                .extracting(Kernel.ModuleOption::module)
                .containsExactly("vfio_pci");
    }

    @Test
    void readsPciFunctionsInAddressOrder() {
        Host host = HostReader.read(tree.ryzen().root());

        assertThat(host.pci()).extracting(f -> f.address().toString()).containsExactly("0000:00:01.0", "0000:0a:00.0");
        PciFunction card = host.function(PciAddress.parse("0a:00.0")).orElseThrow();
        String directory = "/sys/bus/pci/devices/0000:0a:00.0/";
        assertThat(card.isDisplay()).isTrue();
        assertThat(card.id()).isEqualTo("10de:1b80");
        assertThat(card.driver()).isEqualTo(Fact.known("vfio-pci", directory + "driver"));
        assertThat(card.iommuGroup()).isEqualTo(Fact.known(15, directory + "iommu_group"));
        assertThat(card.numaNode()).isEqualTo(Fact.absent(directory + "numa_node"));
        assertThat(card.bootVga()).isEqualTo(Fact.known(true, directory + "boot_vga"));
        assertThat(host.pci().getFirst().bootVga()).isInstanceOf(Fact.Absent.class);
        assertThat(host.iommuGroup(15)).containsExactly(card);
        assertThat(host.gaps()).isEmpty();
    }

    @Test
    void aFunctionOfUnknownKindStaysInTheList() {
        tree.file("/sys/bus/pci/devices/0000:01:00.0/vendor", "0x10de\n");
        tree.file("/sys/bus/pci/devices/0000:01:00.0/device", "what\n");
        tree.directory("/sys/bus/pci/devices/not-an-address");

        Host host = HostReader.read(root);

        assertThat(host.pci()).singleElement().satisfies(f -> {
            assertThat(f.classCode()).isEqualTo(PciFunction.UNKNOWN_CLASS);
            assertThat(f.id()).isEqualTo("10de:ffff");
        });
        assertThat(host.gaps())
                .extracting(Gap::source)
                .containsExactly(
                        "/sys/bus/pci/devices/0000:01:00.0/class",
                        "/sys/bus/pci/devices/0000:01:00.0/device",
                        "/sys/bus/pci/devices/not-an-address");
        assertThat(host.gap("/sys/bus/pci")).isPresent();
        assertThat(host.gap("/etc")).isEmpty();
    }

    @Test
    void anEmptyTreeIsAHostOfAbsentFacts() {
        Host host = HostReader.read(root);

        assertThat(host.cpu().vendor()).isEqualTo(Fact.absent("/proc/cpuinfo"));
        assertThat(host.cpu().logical()).isEmpty();
        assertThat(host.kernel().distribution()).isEqualTo(Fact.absent("/etc/os-release"));
        assertThat(host.tools().qemu()).isInstanceOf(Fact.Unreadable.class);
        assertThat(host.gaps()).isEmpty();
    }

    @Test
    void earlierDirectoriesHideLaterOnesAndNamesDecideTheOrder() {
        tree.file("/usr/lib/modprobe.d/10-a.conf", "options kvm-amd npt=0");
        tree.file("/etc/modprobe.d/10-a.conf", "options kvm-amd npt=1");
        tree.file("/etc/modprobe.d/30-c.conf", "options kvm ignore_msrs=1");
        tree.file("/lib/modprobe.d/20-b.conf", "options kvm_amd avic=1");
        tree.file("/usr/lib/modprobe.d/masked.conf", "options kvm hidden=1");
        tree.link("/etc/modprobe.d/masked.conf", "/dev/null");
        tree.file("/etc/modprobe.d/old.conf.bak", "options kvm backup=1");
        tree.file("/etc/modprobe.d/.hidden.conf", "options kvm dot=1");

        Host host = HostReader.read(root);

        assertThat(host.kernel().moduleOptions())
                .extracting(Kernel.ModuleOption::file, o -> o.options().getFirst())
                .containsExactly(
                        tuple("/etc/modprobe.d/10-a.conf", "npt=1"),
                        tuple("/lib/modprobe.d/20-b.conf", "avic=1"),
                        tuple("/etc/modprobe.d/30-c.conf", "ignore_msrs=1"));
        assertThat(host.gaps()).isEmpty();
    }

    @Test
    void aRootThatIsNoDirectoryIsRefused() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostReader.read(file))
                .withMessageContaining("not a directory");
    }

    @Test
    void readsThisMachineWithTheSameCode() {
        Host host = HostReader.read(Path.of("/"));

        assertThat(host.cpu().logical()).isNotEmpty();
        assertThat(host.memory().total().get())
                .hasValueSatisfying(total -> assertThat(total).isGreaterThan(1L << 26));
    }
}
