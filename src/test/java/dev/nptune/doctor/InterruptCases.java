package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;
import static dev.nptune.doctor.HypervisorCases.CLOCK;
import static dev.nptune.doctor.HypervisorCases.HYPERV;
import static dev.nptune.doctor.HypervisorCases.TOPOEXT;
import static dev.nptune.doctor.HypervisorCases.arguments;
import static dev.nptune.doctor.HypervisorCases.windows;

import dev.nptune.host.Fact;
import dev.nptune.host.Kernel;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [InterruptRules].
final class InterruptCases {
    private static final String AVIC = "/sys/module/kvm_amd/parameters/avic";
    private static final String IPIV = "/sys/module/kvm_amd/parameters/enable_ipiv";
    private static final String RELEASE = "/proc/sys/kernel/osrelease";
    private static final String HV_AVIC = "<avic state='on'/>";
    private static final String HV_AVIC_OFF = "<avic state='off'/>";

    private InterruptCases() {}

    static List<Case> all() {
        return Stream.of(LineInterruptCases.all(), erratum(), inhibited(), byVersion(), unused(), x2apic(), inVain())
                .flatMap(List::stream)
                .toList();
    }

    private static void avic(TestHost host, String value) {
        host.kvmAmd.put("avic", TestHost.parameter("kvm_amd", "avic", value));
    }

    private static Consumer<TestHost> avic(String value, Consumer<TestHost> more) {
        return h -> {
            avic(h, value);
            more.accept(h);
        };
    }

    private static Consumer<TestHost> ipiv(String value) {
        return avic("1", h -> h.kvmAmd.put("enable_ipiv", TestHost.parameter("kvm_amd", "enable_ipiv", value)));
    }

    private static void intel(TestHost host) {
        host.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo");
    }

    private static void unreadableAvic(TestHost host) {
        host.kvmAmd.put("avic", Fact.unreadable(AVIC, "permission denied"));
    }

    private static List<Case> erratum() {
        String rule = "avic-1235";
        return List.of(
                fires(rule, "on", avic("Y", SOUND), tuned(), AVIC + " | Y | N", IPIV + " | (absent) | N"),
                fires(rule, "with IPI virtualization", ipiv("Y"), tuned(), AVIC + " | 1 | N", IPIV + " | Y | N"),
                clear(rule, "without IPI virtualization", ipiv("N"), tuned()),
                clear(rule, "off", avic("N", SOUND), tuned()),
                clear(rule, "none in this kernel", SOUND, tuned()),
                clear(rule, "Zen 3", avic("Y", h -> h.family = Fact.known(0x19, "/proc/cpuinfo")), tuned()),
                clear(rule, "Intel", avic("Y", InterruptCases::intel), tuned()),
                unknown(
                        rule,
                        "no family",
                        avic("Y", h -> h.family = TestHost.unreadable(h.family)),
                        tuned(),
                        "/proc/cpuinfo"),
                unknown(
                        rule,
                        "IPI virtualization unreadable",
                        avic("Y", h -> h.kvmAmd.put("enable_ipiv", Fact.unreadable(IPIV, "permission denied"))),
                        tuned(),
                        IPIV),
                unknown(rule, "unreadable", InterruptCases::unreadableAvic, tuned(), AVIC));
    }

    private static List<Case> inhibited() {
        String rule = "avic-inhibited";
        String synic = "features/hyperv/avic/@state | off | on";
        String pit = "clock/timer[@name='pit']/@tickpolicy | (absent): delay | discard";
        Consumer<TestHost> on = avic("1", SOUND);
        String ioapic = "<features><ioapic driver='qemu'/></features><os>";
        return List.of(
                fires(rule, "AutoEOI", on, windows(), synic),
                fires(
                        rule,
                        "AutoEOI, hv-avic not named",
                        on,
                        windows(HV_AVIC_OFF, ""),
                        synic.replace("off", "(absent)")),
                fires(rule, "the default PIT", on, tuned(), pit),
                fires(
                        rule,
                        "a PIT of the Windows block",
                        on,
                        windows(HV_AVIC_OFF, HV_AVIC, "tickpolicy='discard'", "tickpolicy='delay'"),
                        "clock/timer/@tickpolicy | delay | discard"),
                fires(rule, "another argument", on, tuned(arguments("-global", "kvm-pit.lost_tick_policy=delay")), pit),
                fires(rule, "KVM's IOAPIC", on, tuned("<os>", ioapic.replace("'qemu'", "'kvm'")), pit),
                clear(rule, "hv-avic", on, windows(HV_AVIC_OFF, HV_AVIC)),
                clear(rule, "no SynIC", on, windows("<synic state='on'/>", "")),
                clear(rule, "passthrough", on, windows(HYPERV, "<hyperv mode='passthrough'/>")),
                clear(
                        rule,
                        "discards by argument",
                        on,
                        tuned(arguments("-global", "kvm-pit.lost_tick_policy=discard"))),
                clear(rule, "no PIT in KVM", on, tuned("<os>", ioapic)),
                clear(rule, "off", avic("0", SOUND), windows()),
                clear(rule, "none in this kernel", SOUND, windows()),
                clear(rule, "Intel", avic("1", InterruptCases::intel), windows()),
                unknown(rule, "unreadable", InterruptCases::unreadableAvic, windows(), AVIC),
                clear(rule, "unreadable, but nothing to turn it off", InterruptCases::unreadableAvic, untouched()));
    }

    /// Nothing that could turn AVIC off on any kernel.
    private static Domain untouched() {
        return windows(
                HV_AVIC_OFF,
                HV_AVIC,
                TOPOEXT,
                TOPOEXT + "<feature policy='disable' name='svm'/><feature policy='disable' name='x2apic'/>");
    }

    private static Consumer<TestHost> on(String version, String nested) {
        return avic("Y", h -> {
            h.release = Fact.known(version, RELEASE);
            h.kvmAmd.put("nested", TestHost.parameter("kvm_amd", "nested", nested));
        });
    }

    private static List<Case> byVersion() {
        String rule = "avic-inhibited";
        Domain noSvm = windows(HV_AVIC_OFF, HV_AVIC, TOPOEXT, TOPOEXT + "<feature policy='disable' name='svm'/>");
        Domain noX2apic = windows(HV_AVIC_OFF, HV_AVIC, TOPOEXT, TOPOEXT + "<feature policy='disable' name='x2apic'/>");
        String x2apic = " | 6.0 or later, or x2apic disabled in the guest";
        String svm = " | 5.19 or later, or svm disabled in the guest";
        return List.of(
                clear(rule, "x2apic before", on("5.6.19", "1"), noSvm),
                fires(rule, "x2apic first", on("5.7.0", "1"), noSvm, RELEASE + " | 5.7.0" + x2apic),
                fires(rule, "x2apic last", on("5.19.17", "1"), noSvm, RELEASE + " | 5.19.17" + x2apic),
                clear(rule, "x2apic after", on("6.0.0", "1"), noSvm),
                clear(rule, "svm before", on("5.5.19", "1"), noX2apic),
                fires(rule, "svm first", on("5.6.0", "1"), noX2apic, RELEASE + " | 5.6.0" + svm),
                fires(rule, "svm last", on("5.18.19", "Y"), noX2apic, RELEASE + " | 5.18.19" + svm),
                clear(rule, "svm after", on("5.19.0", "1"), noX2apic),
                clear(rule, "not nested", on("5.15.0", "0"), noX2apic),
                clear(rule, "neither", on("5.15.0", "1"), untouched()),
                fires(
                        rule,
                        "both",
                        on("5.15.0", "1"),
                        windows(HV_AVIC_OFF, HV_AVIC),
                        RELEASE + " | 5.15.0" + x2apic,
                        RELEASE + " | 5.15.0" + svm),
                unknown(rule, "no release", avic("Y", h -> h.release = TestHost.unreadable(h.release)), noSvm, RELEASE),
                unknown(
                        rule,
                        "no release, svm",
                        avic("Y", h -> h.release = TestHost.unreadable(h.release)),
                        noX2apic,
                        RELEASE));
    }

    private static Consumer<TestHost> x2avic(String release, Consumer<TestHost> more) {
        return h -> {
            h.flags = Fact.known(Set.of("svm", "topoext", "x2avic"), "/proc/cpuinfo");
            h.release = Fact.known(release, RELEASE);
            more.accept(h);
        };
    }

    private static List<Case> unused() {
        String rule = "avic-off-zen4";
        Consumer<TestHost> off = h -> avic(h, "N");
        return List.of(
                fires(rule, "off", x2avic("6.17.9", off), tuned(), AVIC + " | N | Y"),
                fires(rule, "off, the old way", x2avic("6.1.0", h -> avic(h, "0")), tuned(), AVIC + " | 0 | 1"),
                clear(rule, "the owner's choice", x2avic("6.18.0", off), tuned()),
                clear(rule, "on", x2avic("6.17.9", h -> avic(h, "Y")), tuned()),
                clear(rule, "no x2AVIC", off, tuned()),
                clear(rule, "no AVIC in this kernel", x2avic("6.17.9", SOUND), tuned()),
                clear(
                        rule,
                        "Intel",
                        x2avic("6.17.9", h -> {
                            avic(h, "N");
                            intel(h);
                        }),
                        tuned()),
                unknown(rule, "flags", h -> h.flags = TestHost.unreadable(h.flags), tuned(), "/proc/cpuinfo"),
                unknown(rule, "unreadable", x2avic("6.17.9", InterruptCases::unreadableAvic), tuned(), AVIC),
                unknown(
                        rule,
                        "no release",
                        x2avic("6.17.9", h -> {
                            avic(h, "N");
                            h.release = TestHost.unreadable(h.release);
                        }),
                        tuned(),
                        RELEASE));
    }

    private static List<Case> x2apic() {
        String rule = "x2apic-off-zen4";
        String off = "<feature policy='disable' name='x2apic'/>";
        Domain without = tuned(TOPOEXT, TOPOEXT + off);
        return List.of(
                fires(rule, "disabled", x2avic("6.0.0", SOUND), without, "cpu/feature[2]/@policy | disable | (absent)"),
                fires(
                        rule,
                        "by argument",
                        x2avic("6.0.0", SOUND),
                        tuned(arguments("-cpu", "host,-x2apic")),
                        "qemu:commandline/qemu:arg | x2apic off | (absent)"),
                clear(rule, "before", x2avic("5.19.17", SOUND), without),
                clear(rule, "no x2AVIC", SOUND, without),
                clear(rule, "left alone", x2avic("6.0.0", SOUND), tuned()),
                clear(
                        rule,
                        "asked for",
                        x2avic("6.0.0", SOUND),
                        tuned(TOPOEXT, TOPOEXT + off.replace("disable", "require"))),
                unknown(rule, "flags", h -> h.flags = TestHost.unreadable(h.flags), without, "/proc/cpuinfo"),
                unknown(
                        rule,
                        "no release",
                        x2avic("6.0.0", h -> h.release = TestHost.unreadable(h.release)),
                        without,
                        RELEASE));
    }

    private static Consumer<TestHost> apicv(String value) {
        return h -> {
            intel(h);
            h.modules.add(Kernel.Module.of(
                    "kvm_intel", Map.of("enable_apicv", TestHost.parameter("kvm_intel", "enable_apicv", value))));
        };
    }

    private static List<Case> inVain() {
        String rule = "hv-avic-no-hw";
        String state = "features/hyperv/avic/@state | on | (absent)";
        Domain told = windows(HV_AVIC_OFF, HV_AVIC, CLOCK, "");
        return List.of(
                fires(rule, "off", avic("N", SOUND), told, state, AVIC + " | N | on, for hv-avic to be of use"),
                fires(
                        rule,
                        "Intel",
                        apicv("N"),
                        told,
                        state,
                        "/sys/module/kvm_intel/parameters/enable_apicv | N | on, for hv-avic to be of use"),
                clear(rule, "on", avic("Y", SOUND), told),
                clear(rule, "Intel with APICv", apicv("Y"), told),
                clear(rule, "another vendor", avic("N", h -> h.vendor = Fact.known("Other", "/proc/cpuinfo")), told),
                clear(rule, "not told", avic("N", SOUND), windows()),
                clear(
                        rule,
                        "passthrough tells what there is",
                        avic("N", SOUND),
                        windows("mode='custom'", "mode='passthrough'")),
                unknown(rule, "no vendor", h -> h.vendor = TestHost.unreadable(h.vendor), told, "/proc/cpuinfo"),
                unknown(rule, "unreadable", InterruptCases::unreadableAvic, told, AVIC));
    }
}
