package dev.nptune.plan;

import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import dev.nptune.vm.HostDev;
import java.util.List;
import java.util.Optional;

/// Passed devices and the memory balloon.
final class DevicePlan {
    private static final String GUEST_PLACE = "gpu-not-rootport";

    private DevicePlan() {}

    static void add(Draft draft, Findings findings) {
        if (findings.fired("memballoon")) {
            draft.domain("memballoon", "no memory balloon", draft.domain().withoutMemballoon());
            draft.choose(new Choice(
                    Topic.MEMORY,
                    "no memory balloon",
                    "Passed devices pin all guest memory, so a balloon frees nothing.",
                    "reported: \"major performance issues\" with it (gnif/LookingGlass install_libvirt.rst)",
                    ""));
        }
        List<String> unmanaged = findings.places("wrong-driver", "/@managed");
        for (HostDev hostdev : draft.domain().hostdevs()) {
            if (unmanaged.contains(hostdev.path())) {
                draft.domain(
                        "wrong-driver",
                        "libvirt binds the passed devices",
                        draft.domain().withManaged(hostdev));
            }
        }
        if (!unmanaged.isEmpty()) {
            draft.choose(new Choice(
                    Topic.GRAPHICS,
                    "libvirt binds the passed devices to vfio-pci",
                    "They are bound to a driver of the host, and libvirt is told to leave them there.",
                    "",
                    "the host loses the devices while the VM runs"));
        }
        toRootPort(draft, findings.places(GUEST_PLACE, "/address/@bus"));
    }

    /// A function without its function 0 is not seen, so whatever shares a slot of the guest moves together.
    private static void toRootPort(Draft draft, List<String> misplaced) {
        Domain edited = draft.domain();
        for (String path : misplaced) {
            Optional<String> slot = slot(edited, path);
            List<String> together = edited.root().find("devices").map(Element::children).orElse(List.of()).stream()
                    .map(Element::path)
                    .filter(p -> slot.isPresent() && slot(draft.domain(), p).equals(slot))
                    .toList();
            if (slot.isEmpty()) {
                continue;
            }
            List<HostDev> passed = edited.hostdevs().stream()
                    .filter(d -> together.contains(d.path()))
                    .toList();
            if (passed.size() != together.size()) {
                draft.leave(
                        GUEST_PLACE,
                        "left alone: the card shares its slot in the guest with a device that is not passed. Give one"
                                + " of them another <address>.");
                return;
            }
            for (HostDev hostdev : passed) {
                edited = edited.withoutGuestAddress(hostdev);
            }
        }
        if (!misplaced.isEmpty()) {
            draft.domain(GUEST_PLACE, "the graphics card on a PCI Express root port", edited);
            draft.choose(new Choice(
                    Topic.GRAPHICS,
                    "the graphics card on a PCI Express root port of the guest",
                    "Where it is now the guest's driver sees no PCI Express link; without an address libvirt puts it"
                            + " on a root port.",
                    "",
                    "Windows finds the card anew and installs its driver once more"));
        }
    }

    /// Bus and slot of a device in the guest, where it says them.
    private static Optional<String> slot(Domain domain, String path) {
        return domain.root()
                .at(path)
                .flatMap(e -> e.child("address"))
                .filter(a -> a.has("type", "pci"))
                .map(a -> number(a, "domain") + ":" + number(a, "bus") + ":" + number(a, "slot"));
    }

    /// libvirt takes hex with `0x` and decimal.
    private static int number(Element e, String key) {
        try {
            return Integer.decode(e.attribute(key).orElse("0"));
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }
}
