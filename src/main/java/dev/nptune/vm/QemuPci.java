package dev.nptune.vm;

import dev.nptune.host.PciAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The guest's PCI: root ports and bridges, where devices stand, and functions passed from the host.
final class QemuPci {
    private static final Map<String, String> CONTROLLERS = Map.ofEntries(
            Map.entry("pcie-root-port", "pcie-root-port"),
            Map.entry("ioh3420", "pcie-root-port"),
            Map.entry("x3130-upstream", "pcie-switch-upstream-port"),
            Map.entry("xio3130-downstream", "pcie-switch-downstream-port"),
            Map.entry("pcie-pci-bridge", "pcie-to-pci-bridge"),
            Map.entry("i82801b11-bridge", "dmi-to-pci-bridge"),
            Map.entry("pci-bridge", "pci-bridge"),
            Map.entry("pxb", "pci-expander-bus"),
            Map.entry("pxb-pcie", "pcie-expander-bus"));
    private static final Pattern ADDRESS = Pattern.compile("(?:0[xX])?([01]?[0-9a-fA-F])(?:\\.(?:0[xX])?([0-7]))?");
    private static final Pattern FUNCTION =
            Pattern.compile("(?:.*/)?(?:([0-9a-fA-F]{1,4}):)?([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2})\\.([0-7])/?");
    private static final Pattern MDEV = Pattern.compile(".*/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/?");

    private final QemuTranslation all;
    private final Map<String, Integer> buses = new HashMap<>();

    QemuPci(QemuTranslation all) {
        this.all = all;
    }

    void translate() {
        boolean express = QemuMachine.q35(all);
        buses.put(express ? "pcie.0" : "pci.0", 0);
        buses.put(express ? "pcie" : "pci", 0);
        List<QemuDevice> controllers = all.devices().stream()
                .filter(d -> CONTROLLERS.containsKey(d.driver()))
                .toList();
        for (int i = 0; i < controllers.size(); i++) {
            if (!controllers.get(i).id().isEmpty()) {
                buses.putIfAbsent(controllers.get(i).id(), i + 1);
            }
        }
        all.at("devices")
                .add("controller")
                .set("type", "pci")
                .set("index", "0")
                .set("model", express ? "pcie-root" : "pci-root")
                .from(QemuTranslation.text(all.named("machine", "M"), "-machine"));
        for (int i = 0; i < controllers.size(); i++) {
            controller(controllers.get(i), i + 1);
        }
        all.devices("vfio-pci", "vfio-pci-nohotplug").forEach(this::passed);
    }

    private void controller(QemuDevice device, int index) {
        Sketch controller = all.at("devices")
                .add("controller")
                .set("type", "pci")
                .set("index", Integer.toString(index))
                .set("model", CONTROLLERS.getOrDefault(device.driver(), ""))
                .from(device.text());
        controller.add("model").set("name", device.driver());
        Sketch target = controller.place("target");
        target.set("chassis", device.get("chassis")).set("port", device.get("port"));
        address(controller, device);
    }

    private void passed(QemuDevice device) {
        Optional<String> mediated = device.get("sysfsdev")
                .map(MDEV::matcher)
                .filter(Matcher::matches)
                .map(m -> String.valueOf(m.group(1)));
        Optional<PciAddress> host =
                device.get("host").or(() -> device.get("sysfsdev")).flatMap(QemuPci::function);
        if (mediated.isEmpty() && host.isEmpty()) {
            all.notUnderstood(device.argument(), "which function of the host's?");
            return;
        }
        Sketch hostdev = all.at("devices")
                .add("hostdev")
                .set("mode", "subsystem")
                .set("type", mediated.isPresent() ? "mdev" : "pci")
                .set("managed", "no")
                .from(device.text());
        mediated.ifPresent(uuid -> {
            hostdev.set("model", "vfio-pci").set("display", device.get("display"));
            hostdev.add("source").add("address").set("uuid", uuid);
        });
        host.filter(_ -> mediated.isEmpty()).ifPresent(a -> {
            hostdev.add("driver").set("name", "vfio");
            full(hostdev.add("source").add("address"), a);
        });
        Sketch rom = hostdev.place("rom");
        rom.set("file", device.get("romfile").filter(f -> !f.isEmpty()));
        device.get("rombar")
                .ifPresent(bar -> rom.set("bar", bar.equals("0") || QemuSettings.isOff(bar) ? "off" : "on"));
        address(hostdev, device);
    }

    static void full(Sketch address, PciAddress a) {
        address.set("domain", hex(4, a.domain()))
                .set("bus", hex(2, a.bus()))
                .set("slot", hex(2, a.slot()))
                .set("function", hex(1, a.function()));
    }

    private static String hex(int digits, int value) {
        return "0x" + String.format("%0" + digits + "x", value);
    }

    /// The host's function in `01:00.0`, `0000:01:00.0` or a path that ends so.
    static Optional<PciAddress> function(String text) {
        Matcher function = FUNCTION.matcher(text);
        if (!function.matches()) {
            return Optional.empty();
        }
        int slot = hex(function, 3);
        return slot > 0x1f
                ? Optional.empty()
                : Optional.of(new PciAddress(hex(function, 1), hex(function, 2), slot, hex(function, 4)));
    }

    private static int hex(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Integer.parseInt(digits, 16);
    }

    /// Says where in the guest a device stands. Which slot QEMU chooses where the arguments name none is not said.
    void address(Sketch element, QemuDevice device) {
        Optional<String> named = device.get("bus");
        Integer bus = named.isEmpty() ? Integer.valueOf(0) : buses.get(named.get());
        Optional<Matcher> place = device.get("addr").map(ADDRESS::matcher);
        if (bus == null) {
            if (element.get("type").filter(t -> t.equals("pci")).isPresent()) {
                all.notUnderstood(device.argument(), "no bus of that name");
            }
            return;
        }
        if (place.filter(m -> !m.matches()).isPresent()) {
            all.notUnderstood(device.argument(), "addr");
            return;
        }
        Sketch address = element.add("address")
                .set("type", "pci")
                .set("domain", "0x0000")
                .set("bus", hex(2, bus))
                .from(device.text());
        place.ifPresent(m -> address.set("slot", hex(2, Integer.parseInt(String.valueOf(m.group(1)), 16)))
                .set("function", "0x" + (m.group(2) == null ? "0" : m.group(2))));
        if (named.isPresent() && bus > 0 && place.isEmpty() && device.driver().startsWith("vfio-pci")) {
            address.set("slot", "0x00").set("function", "0x0");
        }
        device.get("multifunction").filter(QemuSettings::isOn).ifPresent(_ -> address.set("multifunction", "on"));
    }
}
