package dev.nptune.plan;

import dev.nptune.doctor.WindowsRelease;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import java.util.List;
import java.util.Set;

/// USB controllers and the tablet.
final class UsbPlan {
    private static final String RULE = "usb-legacy";

    /// Releases of Windows that come with a driver for xHCI, by libosinfo's names.
    private static final Set<String> KNOW_XHCI =
            Set.of("8", "8.1", "10", "11", "2k12", "2k12r2", "2k16", "2k19", "2k22", "2k25");

    private UsbPlan() {}

    static void add(Draft draft, Host host, Findings findings) {
        if (!findings.fired(RULE)) {
            return;
        }
        Domain domain = draft.domain();
        boolean mac = domain.qemuArguments().stream().anyMatch(a -> a.value().contains("isa-applesmc"));
        boolean old = domain.windows().isPresent()
                && WindowsRelease.of(domain).filter(KNOW_XHCI::contains).isEmpty();
        if (mac || old) {
            draft.leave(
                    RULE,
                    "left alone: the guest may have no driver for xHCI, which Windows has from 8 on, and would be"
                            + " without mouse and keyboard. If it has one: <controller type='usb' model='qemu-xhci'/>.");
            return;
        }
        Domain edited = domain;
        // each makes its companions vanish, and with them the numbers of those behind
        for (List<String> left = findings.places(RULE, "/@model"); !left.isEmpty(); ) {
            edited = edited.withXhci(left.getLast());
            draft.domain(RULE, "USB on xHCI", edited);
            left = findings.places(RULE, "/@model");
        }
        if (passesDisplay(host, edited)
                && edited.root().find("devices/graphics").isEmpty()) {
            List<Element> tablets = edited.root().all("devices/input").stream()
                    .filter(i -> i.has("type", "tablet") && i.has("bus", "usb"))
                    .toList();
            for (Element tablet : tablets.reversed()) {
                edited = edited.without(tablet.path());
            }
            draft.domain(RULE, "no tablet", edited);
        }
        draft.choose(Choice.of(
                Topic.DEVICES,
                "USB on an xHCI controller",
                "QEMU walks the lists of older controllers up to a thousand times a second, busy or not."));
    }

    private static boolean passesDisplay(Host host, Domain domain) {
        return domain.hostdevs().stream()
                .flatMap(d -> host.function(d.address()).stream())
                .anyMatch(PciFunction::isDisplay);
    }
}
