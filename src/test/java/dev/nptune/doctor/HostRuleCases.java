package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;
import static dev.nptune.doctor.HypervisorCases.OS_ID;
import static dev.nptune.doctor.HypervisorCases.windows;
import static dev.nptune.doctor.HypervisorCases.windows11;

import dev.nptune.host.Fact;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [HostRules].
final class HostRuleCases {
    private static final String VULNERABILITIES = "/sys/devices/system/cpu/vulnerabilities";

    private HostRuleCases() {}

    static List<Case> all() {
        return Stream.of(ftpm(), vmscape(), srso(), win24h2())
                .flatMap(List::stream)
                .toList();
    }

    private static Consumer<TestHost> says(String name, String value) {
        return h -> h.vulnerabilities.put(name, TestHost.vulnerability(name, value));
    }

    private static Domain nic(String model) {
        return tuned("</devices>", "<interface type='network'><model type='" + model + "'/></interface></devices>");
    }

    private static List<Case> vmscape() {
        String rule = "vmscape-io";
        String mitigation = "Mitigation: IBPB before exit to userspace";
        Consumer<TestHost> flushes = says("vmscape", mitigation);
        String where = VULNERABILITIES + "/vmscape";
        String evidence = where + " | " + mitigation + " | few exits to QEMU";
        String nic = "devices/interface[1]/model/@type | emulated | virtio";
        Domain disk = tuned("bus='virtio'", "bus='sata'");
        return List.of(
                fires(rule, "a disk", flushes, disk, evidence, "devices/disk[1]/target/@bus | emulated | virtio"),
                fires(rule, "e1000", flushes, nic("e1000"), evidence, nic),
                fires(rule, "e1000e", flushes, nic("e1000e"), evidence, nic),
                fires(rule, "rtl8139", flushes, nic("rtl8139"), evidence, nic),
                clear(rule, "virtio", flushes, nic("virtio")),
                clear(rule, "flushed on every exit", says("vmscape", "Mitigation: IBPB on VMEXIT"), disk),
                clear(rule, "not affected", SOUND, disk),
                clear(rule, "an old kernel", h -> h.vulnerabilities.remove("vmscape"), disk),
                clear(rule, "nothing read, but nothing emulated", h -> h.vulnerabilities.clear(), tuned()),
                unknown(rule, "nothing read", h -> h.vulnerabilities.clear(), disk, VULNERABILITIES),
                unknown(
                        rule,
                        "unreadable",
                        h -> h.vulnerabilities.put("vmscape", Fact.unreadable(where, "no")),
                        disk,
                        where));
    }

    private static List<Case> srso() {
        String rule = "srso-ibpb";
        String name = "spec_rstack_overflow";
        String where = VULNERABILITIES + "/" + name;
        Stream<Case> fires = Stream.of(
                        "Mitigation: IBPB",
                        "Mitigation: IBPB on VMEXIT only",
                        "Vulnerable: No microcode",
                        "Vulnerable: Safe RET, no microcode")
                .map(v -> fires(
                        rule,
                        v,
                        says(name, v),
                        tuned(),
                        where + " | " + v + " | Mitigation: Safe RET, with microcode"));
        Stream<Case> clear = Stream.of("Mitigation: Safe RET", "Not affected", "Mitigation: Reduced Speculation")
                .map(v -> clear(rule, v, says(name, v), tuned()));
        return Stream.of(
                        fires,
                        clear,
                        Stream.of(
                                clear(rule, "an old kernel", h -> h.vulnerabilities.remove(name), tuned()),
                                clear(
                                        rule,
                                        "a machine that is a VM",
                                        says(name, "Mitigation: Safe RET, no microcode")
                                                .andThen(h -> h.flags = Fact.known(
                                                        Set.of("svm", "npt", "topoext", "hypervisor"),
                                                        "/proc/cpuinfo")),
                                        tuned()),
                                unknown(rule, "nothing read", h -> h.vulnerabilities.clear(), tuned(), VULNERABILITIES),
                                unknown(
                                        rule,
                                        "unreadable",
                                        h -> h.vulnerabilities.put(name, Fact.unreadable(where, "no")),
                                        tuned(),
                                        where)))
                .flatMap(s -> s)
                .toList();
    }

    private static List<Case> win24h2() {
        String rule = "win24h2-idle";
        String name = "<name>win</name>";
        String texts = "name, title or description";
        return List.of(
                fires(
                        rule,
                        "by name",
                        SOUND,
                        windows11(name, "<name>win11-24H2</name>"),
                        "name | win11-24H2 | nothing else"),
                fires(
                        rule,
                        "by title",
                        SOUND,
                        windows11(name, name + "<title>Windows 11 (25h2)</title>"),
                        "title | Windows 11 (25h2) | nothing else"),
                fires(
                        rule,
                        "by description",
                        SOUND,
                        windows11(name, name + "<description>games, 24H2</description>"),
                        "description | games, 24H2 | nothing else"),
                clear(rule, "an older build", SOUND, windows11(name, "<name>win 23H2</name>")),
                clear(rule, "the first build", SOUND, windows11(name, "<name>win 21h2</name>")),
                clear(rule, "Windows 10", SOUND, windows()),
                clear(rule, "a server", SOUND, windows(OS_ID, "http://microsoft.com/win/2k22")),
                clear(rule, "no Windows", SOUND, tuned(name, "<name>24H2</name>")),
                unknown(rule, "no build", SOUND, windows11(), texts),
                unknown(
                        rule,
                        "no build, but a number like one",
                        SOUND,
                        windows11(name, "<name>win124H2</name>"),
                        texts),
                unknown(rule, "no Windows by name", SOUND, windows(OS_ID, "x.microsoft.com"), texts));
    }

    private static Consumer<TestHost> draws(String source, String release) {
        return h -> {
            h.hardwareRandom = Fact.known(source, RANDOM);
            h.release = Fact.known(release, RELEASE);
        };
    }

    private static final String RANDOM = "/sys/class/misc/hw_random/rng_current";
    private static final String RELEASE = "/proc/sys/kernel/osrelease";

    private static List<Case> ftpm() {
        String rule = "ftpm-rng";
        Stream<Case> fires = Stream.of("6.1.0", "6.1.45", "6.2.0", "6.3.13", "6.4.10")
                .map(v -> fires(
                        rule,
                        v,
                        draws("tpm-rng-0", v),
                        tuned(),
                        RANDOM + " | tpm-rng-0 | another source, or Linux 6.5 or later"));
        Stream<Case> clear = Stream.of("6.0.19", "6.1.46", "6.1.99", "6.4.11", "6.5.0")
                .map(v -> clear(rule, v, draws("tpm-rng-0", v), tuned()));
        return Stream.of(
                        fires,
                        clear,
                        Stream.of(
                                clear(rule, "another source", draws("ccp-1-rng", "6.1.0"), tuned()),
                                clear(
                                        rule,
                                        "Intel",
                                        draws("tpm-rng-0", "6.1.0")
                                                .andThen(h -> h.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo")),
                                        tuned()),
                                clear(rule, "none", h -> h.hardwareRandom = Fact.absent(RANDOM), tuned()),
                                unknown(
                                        rule,
                                        "unreadable",
                                        h -> h.hardwareRandom = Fact.unreadable(RANDOM, "no"),
                                        tuned(),
                                        RANDOM),
                                unknown(
                                        rule,
                                        "no release",
                                        draws("tpm-rng-0", "6.1.0")
                                                .andThen(h -> h.release = TestHost.unreadable(h.release)),
                                        tuned(),
                                        RELEASE)))
                .flatMap(s -> s)
                .toList();
    }
}
