package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;
import static dev.nptune.doctor.HypervisorCases.TOPOEXT;

import dev.nptune.host.Fact;
import dev.nptune.host.KernelLog;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [KernelRules].
final class KernelCases {
    private static final String RELEASE = "/proc/sys/kernel/osrelease";
    private static final String NX = "/sys/module/kvm/parameters/nx_huge_pages";
    private static final String ITLB = "/sys/devices/system/cpu/vulnerabilities/itlb_multihit";

    private KernelCases() {}

    static List<Case> all() {
        return Stream.of(busLock(), vls(), reset(), splitLock(), nx())
                .flatMap(List::stream)
                .toList();
    }

    private static Consumer<TestHost> zen5(String release) {
        return h -> {
            h.family = Fact.known(0x1a, "/proc/cpuinfo");
            h.release = Fact.known(release, RELEASE);
        };
    }

    private static Case busLockFires(String release) {
        return fires("zen5-buslock", release, zen5(release), tuned(), RELEASE + " | " + release + " | 6.13.7 or later");
    }

    private static Case busLockClear(String release) {
        return clear("zen5-buslock", release, zen5(release), tuned());
    }

    private static List<Case> busLock() {
        String rule = "zen5-buslock";
        return List.of(
                busLockFires("6.13.0-arch1-1"),
                busLockFires("6.13.6"),
                busLockFires("6.14.0-rc1"),
                busLockFires("6.14.0-rc5-next"),
                busLockFires("6.14.0-0.rc3.20250218git.fc42"),
                busLockClear("6.12.99"),
                busLockClear("6.13.7"),
                busLockClear("6.14.0"),
                busLockClear("6.14.0-rc6"),
                busLockClear("6.15.0-rc1"),
                clear(
                        rule,
                        "switched off",
                        zen5("6.13.1")
                                .andThen(h -> h.commandLine = Fact.known("split_lock_detect=off", "/proc/cmdline")),
                        tuned()),
                fires(
                        rule,
                        "switched to something else",
                        zen5("6.13.1")
                                .andThen(h -> h.commandLine = Fact.known("split_lock_detect=warn", "/proc/cmdline")),
                        tuned(),
                        RELEASE + " | 6.13.1 | 6.13.7 or later"),
                clear(
                        rule,
                        "Zen 4",
                        zen5("6.13.1").andThen(h -> h.family = Fact.known(0x19, "/proc/cpuinfo")),
                        tuned()),
                clear(
                        rule,
                        "Intel",
                        zen5("6.13.1").andThen(h -> h.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo")),
                        tuned()),
                unknown(
                        rule,
                        "no family",
                        zen5("6.13.1").andThen(h -> h.family = TestHost.unreadable(h.family)),
                        tuned(),
                        "/proc/cpuinfo"),
                unknown(
                        rule,
                        "no release",
                        zen5("6.13.1").andThen(h -> h.release = TestHost.unreadable(h.release)),
                        tuned(),
                        RELEASE),
                unknown(
                        rule,
                        "no command line",
                        zen5("6.13.1").andThen(h -> h.commandLine = TestHost.unreadable(h.commandLine)),
                        tuned(),
                        "/proc/cmdline"));
    }

    private static Consumer<TestHost> zen4(int model) {
        return h -> {
            h.family = Fact.known(0x19, "/proc/cpuinfo");
            h.model = Fact.known(model, "/proc/cpuinfo");
            h.flags = Fact.known(Set.of("svm", "topoext", "v_vmsave_vmload"), "/proc/cpuinfo");
            h.kvmAmd.put("nested", TestHost.parameter("kvm_amd", "nested", "1"));
            h.kvmAmd.put("vls", TestHost.parameter("kvm_amd", "vls", "1"));
        };
    }

    private static Consumer<TestHost> zen4(Consumer<TestHost> more) {
        return zen4(0x61).andThen(more);
    }

    private static Case vlsFires(int model) {
        return fires(
                "zen4-vls",
                "model " + Integer.toHexString(model),
                zen4(model),
                tuned(),
                "/proc/cpuinfo | v_vmsave_vmload | no v_vmsave_vmload on this processor");
    }

    private static Case vlsClear(int model) {
        return clear("zen4-vls", "model " + Integer.toHexString(model), zen4(model), tuned());
    }

    private static List<Case> vls() {
        String rule = "zen4-vls";
        String vls = "/sys/module/kvm_amd/parameters/vls";
        Domain hidden = tuned(TOPOEXT, TOPOEXT + "<feature policy='disable' name='svm'/>");
        return List.of(
                vlsFires(0x18),
                vlsFires(0x1f),
                vlsFires(0x60),
                vlsFires(0x7f),
                vlsClear(0x17),
                vlsClear(0x20),
                vlsClear(0x5f),
                vlsClear(0x80),
                clear(rule, "svm hidden", zen4(0x61), hidden),
                clear(rule, "svm hidden, and nothing known", h -> h.vendor = TestHost.unreadable(h.vendor), hidden),
                clear(
                        rule,
                        "a kernel that knows",
                        zen4(h -> h.flags = Fact.known(Set.of("svm"), "/proc/cpuinfo")),
                        tuned()),
                clear(
                        rule,
                        "switched off",
                        zen4(h -> h.kvmAmd.put("vls", TestHost.parameter("kvm_amd", "vls", "0"))),
                        tuned()),
                clear(
                        rule,
                        "not nested",
                        zen4(h -> h.kvmAmd.put("nested", TestHost.parameter("kvm_amd", "nested", "0"))),
                        tuned()),
                clear(rule, "another family", zen4(h -> h.family = Fact.known(0x1a, "/proc/cpuinfo")), tuned()),
                clear(rule, "Intel", zen4(h -> h.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo")), tuned()),
                unknown(rule, "no model", zen4(h -> h.model = TestHost.unreadable(h.model)), tuned(), "/proc/cpuinfo"),
                unknown(rule, "no flags", zen4(h -> h.flags = TestHost.unreadable(h.flags)), tuned(), "/proc/cpuinfo"),
                unknown(
                        rule,
                        "nested unreadable",
                        zen4(h -> h.kvmAmd.put(
                                "nested",
                                Fact.unreadable("/sys/module/kvm_amd/parameters/nested", "permission denied"))),
                        tuned(),
                        "/sys/module/kvm_amd/parameters/nested"),
                clear(
                        rule,
                        "vls unreadable, but not nested",
                        zen4(h -> {
                            h.kvmAmd.put("vls", Fact.unreadable(vls, "permission denied"));
                            h.kvmAmd.put("nested", TestHost.parameter("kvm_amd", "nested", "0"));
                        }),
                        tuned()),
                unknown(
                        rule,
                        "vls unreadable",
                        zen4(h -> h.kvmAmd.put("vls", Fact.unreadable(vls, "permission denied"))),
                        tuned(),
                        vls));
    }

    private static Consumer<TestHost> release(String release) {
        return h -> h.release = Fact.known(release, RELEASE);
    }

    private static List<Case> reset() {
        String rule = "reset-regress";
        Domain sound = tuned("function='0x0'", "function='0x1'");
        return List.of(
                fires(
                        rule,
                        "6.14.2",
                        release("6.14.2-arch1-1"),
                        tuned(),
                        RELEASE + " | 6.14.2-arch1-1 | another release"),
                fires(rule, "6.12.23", release("6.12.23"), tuned(), RELEASE + " | 6.12.23 | another release"),
                clear(rule, "6.14.1", release("6.14.1"), tuned()),
                clear(rule, "6.14.3", release("6.14.3"), tuned()),
                clear(rule, "6.12.22", release("6.12.22"), tuned()),
                clear(rule, "6.12.24", release("6.12.24"), tuned()),
                clear(rule, "no display passed", release("6.14.2"), sound),
                clear(
                        rule,
                        "no release, but nothing passed",
                        h -> h.release = TestHost.unreadable(h.release),
                        tuned("mode='subsystem' type='pci' managed='yes'", "mode='subsystem' type='usb'")),
                unknown(rule, "no release", h -> h.release = TestHost.unreadable(h.release), tuned(), RELEASE),
                unknown(
                        rule,
                        "the card is not here",
                        release("6.14.2").andThen(h -> h.gpuPresent = false),
                        tuned(),
                        "/sys/bus/pci/devices/0000:01:00.0",
                        "/sys/bus/pci/devices/0000:01:00.1"));
    }

    private static Consumer<TestHost> nx(String value) {
        return h -> h.kvm.put("nx_huge_pages", Fact.known(value, NX));
    }

    private static List<Case> nx() {
        String rule = "nx-hugepages";
        return List.of(
                fires(rule, "forced", nx("Y"), tuned(), NX + " | Y | N", ITLB + " | Not affected | nothing to split"),
                clear(rule, "off", SOUND, tuned()),
                clear(
                        rule,
                        "needed",
                        nx("Y").andThen(h -> h.vulnerabilities.put(
                                "itlb_multihit",
                                TestHost.vulnerability("itlb_multihit", "KVM: Mitigation: Split huge pages"))),
                        tuned()),
                clear(
                        rule,
                        "not asked about",
                        nx("Y").andThen(h -> h.vulnerabilities.remove("itlb_multihit")),
                        tuned()),
                unknown(rule, "unreadable", h -> h.kvm.put("nx_huge_pages", Fact.unreadable(NX, "no")), tuned(), NX),
                unknown(
                        rule,
                        "vulnerability unreadable",
                        nx("Y").andThen(h -> h.vulnerabilities.put("itlb_multihit", Fact.unreadable(ITLB, "no"))),
                        tuned(),
                        ITLB),
                unknown(
                        rule,
                        "no vulnerability read",
                        nx("Y").andThen(h -> h.vulnerabilities.clear()),
                        tuned(),
                        "/sys/devices/system/cpu/vulnerabilities"));
    }

    private static Consumer<TestHost> trapped(Fact<Integer> mitigate, String... lines) {
        return h -> {
            h.log = TestHost.log(KernelLog.Category.SPLIT_LOCK, lines);
            h.splitLockMitigate = mitigate;
        };
    }

    private static List<Case> splitLock() {
        String rule = "split-lock";
        String sysctl = "/proc/sys/kernel/split_lock_mitigate";
        String line = "x86/split lock detection: #AC: CPU 3/KVM/4711 took a split_lock trap at address: 0x7ff6";
        String evidence = "dmesg | " + line + " | no trap of a vCPU";
        Fact<Integer> on = Fact.known(1, sysctl);
        Fact<Integer> none = Fact.absent(sysctl);
        return List.of(
                fires(rule, "mitigated", trapped(on, line), tuned(), evidence, sysctl + " | 1 | 0"),
                fires(
                        rule,
                        "before there was a choice",
                        trapped(none, line).andThen(release("5.19.0")),
                        tuned(),
                        evidence,
                        sysctl + " | (absent) | 0"),
                clear(rule, "before it cost anything", trapped(none, line).andThen(release("5.18.19")), tuned()),
                clear(rule, "only logged", trapped(Fact.known(0, sysctl), line), tuned()),
                clear(rule, "a program of the host", trapped(on, line.replace("CPU 3/KVM", "game.exe")), tuned()),
                clear(rule, "a bus lock", trapped(on, line.replace("split_lock trap", "bus_lock trap")), tuned()),
                clear(
                        rule,
                        "the setting of the start",
                        trapped(
                                on,
                                "x86/split lock detection: #AC: crashing the kernel on kernel split_locks and warning"
                                        + " on user-space split_locks"),
                        tuned()),
                unknown(rule, "no log", h -> h.log = TestHost.unreadable(h.log), tuned(), "dmesg"),
                unknown(rule, "unreadable", trapped(TestHost.unreadable(on), line), tuned(), sysctl),
                unknown(
                        rule,
                        "no release",
                        trapped(none, line).andThen(h -> h.release = TestHost.unreadable(h.release)),
                        tuned(),
                        RELEASE));
    }
}
