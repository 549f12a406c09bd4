package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;
import static dev.nptune.doctor.HypervisorCases.CLOCK;
import static dev.nptune.doctor.HypervisorCases.HYPERV;
import static dev.nptune.doctor.HypervisorCases.OS_ID;
import static dev.nptune.doctor.HypervisorCases.TOPOEXT;
import static dev.nptune.doctor.HypervisorCases.arguments;
import static dev.nptune.doctor.HypervisorCases.windows;

import dev.nptune.host.Fact;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Cases of [TimeRules].
final class TimeCases {
    private static final String LINUX = "http://debian.org/debian/12";

    private TimeCases() {}

    static List<Case> all() {
        return Stream.of(reference(), hpet(), offset(), invariant())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Case> reference() {
        String rule = "hv-time-missing";
        String timer = "<timer name='hypervclock' present='yes'/>";
        return List.of(
                fires(
                        rule,
                        "no timer",
                        SOUND,
                        windows(timer, ""),
                        "clock/timer[@name='hypervclock']/@present | (absent) | yes"),
                fires(
                        rule,
                        "not present",
                        SOUND,
                        windows(timer, timer.replace("yes", "no")),
                        "clock/timer[3]/@present | no | yes"),
                fires(
                        rule,
                        "not said whether",
                        SOUND,
                        windows(timer, "<timer name='hypervclock'/>"),
                        "clock/timer[3]/@present | (absent) | yes"),
                clear(rule, "present", SOUND, windows()),
                clear(
                        rule,
                        "by argument",
                        SOUND,
                        windows(Stream.of(arguments("-cpu", "host,hv_time"), new String[] {timer, ""})
                                .flatMap(Stream::of)
                                .toArray(String[]::new))),
                clear(rule, "passthrough", SOUND, windows(timer, "", HYPERV, "<hyperv mode='passthrough'/>")),
                clear(rule, "Linux", SOUND, windows(timer, "", OS_ID, LINUX)));
    }

    private static List<Case> hpet() {
        String rule = "hpet-on";
        return List.of(
                fires(
                        rule,
                        "present",
                        SOUND,
                        windows("'hpet' present='no'", "'hpet' present='yes'"),
                        "clock/timer[2]/@present | yes | no"),
                clear(rule, "not present", SOUND, windows()),
                fires(
                        rule,
                        "not said",
                        SOUND,
                        windows("<timer name='hpet' present='no'/>", ""),
                        "clock/timer[@name='hpet']/@present | (absent): QEMU has one | no"),
                clear(
                        rule,
                        "taken away by an argument",
                        SOUND,
                        windows(HypervisorCases.with(
                                HypervisorCases.arguments("-no-hpet"), "<timer name='hpet' present='no'/>", ""))),
                clear(
                        rule,
                        "taken away with the machine",
                        SOUND,
                        windows(HypervisorCases.with(
                                HypervisorCases.arguments("-machine", "hpet=off"),
                                "<timer name='hpet' present='no'/>",
                                ""))),
                clear(rule, "Linux", SOUND, windows("'hpet' present='no'", "'hpet' present='yes'", OS_ID, LINUX)));
    }

    private static List<Case> offset() {
        String rule = "clock-utc";
        return List.of(
                fires(
                        rule,
                        "utc",
                        SOUND,
                        windows("offset='localtime'", "offset='utc'"),
                        "clock/@offset | utc | localtime"),
                fires(rule, "not said", SOUND, windows(CLOCK, ""), "clock/@offset | (absent): utc | localtime"),
                clear(rule, "local time", SOUND, windows()),
                clear(rule, "a time zone", SOUND, windows("offset='localtime'", "offset='timezone' timezone='CET'")),
                clear(rule, "Linux", SOUND, windows("offset='localtime'", "offset='utc'", OS_ID, LINUX)));
    }

    private static void steady(TestHost host) {
        host.flags = Fact.known(Set.of("svm", "topoext", "nonstop_tsc"), "/proc/cpuinfo");
    }

    private static List<Case> invariant() {
        String rule = "no-invtsc";
        String cpu = "<cpu mode='host-passthrough' check='none'>";
        return List.of(
                fires(rule, "not said", TimeCases::steady, tuned(), "cpu/feature[@name='invtsc'] | (absent) | require"),
                fires(
                        rule,
                        "migratable by name",
                        TimeCases::steady,
                        tuned(cpu, "<cpu mode='host-passthrough' migratable='on'>"),
                        "cpu/feature[@name='invtsc'] | (absent) | require"),
                clear(
                        rule,
                        "not migratable",
                        TimeCases::steady,
                        tuned(cpu, "<cpu mode='host-passthrough' migratable='off'>")),
                clear(
                        rule,
                        "not migratable by argument",
                        TimeCases::steady,
                        tuned(arguments("-cpu", "host,migratable=no"))),
                clear(
                        rule,
                        "required",
                        TimeCases::steady,
                        tuned(TOPOEXT, TOPOEXT + "<feature policy='require' name='invtsc'/>")),
                clear(rule, "by argument", TimeCases::steady, tuned(arguments("-cpu", "host,+invtsc"))),
                clear(
                        rule,
                        "turned off on purpose",
                        TimeCases::steady,
                        tuned(TOPOEXT, TOPOEXT + "<feature policy='disable' name='invtsc'/>")),
                clear(rule, "the host has none", SOUND, tuned()),
                clear(rule, "a model of its own", TimeCases::steady, tuned("host-passthrough", "host-model")),
                clear(
                        rule,
                        "nothing passed",
                        TimeCases::steady,
                        tuned("mode='subsystem' type='pci' managed='yes'", "mode='subsystem' type='usb'")),
                unknown(rule, "flags", h -> h.flags = TestHost.unreadable(h.flags), tuned(), "/proc/cpuinfo"));
    }
}
