package dev.nptune.host;

import dev.nptune.host.UsbController.UsbDevice;
import dev.nptune.host.UsbController.UsbInterface;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what hangs on the USB controllers, from the directories below their PCI functions.
final class UsbReader {
    private static final Pattern ROOT_HUB = Pattern.compile("usb[0-9]{1,4}");
    private static final Pattern DEVICE = Pattern.compile("[0-9]{1,4}-[0-9]{1,3}(?:\\.[0-9]{1,3})*");
    private static final Pattern INTERFACE = Pattern.compile("[0-9.-]{1,60}:[0-9]{1,3}\\.([0-9]{1,3})");

    /// USB allows five hubs between the root hub and a device.
    private static final int MAX_DEPTH = 7;

    private final Tree tree;
    private final List<UsbDevice> devices = new ArrayList<>();

    private UsbReader(Tree tree) {
        this.tree = tree;
    }

    static List<UsbController> read(Tree tree, List<PciFunction> pci) {
        return pci.stream()
                .filter(PciFunction::isUsbController)
                .map(f -> new UsbController(f.address(), new UsbReader(tree).below(f.address())))
                .toList();
    }

    private List<UsbDevice> below(PciAddress controller) {
        String directory = PciReader.DEVICES + "/" + controller;
        for (String name : tree.namesOrGap(directory)) {
            if (ROOT_HUB.matcher(name).matches()) {
                String hub = directory + "/" + name;
                devices(hub, tree.namesOrGap(hub), 1);
            }
        }
        devices.sort(Comparator.comparing(d -> numbers(d.place()), Arrays::compare));
        return devices;
    }

    private void devices(String hub, List<String> names, int depth) {
        if (depth > MAX_DEPTH) {
            tree.noteGap(Fact.unreadable(hub, "more hubs behind each other than USB allows"));
            return;
        }
        for (String name : names) {
            if (DEVICE.matcher(name).matches()) {
                String directory = hub + "/" + name;
                List<String> inside = tree.namesOrGap(directory);
                devices.add(device(directory, name, inside));
                devices(directory, inside, depth + 1);
            }
        }
    }

    private UsbDevice device(String directory, String name, List<String> inside) {
        return new UsbDevice(
                name,
                PciReader.required(tree, directory + "/idVendor", PciFunction.UNKNOWN_ID),
                PciReader.required(tree, directory + "/idProduct", PciFunction.UNKNOWN_ID),
                tree.value(directory + "/bDeviceClass").map(Values::hex),
                tree.value(directory + "/manufacturer"),
                tree.value(directory + "/product"),
                tree.value(directory + "/speed").map(UsbReader::megabits),
                interfaces(directory, inside));
    }

    private List<UsbInterface> interfaces(String directory, List<String> inside) {
        List<UsbInterface> interfaces = new ArrayList<>();
        for (String name : inside) {
            Matcher m = INTERFACE.matcher(name);
            if (m.matches()) {
                String below = directory + "/" + name;
                interfaces.add(new UsbInterface(
                        Integer.parseInt(m.group(1)),
                        tree.value(below + "/bInterfaceClass").map(Values::hex),
                        tree.value(below + "/bInterfaceSubClass").map(Values::hex),
                        tree.value(below + "/bInterfaceProtocol").map(Values::hex),
                        tree.link(below + "/driver")));
            }
        }
        interfaces.sort(Comparator.comparingInt(UsbInterface::number));
        return interfaces;
    }

    static double megabits(String text) {
        return switch (text) {
            case "1.5", "12", "480", "5000", "10000", "20000", "40000" -> Double.parseDouble(text);
            default -> throw new IllegalArgumentException("no USB speed: '" + Values.brief(text) + "'");
        };
    }

    private static int[] numbers(String place) {
        return Arrays.stream(place.split("[-.]")).mapToInt(Integer::parseInt).toArray();
    }
}
