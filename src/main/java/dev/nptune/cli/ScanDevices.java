package dev.nptune.cli;

import static dev.nptune.cli.Sheet.told;

import dev.nptune.host.Connector;
import dev.nptune.host.Fact;
import dev.nptune.host.Graphics;
import dev.nptune.host.Host;
import dev.nptune.host.IommuGrouping;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.host.PciLink;
import dev.nptune.host.UsbController;
import dev.nptune.internal.text.ByteSize;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The devices of a host in lines for people: graphics cards, IOMMU groups, USB controllers.
final class ScanDevices {
    private final Host host;
    private final Sheet sheet;

    ScanDevices(Host host, Sheet sheet) {
        this.host = host;
        this.sheet = sheet;
    }

    void render() {
        List<PciFunction> cards =
                host.pci().stream().filter(PciFunction::isDisplay).toList();
        cards.forEach(this::graphics);
        if (cards.isEmpty()) {
            sheet.row("graphics", "no card seen");
        }
        groups();
        host.usb().forEach(this::usb);
    }

    private void graphics(PciFunction card) {
        sheet.row("graphics", card.address() + "  " + name(card));
        sheet.detail("driver " + told(card.driver()) + ", IOMMU group " + told(card.iommuGroup()) + link(card.link())
                + (card.numaNode()
                                .get()
                                .filter(_ -> host.memory().nodes().size() > 1)
                                .isPresent()
                        ? ", NUMA node " + told(card.numaNode())
                        : "")
                + (card.bootVga().get().orElse(false) ? ", boot display" : ""));
        card.resources()
                .resizableBars()
                .get()
                .filter(bars -> !bars.isEmpty())
                .ifPresent(bars -> sheet.detail("resizable BAR: "
                        + bars.stream()
                                .map(bar -> "BAR " + bar.index() + " is " + told(bar.current(), ByteSize::of) + " of "
                                        + bar.sizes().stream()
                                                .max(Comparator.naturalOrder())
                                                .map(ByteSize::of)
                                                .orElse("?"))
                                .collect(Collectors.joining(", "))));
        card.state()
                .resetMethods()
                .get()
                .filter(m -> !m.isEmpty())
                .ifPresent(methods -> sheet.detail("reset by " + String.join(", ", methods)));
        String monitors = card.connectors().stream()
                .filter(c -> c.status().get().filter("connected"::equals).isPresent())
                .map(ScanDevices::monitor)
                .collect(Collectors.joining(", "));
        if (!monitors.isEmpty()) {
            sheet.detail("monitor: " + monitors);
        } else if (!card.connectors().isEmpty()) {
            sheet.detail("no monitor on "
                    + card.connectors().stream().map(Connector::name).collect(Collectors.joining(" ")));
        }
        String holders = host.graphics().holders().stream()
                .filter(holder -> holder.functions()
                        .get()
                        .filter(f -> f.contains(card.address()))
                        .isPresent())
                .map(Graphics.Holder::process)
                .distinct()
                .collect(Collectors.joining(", "));
        if (!holders.isEmpty()) {
            sheet.detail("held by " + holders);
        }
    }

    /// The vendor's name without what all vendors have.
    static String name(PciFunction function) {
        Optional<String> device = function.identity().device().get();
        String vendor = function.identity()
                .vendor()
                .get()
                .map(ScanDevices::brand)
                .orElse("vendor " + function.id().substring(0, 4));
        return device.map(d -> vendor + " " + d).orElse(vendor) + " [" + function.id() + "]";
    }

    /// `AMD/ATI` of `Advanced Micro Devices, Inc. [AMD/ATI]`.
    private static String brand(String vendor) {
        int open = vendor.indexOf('[');
        return open > 0 && vendor.endsWith("]")
                ? vendor.substring(open + 1, vendor.length() - 1)
                : vendor.replaceFirst(",? (Corporation|Inc\\.?|Ltd\\.?|Co\\., Ltd\\.?)$", "");
    }

    private static String monitor(Connector connector) {
        return connector.monitor().get().map(m -> m + " on ").orElse("") + connector.name();
    }

    private static String link(PciLink link) {
        return link.currentWidth()
                .get()
                .flatMap(width -> link.currentSpeed().get().map(speed -> {
                    String now = "x" + width + " at " + speed(speed);
                    String most = link.maxWidth()
                            .get()
                            .flatMap(w -> link.maxSpeed().get().map(s -> "x" + w + " at " + speed(s)))
                            .filter(m -> !m.equals(now))
                            .map(m -> " of " + m)
                            .orElse("");
                    return ", link " + now + most;
                }))
                .orElse("");
    }

    private static String speed(double gigatransfers) {
        return String.format(Locale.ROOT, gigatransfers % 1 == 0 ? "%.0f GT/s" : "%.1f GT/s", gigatransfers);
    }

    private void groups() {
        sheet.section();
        if (host.iommuGroups().isEmpty()) {
            String why = host.gap("/sys/kernel/iommu_groups")
                    .map(g -> "unknown (" + g.reason() + ")")
                    .orElse("the IOMMU is off, or there is none");
            sheet.row("IOMMU", "no groups: " + why);
            return;
        }
        IommuGrouping grouping = IommuGrouping.explain(host);
        long devices = grouping.shared().stream()
                .filter(shared -> !isOneDevice(shared))
                .count();
        sheet.row(
                "IOMMU",
                Plural.of(host.iommuGroups().size(), "group") + ", "
                        + (devices == 0 ? "none of several devices" : devices + " of several devices"));
        grouping.shared().stream().filter(shared -> !isOneDevice(shared)).forEach(this::shared);
        grouping.unproven().stream().limit(3).forEach(u -> sheet.row("unproven", u.sentence()));
        if (grouping.unproven().size() > 3) {
            sheet.row("and " + (grouping.unproven().size() - 3) + " more like these");
        }
    }

    /// The functions of one device, as a graphics card and its sound: nobody would part them.
    private static boolean isOneDevice(IommuGrouping.SharedGroup group) {
        return group.members().stream().allMatch(group.members().getFirst()::sameDevice);
    }

    private void shared(IommuGrouping.SharedGroup group) {
        sheet.row("group " + group.group(), members(group.members()));
        Map<String, Set<String>> culprits = new LinkedHashMap<>();
        group.bonds().stream()
                .flatMap(bond -> bond.culprits().stream())
                .forEach(culprit -> culprits.computeIfAbsent(
                                culprit.why().replaceFirst("^is an? ", ""), _ -> new LinkedHashSet<>())
                        .add(shortened(culprit.address())));
        culprits.forEach((why, addresses) -> sheet.detail("together by " + why + ": " + String.join(", ", addresses)));
        group.unknown().stream().limit(1).forEach(unknown -> sheet.detail("why is not all known: " + unknown.reason()));
        group.elsewhere().stream().limit(3).forEach(port -> sheet.detail("a group of its own: " + place(port)));
    }

    private static String place(IommuGrouping.FreePort port) {
        return port.slot().get().map(slot -> "slot " + slot + ", ").orElse("") + "port " + shortened(port.port())
                + port.lanes().get().map(lanes -> ", x" + lanes).orElse("")
                + (port.holds().isEmpty()
                        ? ", empty"
                        : ", where "
                                + port.holds().stream()
                                        .map(ScanDevices::shortened)
                                        .collect(Collectors.joining(" and "))
                                + (port.holds().size() == 1 ? " is now" : " are now"));
    }

    private String members(List<PciAddress> members) {
        return members.stream()
                .map(address -> host.function(address)
                        .map(f -> shortened(address) + " " + what(f))
                        .orElse(shortened(address)))
                .collect(Collectors.joining(", "));
    }

    private static String what(PciFunction function) {
        return function.identity()
                .className()
                .get()
                .map(c -> c.toLowerCase(Locale.ROOT))
                .orElse(function.id());
    }

    private static String shortened(PciAddress address) {
        return address.toString().replaceFirst("^0000:", "");
    }

    private void usb(UsbController controller) {
        String group = host.function(controller.address())
                .map(PciFunction::iommuGroup)
                .map(g -> ", IOMMU group " + told(g))
                .orElse("");
        sheet.row("USB", controller.address() + group + (controller.devices().isEmpty() ? ", no devices seen" : ""));
        controller.devices().stream()
                .filter(device -> device.deviceClass().get().filter(c -> c == 9).isEmpty())
                .forEach(device -> sheet.detail(device.place() + "  " + product(device)));
    }

    private static String product(UsbController.UsbDevice device) {
        String id = String.format("[%04x:%04x]", device.vendorId(), device.productId());
        return device.product() instanceof Fact.Known<String>(String product, String _) ? product + " " + id : id;
    }
}
