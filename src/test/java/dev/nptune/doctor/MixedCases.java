package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.InspectedVm;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Rules that look at the host and the domain together.
final class MixedCases {
    private static final String RELEASE = "/proc/sys/kernel/osrelease";
    private static final String GPU = "/sys/bus/pci/devices/0000:01:00.0";
    private static final String PINS = """
                <vcpupin vcpu='0' cpuset='4'/>
                <vcpupin vcpu='1' cpuset='12'/>
                <vcpupin vcpu='2' cpuset='5'/>
                <vcpupin vcpu='3' cpuset='13'/>
            """;
    private static final String UNMANAGED = "managed='no'";

    private static final Fact<String> PAT_ASKED = Fact.known("0x4", "the host's memory");

    private MixedCases() {}

    static List<Case> all() {
        return Stream.of(kernel(), pins(), pages(), memory(), groups(), drivers(), topology())
                .flatMap(List::stream)
                .toList();
    }

    private static Domain withoutDevices() {
        return tuned("mode='subsystem' type='pci' managed='yes'", "mode='subsystem' type='usb'");
    }

    private static Consumer<TestHost> release(String version) {
        return h -> h.release = Fact.known(version, RELEASE);
    }

    private static Consumer<TestHost> inspected(boolean ignored) {
        return h -> h.inspected = List.of(
                new InspectedVm(tuned().name(), "VMCB 0x1000", true, PAT_ASKED, ignored ? "0x7" : "0x4", ignored));
    }

    private static List<Case> kernel() {
        String wanted = " | 4.15 or later, or a kernel with the fix";
        return List.of(
                fires("npt-gpat", "4.13", release("4.13.9-300.fc27"), tuned(), RELEASE + " | 4.13.9-300.fc27" + wanted),
                fires("npt-gpat", "4.14 before the fix", release("4.14.2"), tuned(), RELEASE + " | 4.14.2" + wanted),
                fires(
                        "npt-gpat",
                        "an unchanged build",
                        release("4.13.7-041307-generic"),
                        tuned(),
                        RELEASE + " | 4.13.7-041307-generic" + wanted),
                fires("npt-gpat", "seen in the VMCB", inspected(true), tuned(), "VMCB 0x1000 g_pat | 0x7 | 0x4"),
                clear(
                        "npt-gpat",
                        "seen to be obeyed, whatever the version",
                        release("4.13.0").andThen(inspected(false)),
                        tuned()),
                fires(
                        "npt-gpat",
                        "another VM was looked at",
                        release("4.13.9-300.fc27")
                                .andThen(h -> h.inspected = List.of(
                                        new InspectedVm("other", "VMCB 0x1000", true, PAT_ASKED, "0x4", false))),
                        tuned(),
                        RELEASE + " | 4.13.9-300.fc27" + wanted),
                clear("npt-gpat", "4.14 with the fix", release("4.14.3-arch"), tuned()),
                clear("npt-gpat", "4.9 with the fix", release("4.9.66"), tuned()),
                clear("npt-gpat", "old but nothing passed", release("4.13.0"), withoutDevices()),
                clear("npt-gpat", "new", SOUND, tuned()),
                unknown("npt-gpat", "no release", h -> h.release = TestHost.unreadable(h.release), tuned(), RELEASE),
                unknown("npt-gpat", "no version", release("custom"), tuned(), RELEASE));
    }

    private static List<Case> pins() {
        String online = "/sys/devices/system/cpu/online";
        Consumer<TestHost> two = h -> {
            h.logical = TestHost.cpus(2, 2, 1);
            h.online = Fact.known(CpuSet.parse("0-3"), online);
        };
        Domain floating = tuned(PINS, "");
        return List.of(
                fires(
                        "unpinned",
                        "no pins",
                        SOUND,
                        floating,
                        "cputune/vcpupin | none for vCPU 0-3 | a pin for every vCPU"),
                fires(
                        "unpinned",
                        "one missing",
                        SOUND,
                        tuned("<vcpupin vcpu='2' cpuset='5'/>", ""),
                        "cputune/vcpupin | none for vCPU 2 | a pin for every vCPU"),
                clear(
                        "unpinned",
                        "a disabled vCPU needs none",
                        SOUND,
                        tuned("<vcpupin vcpu='3' cpuset='13'/>", "", "static'>4", "static' current='3'>4")),
                clear("unpinned", "no display passed", SOUND, tuned(PINS, "", "function='0x0'", "function='0x1'")),
                unknown(
                        "unpinned",
                        "the card is not here",
                        h -> h.gpuPresent = false,
                        floating,
                        GPU,
                        "/sys/bus/pci/devices/0000:01:00.1"),
                fires(
                        "all-cpus-given",
                        "floating",
                        two,
                        floating,
                        "vcpu | 4 | at most 2",
                        online + " | 0-3 | more CPUs than the guest has"),
                fires(
                        "all-cpus-given",
                        "pinned on every core",
                        h -> {
                            two.accept(h);
                        },
                        tuned("'4'/>", "'0'/>", "'12'", "'1'", "'5'", "'2'", "'13'", "'3'"),
                        "cputune/vcpupin | 0-3 | one whole core of 0-3 left out"),
                clear(
                        "all-cpus-given",
                        "one core left",
                        h -> {
                            h.logical = TestHost.cpus(3, 2, 1);
                            h.online = Fact.known(CpuSet.parse("0-5"), online);
                        },
                        floating),
                unknown(
                        "all-cpus-given",
                        "no list",
                        h -> h.online = TestHost.unreadable(h.online),
                        tuned(),
                        online,
                        online));
    }

    private static List<Case> pages() {
        String free = TestHost.POOL + "free_hugepages";
        Domain small = tuned("<hugepages/>", "");
        return List.of(
                fires(
                        "hugepage-short",
                        "one short",
                        h -> h.hugeFree = Fact.known(4095L, free),
                        tuned(),
                        free + " | 4095 | at least 4096"),
                clear("hugepage-short", "just enough", SOUND, tuned()),
                clear(
                        "hugepage-short",
                        "it has them already",
                        h -> {
                            h.hugeFree = Fact.known(0L, free);
                            h.virtualization = TestHost.running("win", 8L << 30);
                        },
                        tuned()),
                fires(
                        "hugepage-short",
                        "another has them",
                        h -> {
                            h.hugeFree = Fact.known(0L, free);
                            h.virtualization = TestHost.running("other", 8L << 30);
                        },
                        tuned(),
                        free + " | 0 | at least 4096"),
                unknown(
                        "hugepage-short",
                        "a hook reserves them",
                        h -> {
                            h.hugeFree = Fact.known(0L, free);
                            h.virtualization = TestVms.hooks(TestVms.hook(
                                    "/etc/libvirt/hooks/qemu", 0755, "echo 4096 > /proc/sys/vm/nr_hugepages"));
                        },
                        tuned(),
                        "/etc/libvirt/hooks"),
                clear("hugepage-short", "not wanted", h -> h.hugeFree = Fact.known(0L, free), small),
                unknown(
                        "hugepage-short",
                        "unreadable",
                        h -> h.hugeFree = TestHost.unreadable(h.hugeFree),
                        tuned(),
                        free),
                unknown(
                        "hugepage-short",
                        "no such pool",
                        SOUND,
                        tuned("<hugepages/>", "<hugepages><page size='1' unit='G'/></hugepages>"),
                        "/sys/kernel/mm/hugepages/hugepages-1048576kB"),
                fires(
                        "small-pages",
                        "never",
                        h -> h.thp = Fact.known("never", TestHost.THP),
                        small,
                        TestHost.THP + " | never | madvise or always",
                        "memoryBacking/hugepages | (absent) | present"),
                fires(
                        "small-pages",
                        "a kernel without",
                        h -> h.thp = Fact.absent(TestHost.THP),
                        small,
                        TestHost.THP + " | (absent) | madvise or always",
                        "memoryBacking/hugepages | (absent) | present"),
                clear("small-pages", "madvise", SOUND, small),
                clear("small-pages", "huge pages", h -> h.thp = Fact.known("never", TestHost.THP), tuned()),
                unknown("small-pages", "unreadable", h -> h.thp = TestHost.unreadable(h.thp), small, TestHost.THP));
    }

    private static List<Case> memory() {
        Domain small = tuned("<hugepages/>", "");
        Consumer<TestHost> tight = h -> h.available = Fact.known((8L << 30) - 1, "/proc/meminfo");
        return List.of(
                fires(
                        "mem-overpin",
                        "a byte short",
                        tight,
                        small,
                        "memory | 8192 MiB | at most 8191 MiB",
                        "/proc/meminfo | 8191 MiB | at least 8192 MiB"),
                clear(
                        "mem-overpin",
                        "it runs already",
                        tight.andThen(h -> h.virtualization = TestHost.running("win", 0)),
                        small),
                clear("mem-overpin", "fits", h -> h.available = Fact.known(8L << 30, "/proc/meminfo"), small),
                clear("mem-overpin", "huge pages are set aside already", tight, tuned()),
                unknown(
                        "mem-overpin",
                        "unreadable",
                        h -> h.available = TestHost.unreadable(h.available),
                        small,
                        "/proc/meminfo"));
    }

    private static List<Case> groups() {
        String group = "/sys/bus/pci/devices/0000:02:00.0/iommu_group";
        String other = "/sys/kernel/iommu_groups/13/devices/0000:02:00.0 | 1002:67df on nvme";
        return List.of(
                fires(
                        "iommu-off",
                        "no groups",
                        h -> {
                            h.gpuGroup = Fact.absent(GPU + "/iommu_group");
                            h.nvmeGroup = Fact.absent(group);
                            h.bridgeGroup = Fact.absent(group);
                        },
                        tuned(),
                        "/sys/kernel/iommu_groups | (empty) | a group for every device"),
                clear("iommu-off", "groups", SOUND, tuned()),
                unknown(
                        "iommu-off",
                        "unreadable",
                        h -> {
                            h.gpuGroup = TestHost.unreadable(h.gpuGroup);
                            h.nvmeGroup = Fact.absent(group);
                            h.bridgeGroup = Fact.absent(group);
                        },
                        tuned(),
                        "/sys/bus/pci/devices/0000:01:00.0/iommu_group"),
                fires(
                        "group-shared",
                        "with the host's disk",
                        h -> h.nvmeGroup = TestHost.group("02:00.0", 13),
                        tuned(),
                        other + " | a group without it for 0000:01:00.0",
                        other + " | a group without it for 0000:01:00.1"),
                clear("group-shared", "with a bridge and itself", SOUND, tuned()),
                clear(
                        "group-shared",
                        "with a device that has no driver",
                        h -> {
                            h.nvmeGroup = TestHost.group("02:00.0", 13);
                            h.nvmeDriver = Fact.absent(h.nvmeDriver.source());
                        },
                        tuned()),
                unknown(
                        "group-shared",
                        "another group unreadable",
                        h -> h.nvmeGroup = TestHost.unreadable(h.nvmeGroup),
                        tuned(),
                        group));
    }

    private static List<Case> drivers() {
        String driver = GPU + "/driver";
        Domain unmanaged = tuned("managed='yes'", UNMANAGED);
        return List.of(
                fires(
                        "wrong-driver",
                        "amdgpu",
                        h -> h.gpuDriver = TestHost.driver("01:00.0", "amdgpu"),
                        unmanaged,
                        driver + " | amdgpu | vfio-pci",
                        "devices/hostdev[1]/@managed | no | yes"),
                fires(
                        "wrong-driver",
                        "none",
                        h -> h.gpuDriver = Fact.absent(driver),
                        unmanaged,
                        driver + " | (none) | vfio-pci",
                        "devices/hostdev[1]/@managed | no | yes"),
                clear("wrong-driver", "managed", h -> h.gpuDriver = TestHost.driver("01:00.0", "amdgpu"), tuned()),
                clear("wrong-driver", "bound", SOUND, unmanaged),
                unknown(
                        "wrong-driver",
                        "unreadable",
                        h -> h.gpuDriver = TestHost.unreadable(h.gpuDriver),
                        unmanaged,
                        driver));
    }

    private static List<Case> topology() {
        String topoext = "<feature policy='require' name='topoext'/>";
        Domain without = tuned(topoext, "");
        return List.of(
                fires(
                        "topoext-missing",
                        "not asked for",
                        SOUND,
                        without,
                        "cpu/feature[@name='topoext'] | (absent) | require"),
                fires(
                        "topoext-missing",
                        "forbidden",
                        SOUND,
                        tuned("'require' name='topoext'", "'disable' name='topoext'"),
                        "cpu/feature[1]/@policy | disable | require"),
                clear(
                        "topoext-missing",
                        "one thread per core",
                        SOUND,
                        tuned(topoext, "", "cores='2' threads='2'", "cores='4' threads='1'")),
                clear(
                        "topoext-missing",
                        "the host has it not",
                        h -> h.flags = Fact.known(Set.of("svm"), "/proc/cpuinfo"),
                        without),
                unknown(
                        "topoext-missing",
                        "unreadable",
                        h -> h.flags = TestHost.unreadable(h.flags),
                        without,
                        "/proc/cpuinfo"),
                unknown(
                        "all-cpus-given",
                        "siblings",
                        h -> h.logical =
                                List.of(withoutSiblings(TestHost.cpus(1, 1, 1).getFirst())),
                        tuned(),
                        "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list",
                        "/sys/devices/system/cpu/online"));
    }

    static LogicalCpu withoutSiblings(LogicalCpu cpu) {
        return new LogicalCpu(
                cpu.id(),
                cpu.packageId(),
                cpu.packageCpus(),
                cpu.dieId(),
                cpu.coreId(),
                TestHost.unreadable(cpu.threadSiblings()),
                cpu.l3Id(),
                cpu.l3Sharing(),
                cpu.l3Bytes(),
                cpu.node(),
                cpu.highestPerf());
    }
}
