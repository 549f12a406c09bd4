package dev.nptune.vm;

import dev.nptune.host.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The edits of [Domain] to devices other than disks.
final class DeviceEdits {
    /// As many as virt-manager gives an xHCI controller; with fewer a device's port could be out of range.
    private static final String PORTS = "15";

    private DeviceEdits() {}

    static void queues(MarkupEdit edit, Element device, int queues) {
        Optional<Element> driver = device.child("driver");
        if (driver.isPresent()) {
            edit.set(driver.get(), "queues", Integer.toString(queues));
            return;
        }
        String qemu = device.name().equals("disk") ? "name='qemu' type='raw' " : "";
        String line = "<driver " + qemu + "queues='" + queues + "'/>";
        if (device.children().isEmpty()) {
            edit.append(device, List.of(line));
        } else {
            edit.before(device.children().getFirst(), List.of(line));
        }
    }

    static void virtioNic(MarkupEdit edit, Element nic) {
        Optional<Element> model = nic.child("model");
        if (model.isPresent()) {
            edit.set(model.get(), "type", "virtio");
        } else {
            DomainEdits.insert(edit, nic, List.of("source", "mac"), List.of("<model type='virtio'/>"));
        }
    }

    static void xhci(MarkupEdit edit, Element root, Element controller) {
        String index = index(controller);
        root.all("devices/controller").stream()
                .filter(c -> c.has("type", "usb") && index(c).equals(index) && c != controller)
                .forEach(edit::remove);
        List<Element> places = new ArrayList<>(controller.children("address"));
        places.addAll(controller.children("master"));
        edit.removeChildren(controller, places);
        edit.set(controller, "model", "qemu-xhci");
        edit.set(controller, "ports", PORTS);
    }

    /// Passes a function of the host, after those that are passed already. libvirt gives it a place in the guest.
    static void hostdev(MarkupEdit edit, Element root, PciAddress address) {
        List<String> lines = List.of(
                "<hostdev mode='subsystem' type='pci' managed='yes'>",
                "\t<source>",
                "\t\t<address domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'/>"
                        .formatted(address.domain(), address.bus(), address.slot(), address.function()),
                "\t</source>",
                "</hostdev>");
        Optional<Element> devices = root.child("devices");
        if (devices.isPresent()) {
            DomainEdits.insert(edit, devices.get(), List.of("hostdev"), lines);
        }
    }

    private static String index(Element controller) {
        return controller.attribute("index").orElse("0");
    }
}
