package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;
import static dev.nptune.doctor.Cores.domain;
import static dev.nptune.doctor.Cores.hook;
import static dev.nptune.doctor.Cores.topology;
import static dev.nptune.doctor.Cores.vm;

import dev.nptune.host.Cpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Gap;
import dev.nptune.host.Interrupt;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [PinRules].
final class PinCases {
    private static final String ISOLATED = "/sys/devices/system/cpu/isolated";
    private static final String EMULATOR = "<emulatorpin cpuset='0,8'/>";
    private static final String IOTHREAD = "<iothreadpin iothread='1' cpuset='0,8'/>";

    private PinCases() {}

    static List<Case> all() {
        return Stream.of(iothreads(), duplicates(), isolation(), groups(), hooks(), realTime(), idle(), interrupts())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Case> iothreads() {
        String id = "iothread-overlap";
        String wanted = " | CPUs other than 4-5,12-13";
        return List.of(
                fires(
                        id,
                        "shared",
                        SOUND,
                        tuned(IOTHREAD, "<iothreadpin iothread='1' cpuset='0,13'/>"),
                        "cputune/iothreadpin[1]/@cpuset | 0,13" + wanted),
                fires(
                        id,
                        "unbound",
                        SOUND,
                        tuned(IOTHREAD, ""),
                        "cputune/iothreadpin[@iothread='1'] | (absent): every CPU" + wanted),
                fires(
                        id,
                        "another's pin",
                        SOUND,
                        tuned(IOTHREAD, "<iothreadpin iothread='2' cpuset='0,8'/>"),
                        "cputune/iothreadpin[@iothread='1'] | (absent): every CPU" + wanted),
                fires(
                        id,
                        "the domain's cpuset",
                        SOUND,
                        tuned(IOTHREAD, "", "placement='static'", "cpuset='5-7'"),
                        "vcpu/@cpuset | 5-7" + wanted),
                clear(
                        id,
                        "the domain's cpuset elsewhere",
                        SOUND,
                        tuned(IOTHREAD, "", "placement='static'", "cpuset='0-3'")),
                clear(id, "elsewhere", SOUND, tuned()),
                clear(
                        id,
                        "not used",
                        SOUND,
                        tuned(
                                IOTHREAD,
                                "<iothreadpin iothread='1' cpuset='4'/>",
                                " iothread='1'/>\n      <source",
                                "/>\n      <source")),
                clear(id, "no vCPU pinned", SOUND, vm("", "", "")));
    }

    private static List<Case> duplicates() {
        String id = "dup-pin";
        String wanted = " | a CPU for each vCPU";
        return List.of(
                fires(
                        id,
                        "one mistyped",
                        SOUND,
                        vm(topology(1, 1, 2, 2), "4", "12", "5", "12"),
                        "cputune/vcpupin | vCPU 1,3 on CPU 12" + wanted),
                fires(
                        id,
                        "three over two, two on one",
                        SOUND,
                        vm("", "4-5", "4-5", "4,5", "6", "6"),
                        "cputune/vcpupin | vCPU 0-2 on CPU 4-5; vCPU 3-4 on CPU 6" + wanted),
                clear(id, "as many as CPUs", SOUND, vm("", "4-5", "4-5", "6", "7")),
                clear(id, "the other is disabled", SOUND, vm("", "0", "-", "4")),
                clear(id, "a list of nothing", SOUND, vm("", "0", "^4", "^4")),
                clear(id, "each its own", SOUND, tuned()));
    }

    private static Consumer<TestHost> isolated(String cpus) {
        return h -> h.isolated = Fact.known(CpuSet.parse(cpus), ISOLATED);
    }

    private static List<Case> isolation() {
        String id = "isolcpus-floating";
        String wanted = " | one CPU, or CPUs other than the isolated ";
        return List.of(
                fires(
                        id,
                        "a pair of siblings for each",
                        isolated("4-7,12-15"),
                        vm(topology(1, 1, 2, 2), "4,12", "4,12", "5,13", "5"),
                        "cputune/vcpupin[1]/@cpuset | 4,12" + wanted + "4-7,12-15",
                        "cputune/vcpupin[3]/@cpuset | 5,13" + wanted + "4-7,12-15"),
                fires(
                        id,
                        "emulator and iothread",
                        isolated("0-1,8-9"),
                        tuned(),
                        "cputune/emulatorpin/@cpuset | 0,8" + wanted + "0-1,8-9",
                        "cputune/iothreadpin[1]/@cpuset | 0,8" + wanted + "0-1,8-9"),
                fires(
                        id,
                        "vCPUs over the domain's cpuset",
                        isolated("4-7"),
                        tuned("placement='static'", "cpuset='4-7'", "<vcpupin vcpu='3' cpuset='13'/>", ""),
                        "vcpu/@cpuset | 4-7" + wanted + "4-7"),
                fires(
                        id,
                        "the emulator over it",
                        isolated("6-7"),
                        tuned("placement='static'", "cpuset='6-7'", EMULATOR, ""),
                        "vcpu/@cpuset | 6-7" + wanted + "6-7"),
                fires(
                        id,
                        "nine pins, eight shown",
                        isolated("0-15"),
                        vm("", "0-1", "1-2", "2-3", "3-4", "4-5", "5-6", "6-7", "7-8", "8-9"),
                        Stream.of("0-1", "1-2", "2-3", "3-4", "4-5", "5-6", "6-7", "7-8")
                                .map(pin -> "cputune/vcpupin[" + (pin.charAt(0) - '0' + 1) + "]/@cpuset | " + pin
                                        + wanted + "0-15")
                                .toArray(String[]::new)),
                clear(id, "one CPU each", isolated("4-7,12-15"), tuned()),
                clear(id, "isolated and others", isolated("8-15"), tuned()),
                clear(id, "nobody runs over the cpuset", isolated("4-7"), tuned("placement='static'", "cpuset='4-7'")),
                clear(
                        id,
                        "an iothread nobody uses",
                        isolated("2-3"),
                        tuned(IOTHREAD, IOTHREAD + "<iothreadpin iothread='2' cpuset='2-3'/>")),
                clear(id, "nothing isolated", SOUND, vm("", "4-5", "4-5")),
                unknown(
                        id,
                        "unreadable",
                        h -> h.isolated = TestHost.unreadable(h.isolated),
                        vm("", "4-5", "4-5"),
                        ISOLATED));
    }

    private static Consumer<TestHost> slices(String init, String system, String user) {
        return h -> h.slices = List.of(
                TestHost.slice("init.scope", init),
                TestHost.slice("system.slice", system),
                TestHost.slice("user.slice", user),
                TestHost.slice("machine.slice", "4-5"));
    }

    private static String slice(String name) {
        return "/sys/fs/cgroup/" + name + "/cpuset.cpus.effective";
    }

    private static List<Case> groups() {
        String id = "host-on-guest-cpus";
        String wanted = " | CPUs other than 4-5,12-13";
        return List.of(
                fires(
                        id,
                        "the guest's CPUs instead of the others",
                        slices("0-15", "4-5,12-13", "4-5,12-13"),
                        tuned(),
                        slice("system.slice") + " | 4-5,12-13" + wanted,
                        slice("user.slice") + " | 4-5,12-13" + wanted),
                fires(id, "one of them", slices("0-4", "0-3", "0-3"), tuned(), slice("init.scope") + " | 0-4" + wanted),
                clear(id, "the others", slices("0-3,6-11,14-15", "0", "8"), tuned()),
                clear(id, "all CPUs", SOUND, tuned()),
                clear(id, "no pins", slices("4", "4", "4"), vm("", "", "")),
                clear(
                        id,
                        "nothing restricts them",
                        h -> h.slices = List.of(new Cpu.Slice("system.slice", Fact.absent(slice("system.slice")))),
                        tuned()),
                clear(id, "no systemd", h -> h.slices = List.of(), tuned()),
                unknown(
                        id,
                        "unreadable",
                        h -> h.slices =
                                List.of(new Cpu.Slice("user.slice", Fact.unreadable(slice("user.slice"), "no"))),
                        tuned(),
                        slice("user.slice")),
                unknown(
                        id,
                        "online CPUs",
                        h -> h.online = TestHost.unreadable(h.online),
                        tuned(),
                        "/sys/devices/system/cpu/online"),
                unknown(
                        id,
                        "groups not readable",
                        h -> {
                            h.slices = List.of();
                            h.gaps.add(new Gap("/sys/fs/cgroup", "no"));
                            h.gaps.add(new Gap("/sys/bus", "no"));
                        },
                        tuned(),
                        "/sys/fs/cgroup"));
    }

    private static List<Case> hooks() {
        String id = "host-on-guest-cpus";
        String set = "systemctl set-property --runtime -- system.slice AllowedCPUs=";
        String file = "/etc/libvirt/hooks/";
        String found = " | system.slice AllowedCPUs=4-5 | CPUs other than 4-5,12-13";
        return List.of(
                fires(
                        id,
                        "a hook",
                        hook("qemu", "#!/bin/sh\n  " + set + "4-5\n" + set + "4-5"),
                        tuned(),
                        file + "qemu" + found),
                fires(
                        id,
                        "one in the VM's folder, beside another VM",
                        domain("other").andThen(hook("qemu.d/win/prepare/begin/cpus.sh", "other\n" + set + "'4-5'")),
                        tuned(),
                        file + "qemu.d/win/prepare/begin/cpus.sh" + found),
                fires(
                        id,
                        "other VMs of which it does not speak",
                        domain("other").andThen(domain("win")).andThen(hook("qemu", "win " + set + "\"4-5\"")),
                        tuned(),
                        file + "qemu" + found),
                clear(
                        id,
                        "a hook that names another VM",
                        domain("other").andThen(hook("qemu", "other win " + set + "4-5")),
                        tuned()),
                clear(id, "one in another's folder", hook("qemu.d/other/prepare/begin/cpus.sh", set + "4-5"), tuned()),
                clear(id, "a comment", hook("qemu", "# " + set + "4-5"), tuned()),
                clear(id, "nobody may run it", hook("qemu", 0644, set + "4-5"), tuned()),
                clear(
                        id,
                        "the machine's group is the guest's",
                        hook("qemu", set.replace("system", "machine") + "4-5"),
                        tuned()),
                clear(id, "the others", hook("qemu", set + "0-3,8-11"), tuned()),
                clear(id, "all, on release", hook("qemu", set + "0-15"), tuned()),
                clear(id, "no list", hook("qemu", set + "5-4"), tuned()),
                clear(id, "a variable", hook("qemu", set + "$HOST"), tuned()));
    }

    private static Domain scheduled(String inside) {
        return tuned(EMULATOR, EMULATOR + inside);
    }

    private static List<Case> realTime() {
        String id = "rt-sched";
        String where = "cputune/vcpusched | ";
        String wanted = " | none, or CPUs of its own";
        Domain fifo = scheduled("<vcpusched vcpus='0-3' scheduler='fifo' priority='1'/>");
        return List.of(
                fires(id, "shared", SOUND, fifo, where + "vCPU 0-3, and the host runs on CPU 4-5,12-13" + wanted),
                fires(
                        id,
                        "half isolated, all vCPUs",
                        isolated("4-5"),
                        scheduled("<vcpusched scheduler='rr' priority='1'/>"),
                        where + "vCPU 0-3, and the host runs on CPU 12-13" + wanted),
                fires(
                        id,
                        "two of them",
                        isolated("4,12"),
                        scheduled("<vcpusched vcpus='1-2,9' scheduler='fifo' priority='1'/>"),
                        where + "vCPU 1-2, and the host runs on CPU 5" + wanted),
                fires(
                        id,
                        "floating",
                        isolated("0-15"),
                        Domain.parse(vm("", "4", "")
                                .xml()
                                .replace("<emulatorpin", "<vcpusched vcpus='0-1' scheduler='rr'/><emulatorpin")),
                        where + "vCPU 0-1, and vCPU 1 floats" + wanted),
                fires(
                        id,
                        "one group of the host's",
                        slices("0-3", "0-4", "0-3"),
                        fifo,
                        where + "vCPU 0-3, and the host runs on CPU 4" + wanted),
                fires(
                        id,
                        "no systemd",
                        h -> h.slices = List.of(),
                        fifo,
                        where + "vCPU 0-3, and the host runs on CPU 4-5,12-13" + wanted),
                fires(
                        id,
                        "one element for each",
                        isolated("4,12"),
                        scheduled("<vcpusched vcpus='0' scheduler='fifo'/><vcpusched vcpus='2' scheduler='rr'/>"),
                        where + "vCPU 0,2, and the host runs on CPU 5" + wanted),
                clear(id, "isolated", isolated("4-7,12-15"), fifo),
                clear(id, "kept from the host's groups", slices("0-3", "8-11", "0"), fifo),
                clear(id, "a hook keeps the host off", hook("qemu", "set-property user.slice AllowedCPUs=$H"), fifo),
                clear(id, "batch", SOUND, scheduled("<vcpusched vcpus='0-3' scheduler='batch'/>")),
                clear(id, "idle by default", SOUND, scheduled("<vcpusched vcpus='0-3'/>")),
                clear(id, "none", SOUND, tuned()),
                clear(id, "vCPUs that are not there", SOUND, scheduled("<vcpusched vcpus='9' scheduler='rr'/>")),
                unknown(
                        id,
                        "isolation",
                        slices("0", "0", "0").andThen(h -> h.isolated = TestHost.unreadable(h.isolated)),
                        fifo,
                        ISOLATED),
                unknown(
                        id,
                        "groups",
                        h -> {
                            h.online = TestHost.unreadable(h.online);
                            h.slices = List.of(new Cpu.Slice("user.slice", Fact.unreadable(slice("user.slice"), "no")));
                        },
                        fifo,
                        "/sys/devices/system/cpu/online",
                        slice("user.slice")));
    }

    private static Domain overcommit(String option, String value) {
        return tuned(
                "</devices>",
                "</devices><qemu:commandline><qemu:arg value='" + option + "'/><qemu:arg value='" + value
                        + "'/></qemu:commandline>");
    }

    private static List<Case> idle() {
        String id = "cpu-pm";
        String where = "qemu:commandline/qemu:arg[2]/@value | cpu-pm=on, and ";
        String wanted = " | off, or CPUs of its own";
        Domain on = overcommit("-overcommit", "mem-lock=on,cpu-pm=on");
        return List.of(
                fires(id, "shared", SOUND, on, where + "the host runs on CPU 4-5,12-13" + wanted),
                fires(
                        id,
                        "floating",
                        SOUND,
                        Domain.parse(on.xml().replace("<vcpupin vcpu='2' cpuset='5'/>", "")),
                        where + "vCPU 2 floats" + wanted),
                clear(id, "isolated", isolated("4-7,12-15"), on),
                clear(id, "off", SOUND, overcommit("-overcommit", "cpu-pm=off")),
                clear(id, "another option", SOUND, overcommit("-name", "cpu-pm=on")),
                clear(id, "no arguments", SOUND, tuned()),
                unknown(
                        id,
                        "isolation",
                        slices("0", "0", "0").andThen(h -> h.isolated = TestHost.unreadable(h.isolated)),
                        on,
                        ISOLATED));
    }

    private static Interrupt interrupt(int number, long count, String cpus, String... actions) {
        return new Interrupt(
                number,
                List.of(actions),
                count,
                Fact.known(CpuSet.parse(cpus), "/proc/irq/" + number + "/effective_affinity_list"));
    }

    private static Consumer<TestHost> interrupts(Interrupt... interrupts) {
        return h -> h.interrupts = Fact.known(List.of(interrupts), "/proc/interrupts");
    }

    private static List<Case> interrupts() {
        String id = "irq-affinity";
        String where = "/proc/irq/*/effective_affinity_list | ";
        String wanted = " | CPUs other than 4-5,12-13";
        Consumer<TestHost> usb = interrupts(interrupt(45, 1000, "4", "xhci_hcd"));
        return List.of(
                fires(id, "USB", usb, tuned(), where + "45 (xhci_hcd) on CPU 4" + wanted),
                fires(
                        id,
                        "many",
                        interrupts(
                                interrupt(1, 5000, "4-9", "i8042", "vfio-intx(0000:01:00.0)"),
                                interrupt(2, 5000, "12", "ahci", "eth0"),
                                interrupt(3, 5000, "13", "nvme0q0"),
                                interrupt(4, 5000, "5", "amdgpu"),
                                interrupt(6, 5000, "5", "snd"),
                                interrupt(7, 5000, "5", "rtc")),
                        tuned(),
                        where + "1 (i8042) on CPU 4-5; 2 (ahci, eth0) on CPU 12; 3 (nvme0q0) on CPU 13;"
                                + " 4 (amdgpu) on CPU 5; 2 more" + wanted),
                clear(
                        id,
                        "the guest's own, and queues bound for good",
                        interrupts(
                                interrupt(30, 5000, "4", "vfio-msix[0](0000:01:00.0)"),
                                interrupt(31, 5000, "4", "nvme0q5"),
                                interrupt(32, 5000, "4", "nvme0q12"),
                                interrupt(33, 5000, "5", "virtio0-req.1"),
                                interrupt(34, 5000, "5")),
                        tuned()),
                clear(id, "too seldom", interrupts(interrupt(45, 999, "4", "xhci_hcd")), tuned()),
                clear(id, "elsewhere", interrupts(interrupt(45, 5000, "0-3", "xhci_hcd")), tuned()),
                clear(
                        id,
                        "an old kernel",
                        interrupts(new Interrupt(45, List.of("xhci_hcd"), 5000, Fact.absent("x"))),
                        tuned()),
                clear(
                        id,
                        "a hook moves them",
                        usb.andThen(hook("qemu", "echo 1 > /proc/irq/45/smp_affinity")),
                        tuned()),
                clear(id, "no pins", usb, vm("", "", "")),
                unknown(
                        id,
                        "where one goes",
                        interrupts(new Interrupt(45, List.of("xhci_hcd"), 5000, Fact.unreadable("/proc/irq/45", "no"))),
                        tuned(),
                        "/proc/irq/45"),
                unknown(
                        id,
                        "unreadable",
                        h -> h.interrupts = TestHost.unreadable(h.interrupts),
                        tuned(),
                        "/proc/interrupts"));
    }
}
