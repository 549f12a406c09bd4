package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;
import static dev.nptune.doctor.Cores.caches;
import static dev.nptune.doctor.Cores.each;
import static dev.nptune.doctor.Cores.machine;
import static dev.nptune.doctor.Cores.perf;
import static dev.nptune.doctor.Cores.topology;
import static dev.nptune.doctor.Cores.vm;

import dev.nptune.host.Cpu.CoreClass;
import dev.nptune.host.Cpu.CoreClass.Kind;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [TopologyRules].
final class TopologyCases {
    private static final String MODE = "<cpu mode='host-passthrough' check='none'>";
    private static final String PASSTHROUGH = "<cache mode='passthrough'/>";
    private static final String ONLINE = "/sys/devices/system/cpu/online";
    private static final String CPU = "/sys/devices/system/cpu/cpu";
    private static final String CARD = "/sys/bus/pci/devices/0000:01:00.";
    private static final String NO_DISPLAY = "function='0x0'";

    private TopologyCases() {}

    static List<Case> all() {
        return Stream.of(models(), threads(), pairs(), sockets(), l3(), padding(), x3d(), hybrid(), preferred())
                .flatMap(List::stream)
                .toList();
    }

    private static Domain arguments(String cpu, String... values) {
        StringBuilder arguments = new StringBuilder();
        for (String value : values) {
            arguments.append("<qemu:arg value='").append(value).append("'/>");
        }
        return tuned(MODE, cpu, "</devices>", "</devices><qemu:commandline>" + arguments + "</qemu:commandline>");
    }

    private static List<Case> models() {
        String id = "cpu-model-emulated";
        String absent = "cpu/@mode | (absent): qemu64 | host-passthrough";
        return List.of(
                fires(id, "no mode and no model", SOUND, tuned(MODE, "<cpu>"), absent),
                fires(id, "custom without a model", SOUND, tuned(MODE, "<cpu mode='custom'>"), absent),
                fires(id, "32 bits", SOUND, tuned(MODE, "<cpu>", "x86_64", "i686"), absent),
                fires(id, "no architecture said", SOUND, tuned(MODE, "<cpu>", "arch='x86_64' ", ""), absent),
                fires(
                        id,
                        "kvm64",
                        SOUND,
                        tuned(MODE, "<cpu><model fallback='allow'>kvm64</model>"),
                        "cpu/model | kvm64 | mode='host-passthrough'"),
                fires(
                        id,
                        "the last argument",
                        SOUND,
                        arguments(MODE, "-cpu", "host", "-cpu", "qemu64,+ssse3"),
                        "qemu:commandline/qemu:arg[4]/@value | qemu64 | host"),
                clear(id, "an argument instead of the XML", SOUND, arguments("<cpu>", "-cpu", "host,kvm=off")),
                clear(id, "not the model's argument", SOUND, arguments(MODE, "-name", "qemu64")),
                clear(id, "a real model", SOUND, tuned(MODE, "<cpu mode='custom'><model>EPYC</model>")),
                clear(id, "the host's", SOUND, tuned(MODE, "<cpu mode='host-model'>")),
                clear(id, "mode counts before the model", SOUND, tuned(MODE, MODE + "<model>kvm64</model>")),
                clear(id, "another architecture", SOUND, tuned(MODE, "<cpu>", "x86_64", "aarch64")),
                clear(id, "emulated altogether", SOUND, tuned(MODE, "<cpu>", "type='kvm'", "type='qemu'")),
                clear(id, "passed through", SOUND, tuned()));
    }

    private static List<Case> threads() {
        String id = "threads-impossible";
        Consumer<TestHost> unread =
                each(l -> Cores.siblings(l, TestHost.unreadable(l.threadSiblings()), Fact.absent("core")));
        return List.of(
                fires(id, "no SMT", machine(16, 1, 2), tuned(), "cpu/topology/@threads | 2 | 1"),
                fires(
                        id,
                        "four threads",
                        SOUND,
                        vm(topology(1, 1, 1, 4), "4", "12", "5", "13"),
                        "cpu/topology/@threads | 4 | 2"),
                clear(id, "as many as the host has", SOUND, tuned()),
                clear(id, "one", machine(16, 1, 2), vm(topology(1, 1, 4, 1), "4", "5", "6", "7")),
                clear(id, "no topology", machine(16, 1, 2), vm("", "4", "5", "6", "7")),
                clear(
                        id,
                        "SMT on some cores, the others not known",
                        h -> {
                            h.logical = Stream.concat(
                                            TestHost.cpus(8, 2, 2).stream().filter(l -> l.id() % 8 != 7),
                                            TestHost.cpus(8, 2, 2).stream()
                                                    .filter(l -> l.id() == 7)
                                                    .map(l -> Cores.siblings(l, Fact.absent("s"), Fact.absent("c"))))
                                    .toList();
                        },
                        tuned()),
                unknown(id, "siblings unreadable", unread, tuned(), CPU + "0/topology/thread_siblings_list"),
                unknown(id, "no CPU read", h -> h.logical = List.of(), tuned(), ONLINE));
    }

    private static List<Case> pairs() {
        String id = "smt-pairs";
        String wanted = " | both vCPUs of a guest core on siblings, which are numbered as in 0,8";
        Domain single = vm(topology(1, 1, 4, 1), "4", "12", "5", "6");
        return List.of(
                fires(
                        id,
                        "neighbours where siblings are apart",
                        SOUND,
                        vm(topology(1, 1, 2, 2), "4", "5", "12", "13"),
                        "cputune/vcpupin | vCPU 0-1 on CPU 4-5; vCPU 2-3 on CPU 12-13" + wanted),
                fires(
                        id,
                        "six wrong cores, four shown",
                        SOUND,
                        vm(topology(1, 1, 6, 2), "1", "2", "3", "4", "5", "6", "9", "10", "11", "12", "13", "14"),
                        "cputune/vcpupin | vCPU 0-1 on CPU 1-2; vCPU 2-3 on CPU 3-4; vCPU 4-5 on CPU 5-6;"
                                + " vCPU 6-7 on CPU 9-10; 2 more" + wanted),
                fires(
                        id,
                        "numbers with holes",
                        SOUND,
                        vm(topology(1, 1, 3, 2), "4", "12", "-", "-", "5", "6"),
                        "cputune/vcpupin | vCPU 4-5 on CPU 5-6" + wanted),
                fires(
                        id,
                        "siblings shown as cores",
                        SOUND,
                        single,
                        "cpu/topology/@threads | 1, but one core has vCPU 0-1 on CPU 4,12 | 2, or a core for each vCPU"),
                fires(
                        id,
                        "siblings and no topology",
                        SOUND,
                        vm("", "4-4", "12", "5,13", "5,13"),
                        "cpu/topology/@threads | 1, but one core has vCPU 0-1 on CPU 4,12; vCPU 2-3 on CPU 5,13"
                                + " | 2, or a core for each vCPU"),
                fires(
                        id,
                        "no sibling to be shown as an example",
                        each(l -> l.id() % 8 == 7
                                ? l
                                : Cores.siblings(l, Fact.known(CpuSet.of(l.id()), "s"), Fact.known(l.id(), "c"))),
                        vm(topology(1, 1, 2, 2), "4", "5", "-", "7"),
                        "cputune/vcpupin | vCPU 0-1 on CPU 4-5 | both vCPUs of a guest core on siblings, which are"
                                + " numbered as in 7,15"),
                clear(id, "pairs", SOUND, tuned()),
                clear(id, "both over the same core", SOUND, vm(topology(1, 1, 1, 2), "4,12", "4,12")),
                clear(id, "pins wider than a core", SOUND, vm(topology(1, 1, 1, 2), "4-5", "12")),
                clear(id, "half a core pinned", SOUND, vm(topology(1, 1, 2, 2), "4", "", "5", "13")),
                clear(id, "half a core disabled", SOUND, vm(topology(1, 1, 2, 2), "4", "-", "5", "13")),
                clear(id, "a core for each vCPU", SOUND, vm(topology(1, 1, 4, 1), "4", "5", "6", "7")),
                clear(id, "wide pins over siblings", SOUND, vm(topology(1, 1, 2, 1), "4-5,12-13", "4-5,12-13")),
                clear(id, "twice the same CPU is another matter", SOUND, vm(topology(1, 1, 2, 1), "4", "4")),
                clear(id, "one vCPU", SOUND, vm(topology(1, 1, 1, 1), "4")),
                clear(id, "more threads than the host has are too", machine(16, 1, 2), tuned()),
                clear(id, "a topology of nothing", SOUND, vm(topology(1, 1, 2, 0), "4", "5")),
                unknown(
                        id,
                        "siblings unreadable",
                        each(l -> Cores.siblings(l, TestHost.unreadable(l.threadSiblings()), Fact.absent("c"))),
                        single,
                        CPU + "4/topology/thread_siblings_list"),
                unknown(id, "a CPU that is not here", machine(4, 2, 1), vm(topology(1, 1, 1, 2), "4", "9"), ONLINE));
    }

    private static List<Case> sockets() {
        String id = "sockets-gt1";
        Domain two = vm(topology(2, 1, 1, 2), "4", "12", "5", "13");
        return List.of(
                fires(id, "two", SOUND, windows(two, "11"), "cpu/topology/@sockets | 2 | 1"),
                fires(id, "Windows 2000", SOUND, windows(two, "2k"), "cpu/topology/@sockets | 2 | 1"),
                fires(
                        id,
                        "edition not known",
                        SOUND,
                        Domain.parse(two.xml().replace("<devices>", "<features><hyperv/></features><devices>")),
                        "cpu/topology/@sockets | 2 | 1"),
                fires(
                        id,
                        "no topology",
                        SOUND,
                        windows(vm("", "4", "12"), "10"),
                        "cpu/topology/@sockets | (absent): 2 | 1"),
                clear(id, "one", SOUND, windows(tuned(), "11")),
                clear(id, "one vCPU without a topology", SOUND, windows(vm("", "4"), "11")),
                clear(id, "a server", SOUND, windows(two, "2k22")),
                clear(id, "not Windows", SOUND, two),
                clear(
                        id,
                        "guest nodes",
                        SOUND,
                        windows(vm(topology(2, 1, 1, 2) + cells("0-1", "2-3"), "4", "12", "5", "13"), "11")),
                fires(
                        id,
                        "one guest node",
                        SOUND,
                        windows(vm(topology(2, 1, 1, 2) + cells("0-3", "x"), "4", "12", "5", "13"), "11"),
                        "cpu/topology/@sockets | 2 | 1"));
    }

    private static Domain windows(Domain domain, String edition) {
        return Domain.parse(domain.xml()
                .replace(
                        "<memory unit",
                        "<metadata><l:libosinfo xmlns:l='l'><l:os id='http://microsoft.com/win/" + edition
                                + "'/></l:libosinfo></metadata><memory unit"));
    }

    private static String cells(String... cpus) {
        StringBuilder cells = new StringBuilder("<numa>");
        for (String c : cpus) {
            cells.append("<cell cpus='").append(c).append("' memory='4' unit='GiB'/>");
        }
        return cells.append("</numa>").toString();
    }

    private static List<Case> l3() {
        String id = "l3-cross";
        String found = "cputune/vcpupin | vCPU 0-3 over L3 0, L3 1";
        String wanted = " | one L3, or cache passthrough and vCPUs numbered L3 by L3";
        String[] over = {"3", "11", "4", "12"};
        String[] padded = {"3", "11", "-", "-", "-", "-", "-", "-", "4", "12"};
        String[] six = {"1", "9", "2", "10", "3", "11", "4", "12", "5", "13", "6", "14"};
        String[] all = {"0", "8", "1", "9", "2", "10", "3", "11", "4", "12", "5", "13", "6", "14", "7", "15"};
        return List.of(
                fires(id, "over two", SOUND, vm(topology(1, 1, 2, 2), over), found + wanted),
                fires(
                        id,
                        "one pin over two",
                        SOUND,
                        vm(topology(1, 1, 2, 1), "3-4", "5"),
                        "cputune/vcpupin | vCPU 0-1 over L3 0, L3 1" + wanted),
                fires(
                        id,
                        "caches without numbers",
                        each(l -> Cores.l3(
                                l,
                                Fact.absent("id"),
                                Fact.known(CpuSet.parse(l.id() % 8 < 4 ? "0-3,8-11" : "4-7,12-15"), "list"),
                                l.l3Bytes())),
                        vm(topology(1, 1, 2, 2), over),
                        "cputune/vcpupin | vCPU 0-3 over L3 of CPU 0-3,8-11, L3 of CPU 4-7,12-15" + wanted),
                fires(
                        id,
                        "passthrough, but unfilled",
                        SOUND,
                        vm(PASSTHROUGH + topology(1, 1, 2, 2), over),
                        found + wanted),
                fires(
                        id,
                        "passthrough and dies too narrow to reach the next cache",
                        SOUND,
                        vm(PASSTHROUGH + topology(1, 2, 1, 2), over),
                        found + wanted),
                fires(
                        id,
                        "padding without passthrough",
                        SOUND,
                        vm(topology(1, 1, 5, 2), padded),
                        "cputune/vcpupin | vCPU 0-1,8-9 over L3 0, L3 1" + wanted),
                fires(
                        id,
                        "emulated cache",
                        SOUND,
                        vm("<cache level='3' mode='emulate'/>" + topology(1, 1, 2, 2), over),
                        found + wanted),
                fires(
                        id,
                        "guest nodes that do not follow the caches",
                        SOUND,
                        vm(topology(1, 1, 2, 2) + cells("0,2", "1,3"), over),
                        "cputune/vcpupin | vCPU 0,2 over L3 0, L3 1; vCPU 1,3 over L3 0, L3 1" + wanted),
                fires(
                        id,
                        "out of order over caches of three cores",
                        machine(6, 2, 2),
                        vm(PASSTHROUGH + topology(1, 1, 2, 2), "2", "3", "8", "9"),
                        found + wanted),
                clear(id, "in one", SOUND, tuned()),
                fires(
                        id,
                        "padding under an emulated cache",
                        SOUND,
                        vm("<cache level='3' mode='emulate'/>" + topology(1, 1, 5, 2), padded),
                        "cputune/vcpupin | vCPU 0-1,8-9 over L3 0, L3 1" + wanted),
                clear(id, "passthrough and padding", SOUND, vm(PASSTHROUGH + topology(1, 1, 5, 2), padded)),
                clear(id, "passthrough of full caches", SOUND, vm(PASSTHROUGH + topology(1, 1, 8, 2), all)),
                fires(
                        id,
                        "full caches without",
                        SOUND,
                        vm(topology(1, 1, 8, 2), all),
                        "cputune/vcpupin | vCPU 0-15 over L3 0, L3 1" + wanted),
                clear(id, "a die for each", SOUND, vm(topology(1, 2, 1, 2), over)),
                clear(id, "a socket for each", SOUND, vm(topology(2, 1, 1, 2), over)),
                clear(id, "passthrough, a socket for each", SOUND, vm(PASSTHROUGH + topology(2, 1, 1, 2), over)),
                clear(id, "passthrough, dies of three cores", SOUND, vm(PASSTHROUGH + topology(1, 2, 3, 2), six)),
                fires(
                        id,
                        "no die for them",
                        SOUND,
                        vm(PASSTHROUGH + topology(1, 1, 6, 2), six),
                        "cputune/vcpupin | vCPU 0-7 over L3 0, L3 1" + wanted),
                clear(id, "a guest node for each", SOUND, vm(topology(1, 1, 2, 2) + cells("0-1", "2-3"), over)),
                clear(id, "no topology: a socket for each vCPU", SOUND, vm("", over)),
                clear(id, "one vCPU", SOUND, vm(topology(1, 1, 1, 1), "3-4")),
                clear(id, "a topology of nothing", SOUND, vm(PASSTHROUGH + topology(0, 0, 0, 0), "4", "5")),
                clear(
                        id,
                        "no L3",
                        each(l -> Cores.l3(l, Fact.absent("id"), Fact.absent("list"), Fact.absent("size"))),
                        vm(topology(1, 1, 2, 2), over)),
                unknown(
                        id,
                        "caches unreadable",
                        each(l -> Cores.l3(l, TestHost.unreadable(l.l3Id()), Fact.absent("list"), l.l3Bytes())),
                        tuned(),
                        CPU + "4/cache/index3/id"),
                unknown(
                        id,
                        "sharers unreadable",
                        each(l -> Cores.l3(l, Fact.absent("id"), Fact.unreadable("list", "no"), l.l3Bytes())),
                        tuned(),
                        "list"));
    }

    private static List<Case> padding() {
        String id = "l3-nonpow2";
        Consumer<TestHost> three = machine(6, 2, 2);
        String[] contiguous = {"0", "6", "1", "7", "2", "8", "3", "9", "4", "10", "5", "11"};
        String[] padded = {"0", "6", "1", "7", "2", "8", "-", "-", "3", "9", "4", "10", "5", "11"};
        return List.of(
                fires(
                        id,
                        "six threads under each",
                        three,
                        vm(PASSTHROUGH + topology(1, 1, 6, 2), contiguous),
                        "cputune/vcpupin | vCPU 0-7 over L3 0, L3 1"
                                + " | 8 vCPU numbers for each L3, the unused ones disabled"),
                fires(
                        id,
                        "two of four caches",
                        machine(12, 2, 4),
                        vm(PASSTHROUGH + topology(1, 1, 5, 2), "3", "15", "4", "16", "5", "17", "6", "18", "7", "19"),
                        "cputune/vcpupin | vCPU 0-7 over L3 1, L3 2"
                                + " | 8 vCPU numbers for each L3, the unused ones disabled"),
                clear(id, "padded", three, vm(PASSTHROUGH + topology(1, 1, 7, 2), padded)),
                clear(id, "without passthrough", three, vm(topology(1, 1, 6, 2), contiguous)),
                clear(id, "in one", three, vm(PASSTHROUGH + topology(1, 1, 2, 2), "1", "7", "2", "8")),
                clear(id, "out of order", three, vm(PASSTHROUGH + topology(1, 1, 2, 2), "2", "3", "8", "9")),
                clear(id, "a power of two", SOUND, vm(PASSTHROUGH + topology(1, 1, 2, 2), "3", "11", "4", "12")),
                unknown(
                        id,
                        "a CPU that is not here",
                        three,
                        vm(PASSTHROUGH + topology(1, 1, 1, 2), "5", "17"),
                        ONLINE));
    }

    private static List<Case> x3d() {
        String id = "x3d-ccd";
        String found = "cputune/vcpupin | CPU 4-5,12-13 | CPUs below the large L3: 0-3,8-11";
        Consumer<TestHost> stacked = caches(96, 32);
        return List.of(
                fires(id, "the other half", stacked, tuned(), found),
                fires(id, "64 MiB is stacked", caches(64, 32), tuned(), found),
                fires(
                        id,
                        "one core outside",
                        stacked,
                        vm(topology(1, 1, 2, 2), "3", "11", "4", "12"),
                        "cputune/vcpupin | CPU 4,12 | CPUs below the large L3: 0-3,8-11"),
                clear(id, "within", caches(32, 96), tuned()),
                clear(id, "both stacked", caches(96, 96), tuned()),
                clear(id, "unequal, none stacked", caches(16, 8), tuned()),
                clear(id, "Intel", stacked.andThen(h -> h.vendor = Fact.known("GenuineIntel", "x")), tuned()),
                clear(id, "no graphics", stacked, tuned(NO_DISPLAY, "function='0x1'")),
                clear(id, "no pins", stacked, vm("", "", "")),
                clear(
                        id,
                        "one cache of unknown size",
                        machine(8, 2, 1)
                                .andThen(each(
                                        l -> Cores.l3(l, l.l3Id(), l.l3Sharing(), TestHost.unreadable(l.l3Bytes())))),
                        tuned()),
                unknown(
                        id,
                        "vendor",
                        stacked.andThen(h -> h.vendor = TestHost.unreadable(h.vendor)),
                        tuned(),
                        "/proc/cpuinfo"),
                unknown(
                        id,
                        "sizes",
                        each(l -> Cores.l3(l, l.l3Id(), l.l3Sharing(), TestHost.unreadable(l.l3Bytes()))),
                        tuned(),
                        CPU + "0/cache/index3/size",
                        CPU + "4/cache/index3/size"),
                unknown(
                        id,
                        "caches",
                        each(l -> Cores.l3(l, TestHost.unreadable(l.l3Id()), l.l3Sharing(), l.l3Bytes())),
                        tuned(),
                        CPU + "0/cache/index3/id"),
                unknown(
                        id,
                        "the card is not here",
                        stacked.andThen(h -> h.gpuPresent = false),
                        tuned(),
                        CARD + "0",
                        CARD + "1"));
    }

    private static Consumer<TestHost> classes(String fast, String slow, String slowest) {
        return h -> h.coreClasses = Fact.known(
                List.of(
                        new CoreClass(Kind.PERFORMANCE, CpuSet.parse(fast), false, "x"),
                        new CoreClass(Kind.EFFICIENT, CpuSet.parse(slow), false, "x"),
                        new CoreClass(Kind.LOW_POWER, CpuSet.parse(slowest), false, "x")),
                "/sys/devices/cpu_core/cpus");
    }

    private static List<Case> hybrid() {
        String id = "hybrid-mix";
        return List.of(
                fires(
                        id,
                        "two efficient",
                        classes("0-11", "12-15", ""),
                        tuned(),
                        "cputune/vcpupin | efficient cores' CPU 12-13 | CPUs of performance cores: 0-11"),
                fires(
                        id,
                        "one low-power",
                        classes("0-12", "14", "13,15"),
                        tuned(),
                        "cputune/vcpupin | efficient cores' CPU 13 | CPUs of performance cores: 0-12"),
                clear(id, "performance only", classes("0-13", "14-15", ""), tuned()),
                clear(id, "efficient only", classes("0-3", "4-15", ""), tuned()),
                clear(id, "one kind", SOUND, tuned()),
                clear(id, "one CPU", classes("0-11", "12-15", ""), vm("", "12")),
                unknown(
                        id,
                        "unreadable",
                        h -> h.coreClasses = TestHost.unreadable(h.coreClasses),
                        vm("", "4", "5"),
                        "/sys/devices/cpu_core/cpus"));
    }

    private static List<Case> preferred() {
        String id = "prefcore";
        Consumer<TestHost> firstBest = perf(200, 196, 190, 190, 180, 180, 180, 180);
        String found = "cputune/vcpupin | cores of highest_perf 180 at most | CPU 0,8 or 1,9: 196 and more";
        return List.of(
                fires(id, "the two best elsewhere", firstBest, tuned(), found),
                clear(id, "the second best is enough", perf(200, 180, 180, 180, 196, 180, 180, 180), tuned()),
                clear(id, "all equal", perf(166), tuned()),
                clear(id, "one better", perf(200, 180, 180, 180, 180, 180, 180, 180), tuned()),
                clear(id, "not ranked", SOUND, tuned()),
                clear(id, "no pins", firstBest, vm("", "", "")),
                clear(id, "no graphics", firstBest, tuned(NO_DISPLAY, "function='0x1'")),
                clear(id, "below the large L3", caches(32, 96).andThen(firstBest), tuned()),
                clear(
                        id,
                        "below the large L3, others not readable",
                        caches(32, 96)
                                .andThen(firstBest)
                                .andThen(each(
                                        l -> l.id() == 0 ? Cores.perf(l, TestHost.unreadable(l.highestPerf())) : l)),
                        tuned()),
                clear(id, "one core", machine(1, 2, 1).andThen(perf(100)), vm(topology(1, 1, 1, 2), "0", "1")),
                fires(
                        id,
                        "better ones below the large L3",
                        caches(32, 96).andThen(perf(200, 200, 190, 190, 150, 150, 160, 170)),
                        tuned(),
                        "cputune/vcpupin | cores of highest_perf 150 at most | CPU 7,15 or 6,14: 160 and more"),
                unknown(
                        id,
                        "unreadable",
                        each(l -> l.id() == 4 ? Cores.perf(l, TestHost.unreadable(l.highestPerf())) : l),
                        tuned(),
                        CPU + "4/acpi_cppc/highest_perf"),
                unknown(
                        id,
                        "the card is not here",
                        firstBest.andThen(h -> h.gpuPresent = false),
                        tuned(),
                        CARD + "0",
                        CARD + "1"));
    }
}
