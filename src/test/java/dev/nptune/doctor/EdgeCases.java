package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Kernel.ModuleOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The small differences that turn an answer: boundaries, spellings, and what looks like the case but is not.
final class EdgeCases {
    private static final String BLOCK = "<disk type='block'";
    private static final String TOPOEXT = "<feature policy='require' name='topoext'/>";
    private static final String DRIVER = "cache='none' io='native' iothread='1'";

    private EdgeCases() {}

    static List<Case> all() {
        return Stream.of(kernels(), spellings(), cores(), devices(), disks(), features())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Case> kernels() {
        String release = "/proc/sys/kernel/osrelease";
        return List.of(
                clear("npt-gpat", "the first with the fix", h -> h.release = Fact.known("4.15.0", release), tuned()),
                clear("npt-gpat", "4.4 with the fix", h -> h.release = Fact.known("4.4.103", release), tuned()),
                fires(
                        "npt-gpat",
                        "4.4 before the fix",
                        h -> h.release = Fact.known("4.4.102", release),
                        tuned(),
                        release + " | 4.4.102 | 4.15 or later, or a kernel with the fix"),
                clear(
                        "npt-gpat",
                        "no release, but nothing passed",
                        h -> h.release = TestHost.unreadable(h.release),
                        tuned("mode='subsystem' type='pci' managed='yes'", "mode='subsystem' type='usb'")),
                unknown(
                        "hugepage-short",
                        "the command line names the pool",
                        h -> h.commandLine = Fact.known("quiet default_hugepagesz=1G", "/proc/cmdline"),
                        tuned(),
                        "/sys/kernel/mm/hugepages/hugepages-1048576kB"));
    }

    private static List<Case> spellings() {
        Stream<Case> on = Stream.of("1", "y", "Y", "t", "T", "on", "On", "ON")
                .map(v -> fires(
                        "unsafe-irq",
                        v,
                        unsafe("vfio_iommu_type1", v),
                        tuned(),
                        "/etc/modprobe.d/vfio.conf:1 | allow_unsafe_interrupts=" + v + " | (absent)"));
        Stream<Case> off = Stream.of("n", "N", "f", "F", "off", "Off", "OFF")
                .map(v -> fires(
                        "npt-off",
                        v,
                        h -> h.npt = Fact.known(v, TestHost.NPT),
                        tuned(),
                        TestHost.NPT + " | " + v + " | Y"));
        return Stream.of(on, off, Stream.of(clear("unsafe-irq", "of another module", unsafe("other", "1"), tuned())))
                .flatMap(s -> s)
                .toList();
    }

    private static Consumer<TestHost> unsafe(String module, String value) {
        return h -> h.options.add(
                new ModuleOption("/etc/modprobe.d/vfio.conf", 1, module, List.of("allow_unsafe_interrupts=" + value)));
    }

    private static List<Case> cores() {
        String online = "/sys/devices/system/cpu/online";
        String lastPin = "<vcpupin vcpu='3' cpuset='13'/>";
        return List.of(
                fires(
                        "all-cpus-given",
                        "a core that is off is not left to the host",
                        h -> {
                            h.logical = TestHost.cpus(3, 2, 1);
                            h.online = Fact.known(CpuSet.parse("0-1,3-4"), online);
                        },
                        tuned("'4'/>", "'0'/>", "'12'", "'1'", "'5'", "'3'", "'13'", "'4'"),
                        "cputune/vcpupin | 0-1,3-4 | one whole core of 0-1,3-4 left out"),
                unknown(
                        "all-cpus-given",
                        "siblings of one unreadable",
                        h -> h.logical.set(3, MixedCases.withoutSiblings(h.logical.get(3))),
                        tuned(),
                        "/sys/devices/system/cpu/cpu3/topology/thread_siblings_list",
                        online),
                clear(
                        "emulator-overlap",
                        "a pin of a vCPU that is not enabled",
                        SOUND,
                        tuned(lastPin, lastPin + "<vcpupin vcpu='4' cpuset='0'/>")));
    }

    private static List<Case> devices() {
        return List.of(
                clear("group-shared", "with a device on vfio-pci", beside("vfio-pci"), tuned()),
                clear("group-shared", "with a device on pci-stub", beside("pci-stub"), tuned()));
    }

    private static Consumer<TestHost> beside(String driver) {
        return h -> {
            h.nvmeGroup = TestHost.group("02:00.0", 13);
            h.nvmeDriver = TestHost.driver("02:00.0", driver);
        };
    }

    private static List<Case> disks() {
        String cache = "devices/disk[1]/driver/@cache";
        Stream<Case> cached = Stream.of("file", "volume", "dir")
                .map(type -> fires(
                        "cache-writeback",
                        type,
                        SOUND,
                        tuned(BLOCK, "<disk type='" + type + "'", "cache='none'", ""),
                        cache + " | (absent): writeback | none"));
        Stream<Case> elsewhere = Stream.of("vhostuser", "vdpa")
                .map(type -> clear(
                        "no-iothread", type, SOUND, tuned(DRIVER, "cache='none'", BLOCK, "<disk type='" + type + "'")));
        return Stream.of(
                        cached,
                        elsewhere,
                        Stream.of(
                                fires(
                                        "cache-writeback",
                                        "the default by name",
                                        SOUND,
                                        tuned("cache='none'", "cache='default'"),
                                        cache + " | default | none"),
                                clear(
                                        "no-iothread",
                                        "sata has none",
                                        SOUND,
                                        tuned(DRIVER, "cache='none'", "bus='virtio'", "bus='sata'"))))
                .flatMap(s -> s)
                .toList();
    }

    private static List<Case> features() {
        String arguments = "<qemu:commandline><qemu:arg value='-cpu'/><qemu:arg value='host,hypervisor=off'/>"
                + "</qemu:commandline>";
        return List.of(
                clear("topoext-missing", "forced", SOUND, tuned("'require' name='topoext'", "'force' name='topoext'")),
                clear("topoext-missing", "a model of its own", SOUND, tuned(TOPOEXT, "", "host-passthrough", "custom")),
                clear(
                        "topoext-missing",
                        "no topology",
                        SOUND,
                        tuned(TOPOEXT, "", "<topology sockets='1' dies='1' cores='2' threads='2'/>", "")),
                fires(
                        "hypervisor-bit-off",
                        "forbidden",
                        SOUND,
                        tuned(TOPOEXT, "<feature policy='forbid' name='hypervisor'/>"),
                        "cpu/feature[1]/@policy | forbid | (absent)"),
                fires(
                        "hypervisor-bit-off",
                        "by argument, spelled out",
                        SOUND,
                        tuned("</devices>", "</devices>" + arguments),
                        "qemu:commandline/qemu:arg[2]/@value | host,hypervisor=off | no -hypervisor"));
    }
}
