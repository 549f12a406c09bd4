package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import dev.nptune.host.Kernel;
import dev.nptune.host.Kernel.ModuleOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Rules whose facts are the host's alone.
final class HostCases {
    private static final String UNSAFE_IRQ = "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts";

    private HostCases() {}

    static List<Case> all() {
        return Stream.of(npt(), time(), commandLine(), interrupts())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Case> npt() {
        return List.of(
                fires(
                        "npt-off",
                        "the old module",
                        h -> h.npt = Fact.known("0", TestHost.NPT),
                        tuned(),
                        TestHost.NPT + " | 0 | 1"),
                fires(
                        "npt-off",
                        "npt=N",
                        h -> h.npt = Fact.known("N", TestHost.NPT),
                        tuned(),
                        TestHost.NPT + " | N | Y"),
                clear("npt-off", "on", SOUND, tuned()),
                clear(
                        "npt-off",
                        "Intel",
                        h -> {
                            h.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo");
                            h.npt = Fact.known("N", TestHost.NPT);
                        },
                        tuned()),
                unknown("npt-off", "unreadable", h -> h.npt = TestHost.unreadable(h.npt), tuned(), TestHost.NPT),
                unknown(
                        "npt-off",
                        "not loaded",
                        h -> h.modules.add(Kernel.Module.of("kvm", Map.of())),
                        tuned(),
                        TestHost.NPT));
    }

    private static List<Case> time() {
        return List.of(
                fires(
                        "clocksource-not-tsc",
                        "hpet",
                        h -> h.clocksource = Fact.known("hpet", TestHost.CLOCK),
                        tuned(),
                        TestHost.CLOCK + " | hpet | tsc"),
                clear("clocksource-not-tsc", "tsc", SOUND, tuned()),
                clear(
                        "clocksource-not-tsc",
                        "a machine that is a VM",
                        h -> h.clocksource = Fact.known("kvm-clock", TestHost.CLOCK),
                        tuned()),
                unknown(
                        "clocksource-not-tsc",
                        "unreadable",
                        h -> h.clocksource = TestHost.unreadable(h.clocksource),
                        tuned(),
                        TestHost.CLOCK));
    }

    private static List<Case> commandLine() {
        return List.of(
                fires(
                        "mitigations-off",
                        "off",
                        h -> h.commandLine = line("quiet mitigations=off"),
                        tuned(),
                        "/proc/cmdline | mitigations=off | (absent)"),
                clear(
                        "mitigations-off",
                        "auto",
                        h -> h.commandLine = line("mitigations=auto xmitigations=off"),
                        tuned()),
                unknown(
                        "mitigations-off",
                        "unreadable",
                        h -> h.commandLine = TestHost.unreadable(h.commandLine),
                        tuned(),
                        "/proc/cmdline"),
                fires(
                        "acs-override",
                        "split",
                        h -> h.commandLine = line("pcie_acs_override=downstream,multifunction"),
                        tuned(),
                        "/proc/cmdline | pcie_acs_override=downstream,multifunction | (absent)"),
                clear(
                        "acs-override",
                        "another word",
                        h -> h.commandLine = line("no_pcie_acs_override=downstream"),
                        tuned()),
                unknown(
                        "acs-override",
                        "unreadable",
                        h -> h.commandLine = TestHost.unreadable(h.commandLine),
                        tuned(),
                        "/proc/cmdline"));
    }

    private static Fact<String> line(String words) {
        return Fact.known(words, "/proc/cmdline");
    }

    private static List<Case> interrupts() {
        return List.of(
                fires(
                        "unsafe-irq",
                        "loaded",
                        h -> h.modules.add(type1(Fact.known("Y", UNSAFE_IRQ))),
                        tuned(),
                        UNSAFE_IRQ + " | Y | N"),
                fires(
                        "unsafe-irq",
                        "to be loaded",
                        h -> h.options.add(new ModuleOption(
                                "/etc/modprobe.d/vfio.conf",
                                2,
                                "vfio_iommu_type1",
                                List.of("allow_unsafe_interrupts=1"))),
                        tuned(),
                        "/etc/modprobe.d/vfio.conf:2 | allow_unsafe_interrupts=1 | (absent)"),
                clear("unsafe-irq", "loaded and safe", h -> h.modules.add(type1(Fact.known("N", UNSAFE_IRQ))), tuned()),
                clear(
                        "unsafe-irq",
                        "told to be safe",
                        h -> h.options.add(new ModuleOption(
                                "/etc/modprobe.d/vfio.conf",
                                2,
                                "vfio_iommu_type1",
                                List.of("allow_unsafe_interrupts=0"))),
                        tuned()),
                unknown(
                        "unsafe-irq",
                        "unreadable",
                        h -> h.modules.add(type1(Fact.unreadable(UNSAFE_IRQ, "permission denied"))),
                        tuned(),
                        UNSAFE_IRQ));
    }

    private static Kernel.Module type1(Fact<String> unsafe) {
        return Kernel.Module.of("vfio_iommu_type1", Map.of("allow_unsafe_interrupts", unsafe));
    }
}
