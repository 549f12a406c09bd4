package dev.nptune.plan;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.host.UsbController;
import dev.nptune.host.UsbController.UsbDevice;
import dev.nptune.host.UsbController.UsbInterface;
import java.util.List;
import java.util.Optional;

/// Keyboards and mice of the host: with the controller of the only one goes the way to work there.
final class UsbInput {
    private static final int HID = 3;
    private static final int KEYBOARD = 1;
    private static final int MOUSE = 2;

    private UsbInput() {}

    /// Why a controller cannot be taken from the host; empty if nothing on it stands against it.
    static Optional<String> against(Host host, PciAddress controller) {
        Optional<UsbController> here =
                host.usb().stream().filter(c -> c.address().equals(controller)).findFirst();
        if (here.isEmpty() || host.gap("/sys/bus/pci/devices/" + controller).isPresent() || isUnread(here.get())) {
            return Optional.of("is a USB controller, and what is plugged into it could not be read");
        }
        for (int kind : new int[] {KEYBOARD, MOUSE}) {
            boolean elsewhere = host.usb().stream()
                    .filter(c -> !c.address().equals(controller))
                    .anyMatch(c -> isFirst(c, kind));
            if (has(here.get(), kind) && !elsewhere) {
                return Optional.of("has the host's only " + (kind == KEYBOARD ? "keyboard" : "mouse") + " on USB");
            }
        }
        return Optional.empty();
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
                .flatMap(d -> d.interfaces().stream()
                        .filter(i ->
                                i.interfaceClass().get().filter(c -> c == HID).isPresent())
                        .findFirst()
                        .stream())
                .anyMatch(i -> is(i, kind));
    }

    private static boolean is(UsbInterface i, int kind) {
        return i.interfaceClass().get().filter(c -> c == HID).isPresent()
                && i.protocol().get().filter(p -> p == kind).isPresent();
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
