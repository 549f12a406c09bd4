package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.host.PciState;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [PciRules].
final class PciCases {
    private static final String RELEASE = "/proc/sys/kernel/osrelease";
    private static final String METHODS = "/sys/bus/pci/devices/0000:01:00.0/reset_method";

    private PciCases() {}

    static List<Case> all() {
        return Stream.of(PassedCardCases.all(), byVersion(), byList())
                .flatMap(List::stream)
                .toList();
    }

    /// A passed function in the graphics card's place.
    private static Consumer<TestHost> passed(int vendor, int device, String release, Fact<List<String>> methods) {
        return h -> {
            PciFunction f = PciFunction.ofBasics(
                    PciAddress.parse("01:00.0"),
                    0x0c0330,
                    vendor,
                    device,
                    TestHost.driver("01:00.0", "vfio-pci"),
                    TestHost.group("01:00.0", 13),
                    "not in this test");
            PciState s = f.state();
            h.functions = List.of(
                    new PciFunction(
                            f.address(),
                            f.classCode(),
                            f.vendorId(),
                            f.deviceId(),
                            f.driver(),
                            f.iommuGroup(),
                            f.numaNode(),
                            f.bootVga(),
                            f.identity(),
                            f.parent(),
                            f.link(),
                            f.resources(),
                            new PciState(
                                    methods,
                                    s.msiAllowed(),
                                    s.msiIrqs(),
                                    s.power(),
                                    s.d3coldAllowed(),
                                    s.runtimeStatus()),
                            f.config(),
                            f.connectors()),
                    TestHost.function(
                            "01:00.1",
                            0x040300,
                            TestHost.driver("01:00.1", "vfio-pci"),
                            TestHost.group("01:00.1", 13)));
            h.release = Fact.known(release, RELEASE);
        };
    }

    private static Consumer<TestHost> old(int device, String release) {
        return passed(0x1022, device, release, Fact.absent(METHODS));
    }

    private static Consumer<TestHost> listed(int device, String... methods) {
        return passed(0x1022, device, "6.8.0", Fact.known(List.of(methods), METHODS));
    }

    private static Case byVersion(int device, String id, String last, String cured) {
        return fires(
                "flr-quirk",
                id + " on " + last,
                old(device, last),
                tuned(),
                RELEASE + " | " + last + " | " + cured + " or later, for 1022:" + id);
    }

    private static List<Case> byVersion() {
        String rule = "flr-quirk";
        return List.of(
                byVersion(0x1487, "1487", "5.7.19", "5.8"),
                byVersion(0x148c, "148c", "5.7.19", "5.8"),
                byVersion(0x149c, "149c", "5.4.0", "5.8"),
                byVersion(0x7901, "7901", "6.2.16", "6.3"),
                clear(rule, "1487 on 5.8", old(0x1487, "5.8.0"), tuned()),
                clear(rule, "148c on 5.8", old(0x148c, "5.8.0"), tuned()),
                clear(rule, "149c on 5.8", old(0x149c, "5.8.0"), tuned()),
                clear(rule, "7901 on 6.3", old(0x7901, "6.3.0"), tuned()),
                clear(rule, "another function", old(0x1488, "5.4.0"), tuned()),
                clear(rule, "another vendor", passed(0x1002, 0x149c, "5.4.0", Fact.absent(METHODS)), tuned()),
                clear(
                        rule,
                        "not passed",
                        old(0x149c, "5.4.0"),
                        tuned("mode='subsystem' type='pci' managed='yes'", "mode='subsystem' type='usb'")),
                clear(rule, "a graphics card", SOUND, tuned()),
                unknown(rule, "no version known to cure it", old(0x1486, "6.8.0"), tuned(), METHODS),
                unknown(
                        rule,
                        "no release",
                        old(0x149c, "6.8.0").andThen(h -> h.release = TestHost.unreadable(h.release)),
                        tuned(),
                        RELEASE));
    }

    private static List<Case> byList() {
        String rule = "flr-quirk";
        return List.of(
                fires(
                        rule,
                        "listed, whatever the version",
                        listed(0x149c, "flr", "bus"),
                        tuned(),
                        METHODS + " | flr bus | no flr for 1022:149c"),
                fires(
                        rule,
                        "the crypto coprocessor",
                        listed(0x1486, "flr"),
                        tuned(),
                        METHODS + " | flr | no flr for 1022:1486"),
                clear(rule, "not listed", listed(0x149c, "pm", "bus"), tuned()),
                clear(rule, "listed after another", listed(0x149c, "bus", "flr"), tuned()),
                clear(rule, "nothing listed", listed(0x149c), tuned()),
                unknown(
                        rule,
                        "not here",
                        h -> h.gpuPresent = false,
                        tuned(),
                        "/sys/bus/pci/devices/0000:01:00.0",
                        "/sys/bus/pci/devices/0000:01:00.1"));
    }
}
