package dev.nptune.plan;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.host.UsbController;
import dev.nptune.host.UsbController.UsbDevice;
import dev.nptune.host.UsbController.UsbInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Keyboards and mice of the host: with the controller of the only one goes the way to work there.
final class UsbInput {
    private static final int HID = 3;
    private static final int KEYBOARD = 1;
    private static final int MOUSE = 2;

    private UsbInput() {}

    /// Why a controller cannot be taken from the host; empty if nothing on it stands against it.
    ///
    /// @param together what is taken at the same time, so that it is no way to work either
    static Optional<String> against(Host host, PciAddress controller, Set<PciAddress> together) {
        Optional<UsbController> here =
                host.usb().stream().filter(c -> c.address().equals(controller)).findFirst();
        if (here.isEmpty() || host.gap("/sys/bus/pci/devices/" + controller).isPresent() || isUnread(here.get())) {
            return Optional.of("is a USB controller, and what is plugged into it could not be read");
        }
        List<UsbController> others = host.usb().stream()
                .filter(c -> !c.address().equals(controller) && !together.contains(c.address()))
                .toList();
        boolean all = true;
        for (int kind : new int[] {KEYBOARD, MOUSE}) {
            boolean elsewhere = others.stream().anyMatch(c -> isFirst(c, kind));
            all &= elsewhere;
            if (has(here.get(), kind) && !elsewhere) {
                return Optional.of("has the host's only " + (kind == KEYBOARD ? "keyboard" : "mouse") + " on USB");
            }
        }
        return mayBe(here.get()) && !all
                ? Optional.of("has an input device that may be the host's only keyboard or mouse on USB")
                : Optional.empty();
    }

    /// Keyboards of which more than six keys count at once, and mice of many buttons, speak no boot protocol, so that
    /// their protocol is 0, and nothing tells them from the volume keys of a headset.
    private static boolean mayBe(UsbController controller) {
        return controller.devices().stream()
                .flatMap(d -> d.interfaces().stream())
                .anyMatch(i -> isInput(i) && !is(i, KEYBOARD) && !is(i, MOUSE));
    }

    private static boolean isInput(UsbInterface i) {
        return i.interfaceClass().get().filter(c -> c == HID).isPresent();
    }

    /// Of some controllers that could each be taken alone, those of which one must stay: together they have all
    /// keyboards, or all mice, of the host.
    static List<Set<PciAddress>> oneMustStay(Host host, Set<PciAddress> offered, Set<PciAddress> taken) {
        List<Set<PciAddress>> all = new ArrayList<>();
        for (int kind : new int[] {KEYBOARD, MOUSE}) {
            Set<PciAddress> with = host.usb().stream()
                    .filter(c -> !taken.contains(c.address()) && isFirst(c, kind))
                    .map(UsbController::address)
                    .collect(Collectors.toCollection(TreeSet::new));
            if (with.size() > 1 && offered.containsAll(with) && !all.contains(with)) {
                all.add(with);
            }
        }
        return all;
    }

    private static boolean isUnread(UsbController controller) {
        return controller.devices().stream()
                .flatMap(d -> d.interfaces().stream())
                .anyMatch(i -> i.interfaceClass() instanceof Fact.Unreadable);
    }

    private static boolean has(UsbController controller, int kind) {
        return controller.devices().stream()
                .flatMap(d -> d.interfaces().stream())
                .anyMatch(i -> is(i, kind));
    }

    /// Mice with many buttons are keyboards besides, and the other way round: the first interface tells.
    private static boolean isFirst(UsbController controller, int kind) {
        return controller.devices().stream()
                .flatMap(d -> d.interfaces().stream().filter(UsbInput::isInput).findFirst().stream())
                .anyMatch(i -> is(i, kind));
    }

    private static boolean is(UsbInterface i, int kind) {
        return isInput(i) && i.protocol().get().filter(p -> p == kind).isPresent();
    }

    /// What is plugged in, hubs left out.
    static List<String> devices(UsbController controller) {
        return controller.devices().stream()
                .filter(d -> d.deviceClass().get().filter(c -> c == 9).isEmpty())
                .map(UsbInput::words)
                .toList();
    }

    private static String words(UsbDevice device) {
        String id = String.format("%04x:%04x", device.vendorId(), device.productId());
        return device.place() + " " + device.product().get().orElse(id);
    }
}
