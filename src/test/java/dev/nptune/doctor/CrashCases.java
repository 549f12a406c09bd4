package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import dev.nptune.host.KernelLog;
import dev.nptune.host.KernelLog.Category;
import dev.nptune.host.Virtualization.QemuLog;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Cases of [CrashRules].
final class CrashCases {
    private static final Domain NOTHING_PASSED =
            tuned("mode='subsystem' type='pci' managed='yes'", "mode='subsystem' type='usb'");

    private CrashCases() {}

    static List<Case> all() {
        return Stream.of(mapping(), bus(), idle(), machineChecks(), msrs())
                .flatMap(List::stream)
                .toList();
    }

    private static Consumer<TestHost> log(Category category, String... lines) {
        return h -> h.log = TestHost.log(category, lines);
    }

    private static Consumer<TestHost> late(Category category, String... lines) {
        return h -> h.log = TestHost.log(category, lines).map(l -> new KernelLog(l.lines(), 0, false));
    }

    private static Case busFires(Category category, String line) {
        return fires("gpu-bus-errors", line, log(category, line), tuned(), "dmesg | " + line + " | none");
    }

    private static Case busClear(Category category, String line) {
        return clear("gpu-bus-errors", line, log(category, line), tuned());
    }

    private static List<Case> bus() {
        String rule = "gpu-bus-errors";
        String fault = "AMD-Vi: Event logged [IO_PAGE_FAULT device=01:00.0 domain=0x000e address=0x0 flags=0x0070]";
        return List.of(
                busFires(
                        Category.AER,
                        "vfio-pci 0000:01:00.0: PCIe Bus Error: severity=Uncorrected (Fatal), type=Transaction Layer"),
                busFires(Category.AER, "pcieport 0000:00:01.0: AER: Uncorrected (Non-Fatal) error: 0000:01:00.1"),
                busFires(Category.AER, "vfio-pci 0000:01:00.0: AER:    [14] CmpltTO                (First)"),
                busFires(Category.AMD_VI, fault),
                busFires(Category.AMD_VI, "vfio-pci 0000:01:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000e]"),
                busFires(Category.AMD_VI, "AMD-Vi: Event logged [IOTLB_INV_TIMEOUT device=01:00.0 address=0x1]"),
                busFires(Category.AMD_VI, "AMD-Vi: Event logged [IO_PAGE_FAULT device=unknown]"),
                busFires(Category.AMD_VI, "AMD-Vi: Completion-Wait loop timed out"),
                busClear(
                        Category.AER, "vfio-pci 0000:01:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer"),
                busClear(Category.AER, "nvme 0000:02:00.0: PCIe Bus Error: severity=Uncorrected (Fatal)"),
                busClear(Category.AER, "AER: Uncorrected (Fatal) error of nobody"),
                busClear(Category.AMD_VI, fault.replace("01:00.0", "02:00.0")),
                busClear(Category.AMD_VI, "AMD-Vi: Interrupt remapping enabled"),
                fires(
                        rule,
                        "the first three lines, each once",
                        log(Category.AMD_VI, fault, fault, fault + "2", fault + "3", fault + "4"),
                        tuned(),
                        "dmesg | " + fault + " | none",
                        "dmesg | " + fault + "2 | none",
                        "dmesg | " + fault + "3 | none"),
                clear(rule, "nothing passed", log(Category.AMD_VI, fault), NOTHING_PASSED),
                clear(rule, "a quiet log", SOUND, tuned()),
                unknown(rule, "no log", h -> h.log = TestHost.unreadable(h.log), tuned(), "dmesg"),
                unknown(rule, "a log without its start", late(Category.AER), tuned(), "dmesg"));
    }

    private static List<Case> machineChecks() {
        String rule = "machine-check";
        String logged = "mce: [Hardware Error]: Machine check events logged";
        String bank = "[Hardware Error]: CPU:0 (17:1:1) MC5_STATUS[Over|UE|-|PCC]: 0xbea0000000000108";
        return List.of(
                fires(rule, "logged", log(Category.MCE, logged), tuned(), "dmesg | " + logged + " | none"),
                fires(rule, "a bank", log(Category.MCE, bank), tuned(), "dmesg | " + bank + " | none"),
                clear(rule, "a greeting", log(Category.MCE, "mce: CPU0: Thermal monitoring enabled (TM1)"), tuned()),
                clear(
                        rule,
                        "a device's error",
                        log(Category.MCE, "{1}[Hardware Error]: event severity: corrected"),
                        tuned()),
                clear(rule, "a quiet log", SOUND, tuned()),
                unknown(rule, "no log", h -> h.log = TestHost.unreadable(h.log), tuned(), "dmesg"),
                unknown(
                        rule,
                        "a log without its start",
                        late(Category.MCE, "mce: CPU0: Thermal monitoring enabled (TM1)"),
                        tuned(),
                        "dmesg"),
                fires(
                        rule,
                        "a log without its start, with lines",
                        late(Category.MCE, logged),
                        tuned(),
                        "dmesg | " + logged + " | none"),
                unknown(rule, "a flood", log(Category.MCE, flood(KernelLog.MOST)), tuned(), "dmesg"),
                clear(rule, "almost a flood", log(Category.MCE, flood(KernelLog.MOST - 1)), tuned()),
                fires(
                        rule,
                        "a flood of it",
                        log(
                                Category.MCE,
                                Stream.of(flood(KernelLog.MOST))
                                        .map(_ -> logged)
                                        .toArray(String[]::new)),
                        tuned(),
                        "dmesg | " + logged + " | none"));
    }

    private static String[] flood(int lines) {
        return IntStream.range(0, lines).mapToObj(i -> "mce: CPU" + i + ": TM1").toArray(String[]::new);
    }

    private static List<Case> msrs() {
        String rule = "unhandled-msr";
        String line = "kvm [4711]: vcpu0, guest rIP: 0xfffff8015a7b2c41 unhandled rdmsr: 0x1a2";
        String write = line.replace("rdmsr", "wrmsr");
        String ignored = "/sys/module/kvm/parameters/ignore_msrs";
        String wanted = " | no crash of the guest with it";
        return List.of(
                fires(rule, "read", log(Category.KVM, line), tuned(), "dmesg | " + line + wanted),
                fires(
                        rule,
                        "written and read, once each and three in all",
                        log(Category.KVM, write, write, line, line + "1", line + "2"),
                        tuned(),
                        "dmesg | " + write + wanted,
                        "dmesg | " + line + wanted,
                        "dmesg | " + line + "1" + wanted),
                clear(
                        rule,
                        "ignored",
                        log(Category.KVM, line).andThen(h -> h.kvm.put("ignore_msrs", Fact.known("Y", ignored))),
                        tuned()),
                clear(rule, "another line", log(Category.KVM, "kvm: SMP vm created on host"), tuned()),
                unknown(rule, "no log", h -> h.log = TestHost.unreadable(h.log), tuned(), "dmesg"),
                unknown(
                        rule,
                        "unreadable",
                        log(Category.KVM, line).andThen(h -> h.kvm.put("ignore_msrs", Fact.unreadable(ignored, "no"))),
                        tuned(),
                        ignored));
    }

    private static Consumer<TestHost> frozen(Consumer<TestHost> more) {
        return log(Category.LOCKUP, "watchdog: BUG: soft lockup - CPU#3 stuck for 22s!")
                .andThen(more);
    }

    private static List<Case> idle() {
        String rule = "zen1-idle";
        String evidence = "dmesg | watchdog: BUG: soft lockup - CPU#3 stuck for 22s! | none";
        return List.of(
                fires(rule, "a lock-up", frozen(SOUND), tuned(), evidence),
                fires(
                        rule,
                        "the first three lines, each once",
                        log(Category.LOCKUP, "a", "a", "b", "c", "d"),
                        tuned(),
                        "dmesg | a | none",
                        "dmesg | b | none",
                        "dmesg | c | none"),
                clear(
                        rule,
                        "held awake",
                        frozen(h -> h.commandLine = Fact.known("quiet processor.max_cstate=5", "/proc/cmdline")),
                        tuned()),
                clear(rule, "Zen+", frozen(h -> h.model = Fact.known(8, "/proc/cpuinfo")), tuned()),
                clear(rule, "Intel", frozen(h -> h.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo")), tuned()),
                clear(rule, "a quiet log", SOUND, tuned()),
                unknown(
                        rule,
                        "no family",
                        frozen(h -> h.family = TestHost.unreadable(h.family)),
                        tuned(),
                        "/proc/cpuinfo"),
                unknown(
                        rule,
                        "no model",
                        frozen(h -> h.model = TestHost.unreadable(h.model)),
                        tuned(),
                        "/proc/cpuinfo"),
                unknown(
                        rule,
                        "no command line",
                        frozen(h -> h.commandLine = TestHost.unreadable(h.commandLine)),
                        tuned(),
                        "/proc/cmdline"),
                unknown(rule, "no log", h -> h.log = TestHost.unreadable(h.log), tuned(), "dmesg"));
    }

    private static Consumer<TestHost> qemu(String domain, String... lines) {
        return h -> h.logs = List.of(new QemuLog(domain, Fact.known(List.of(lines), QEMU)));
    }

    private static final String QEMU = "/var/log/libvirt/qemu/win.log";

    private static List<Case> mapping() {
        String rule = "dma-limit";
        String old = "qemu-system-x86_64: VFIO_MAP_DMA failed: Invalid argument";
        String line = "qemu-system-x86_64: vfio_container_dma_map(0x55d, 0x380000000000, 0x10000000, 0x7f5) = -22";
        return List.of(
                fires(rule, "not mapped", qemu("win", line), tuned(), QEMU + " | " + line + " | none"),
                fires(rule, "in words", qemu("win", "error", old), tuned(), QEMU + " | " + old + " | none"),
                clear(rule, "done without", qemu("win", line.replace("x86_64:", "x86_64: warning:")), tuned()),
                clear(rule, "another reason", qemu("win", line.replace("-22", "-12 (Cannot allocate)")), tuned()),
                clear(rule, "a quiet log", SOUND, tuned()),
                clear(rule, "nothing passed", qemu("win", line), NOTHING_PASSED),
                unknown(rule, "another VM's", qemu("other", line), tuned(), "/var/log/libvirt/qemu"),
                unknown(
                        rule,
                        "unreadable",
                        h -> h.logs = List.of(new QemuLog("win", Fact.unreadable(QEMU, "permission denied"))),
                        tuned(),
                        QEMU));
    }
}
