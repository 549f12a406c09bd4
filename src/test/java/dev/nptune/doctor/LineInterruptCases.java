package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import dev.nptune.host.Interrupt;
import dev.nptune.vm.Domain;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Cases of [LineInterrupts].
final class LineInterruptCases {
    private static final String FILE = "/proc/interrupts";
    private static final String WANTED = " | vfio-msi or vfio-msix";
    private static final String GPU_LINE = "vfio-intx(0000:01:00.0)";
    private static final String SOUND_LINE = "vfio-intx(0000:01:00.1)";
    private static final String GPU_MSI = "vfio-msi[0](0000:01:00.0)";
    private static final String SOUND_MSI = "vfio-msi[0](0000:01:00.1)";

    private LineInterruptCases() {}

    private static Consumer<TestHost> actions(String... actions) {
        List<Interrupt> interrupts = Arrays.stream(actions)
                .map(a -> TestHost.interrupt(40, a.split(", ")))
                .toList();
        return h -> h.interrupts = Fact.known(interrupts, FILE);
    }

    /// Only the first function, at another address.
    private static Domain passing(String bus) {
        return tuned("bus='0x01'", "bus='" + bus + "'", "function='0x1'", "function='0x0'");
    }

    private static Consumer<TestHost> function(String address, int code) {
        return h -> h.functions = List.of(
                h.gpu.function(h.gpuDriver, h.gpuGroup),
                TestHost.function(address, code, TestHost.driver(address, "vfio-pci"), TestHost.group(address, 15)));
    }

    static List<Case> all() {
        String id = "line-irq";
        return List.of(
                fires(id, "the sound", actions(GPU_MSI, SOUND_LINE), tuned(), FILE + " | 40: " + SOUND_LINE + WANTED),
                fires(
                        id,
                        "the card, on a line with others",
                        actions("xhci_hcd, " + GPU_LINE, SOUND_MSI),
                        tuned(),
                        FILE + " | 40: xhci_hcd, " + GPU_LINE + WANTED),
                clear(id, "messages", SOUND, tuned()),
                clear(id, "of another device", actions(GPU_MSI, SOUND_MSI, "vfio-intx(0000:03:00.0)"), tuned()),
                clear(id, "of the host", actions(GPU_MSI, SOUND_MSI, "snd-intx(0000:01:00.0)"), tuned()),
                clear(
                        id,
                        "a device that is neither",
                        actions("vfio-intx(0000:02:00.0)").andThen(function("02:00.0", 0x0c0330)),
                        passing("0x02")),
                clear(
                        id,
                        "sound without a card",
                        actions("vfio-intx(0000:02:00.0)").andThen(function("02:00.0", 0x040300)),
                        passing("0x02")),
                clear(
                        id,
                        "running, and quiet",
                        actions().andThen(h -> h.virtualization = TestVms.running("win")),
                        tuned()),
                clear(
                        id,
                        "nothing passed",
                        h -> h.interrupts = TestHost.unreadable(h.interrupts),
                        tuned("mode='subsystem' type='pci' managed='yes'", "type='usb'")),
                unknown(id, "not running", actions(), tuned(), FILE, FILE),
                unknown(
                        id,
                        "another VM runs",
                        actions(SOUND_MSI).andThen(h -> h.virtualization = TestVms.running("other")),
                        tuned(),
                        FILE),
                unknown(
                        id,
                        "unreadable",
                        h -> {
                            h.interrupts = TestHost.unreadable(h.interrupts);
                            h.virtualization = TestVms.running("win");
                        },
                        tuned(),
                        FILE),
                unknown(
                        id,
                        "no such card",
                        h -> h.gpuPresent = false,
                        tuned(),
                        TestCard.GPU,
                        "/sys/bus/pci/devices/0000:01:00.1"));
    }
}
