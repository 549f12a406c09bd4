package dev.nptune.host;

import dev.nptune.host.ConfigSpace.PortType;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Configuration space that says what a [MachinesFile] tells of a function otherwise: ids, BARs, windows, bus numbers
/// and link. What it has besides is told in words, see [MachinesPci].
final class MachinesConfig {
    private static final Map<String, PortType> KINDS = Map.of(
            "endpoint", PortType.ENDPOINT,
            "integrated", PortType.INTEGRATED_ENDPOINT,
            "root-port", PortType.ROOT_PORT,
            "upstream", PortType.UPSTREAM_PORT,
            "downstream", PortType.DOWNSTREAM_PORT,
            "pci-bridge", PortType.PCIE_TO_PCI_BRIDGE);
    private static final List<String> SPEEDS = List.of("Unknown", "2.5", "5.0", "8.0", "16.0", "32.0");

    /// A line of the file `resource`.
    record Resource(long start, long end, long flags) {
        String line() {
            return String.format("0x%016x 0x%016x 0x%016x\n", start, end, flags);
        }
    }

    /// Speed and width of a link, as the files have them.
    record Link(String speed, int width, String maxSpeed, int maxWidth) {}

    /// Vendor, device, class, revision, and the subsystem's vendor and device.
    private int[] id = new int[6];
    /// Primary, secondary and subordinate bus; none below a function that is no bridge.
    private int[] buses = new int[0];

    private Link link = new Link("Unknown", 0, "Unknown", 0);
    private final Map<Integer, Resource> resources = new TreeMap<>();

    void id(int[] id) {
        this.id = id;
    }

    void buses(int primary, int secondary, int subordinate) {
        buses = new int[] {primary, secondary, subordinate};
    }

    void link(Link link) {
        this.link = link;
    }

    void resource(int number, Resource resource) {
        resources.put(number, resource);
    }

    /// The file `resource`: seven lines (six BARs and the ROM); a bridge has ten more, its windows from number 13.
    String resources() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < (buses.length > 0 ? 17 : 7); i++) {
            text.append(resource(i).line());
        }
        return text.toString();
    }

    private Resource resource(int number) {
        return resources.getOrDefault(number, new Resource(0, 0, 0));
    }

    /// Without PCI Express: 256 bytes and no capabilities.
    byte[] conventional(List<String> words) {
        return header(words).bytes(256);
    }

    /// @param words what it is, then what else it has
    byte[] express(List<String> words) {
        PortType kind = KINDS.get(words.getFirst());
        if (kind == null) {
            throw new IllegalArgumentException("not of PCI Express: " + words.getFirst());
        }
        ConfigImage image = header(words.subList(1, words.size()));
        image.put(image.capability(CapabilityNames.POWER_MANAGEMENT, 8) + 2, 2, 3);
        if (buses.length > 0 && id[4] != 0) {
            int at = image.capability(0x0d, 8);
            image.put(at + 4, 2, id[4]).put(at + 6, 2, id[5]);
        }
        image.express(
                kind,
                number(words, "slot"),
                speed(link.maxSpeed()),
                link.maxWidth(),
                speed(link.speed()),
                link.width());
        if (words.contains("flr")) {
            image.functionLevelReset();
        }
        extended(image, words, kind);
        return image.bytes();
    }

    private void extended(ConfigImage image, List<String> words, PortType kind) {
        image.extended(1, 1, 0x48); // error reporting: nearly all have it
        if (words.contains("acs")) {
            boolean port = kind == PortType.ROOT_PORT || kind == PortType.DOWNSTREAM_PORT;
            image.acs(
                    port ? ConfigImage.KERNEL : EnumSet.noneOf(ConfigSpace.AcsControl.class),
                    port ? ConfigImage.KERNEL : EnumSet.noneOf(ConfigSpace.AcsControl.class));
        }
        if (words.contains("resizable")) {
            int bar = number(words, "resizable");
            Resource now = resource(bar);
            int size = 63 - Long.numberOfLeadingZeros(now.end() - now.start() + 1) - 20;
            int at = image.extended(CapabilityNames.RESIZABLE_BAR, 1, 12);
            int largest = number(words, "up-to");
            image.put(at + 4, 4, ((2L << largest) - (1L << 6)) << 4);
            image.put(at + 8, 4, bar | 1 << 5 | (long) size << 8);
        }
    }

    private static int number(List<String> words, String name) {
        int at = words.indexOf(name);
        return at < 0 ? 0 : Integer.parseInt(words.get(at + 1));
    }

    private static int speed(String text) {
        int code = SPEEDS.indexOf(text.split(" ", 2)[0]);
        if (code < 0) {
            throw new IllegalArgumentException("no speed of a link: " + text);
        }
        return code;
    }

    private ConfigImage header(List<String> words) {
        ConfigImage image = buses.length > 0
                ? ConfigImage.bridge(id[0], id[1], buses[0], buses[1], buses[2])
                : ConfigImage.endpoint(id[0], id[1], id[2]);
        image.put(4, 2, resources.isEmpty() ? 0 : 6).put(8, 1, id[3]);
        if (buses.length > 0) {
            windows(image);
        } else {
            image.put(0x2c, 2, id[4]).put(0x2e, 2, id[5]);
        }
        for (int i = 0; i < (buses.length > 0 ? 2 : 6); i++) {
            Resource bar = resource(i);
            if (bar.flags() != 0) {
                image.put(0x10 + 4 * i, (bar.flags() & 0x100000) != 0 ? 8 : 4, bar.start() | (bar.flags() & 0xf));
            }
        }
        return words.contains("multifunction") ? image.multifunction() : image;
    }

    /// Windows for I/O, memory and prefetchable memory; one that ends before it starts is shut.
    private void windows(ConfigImage image) {
        Resource io = open(13, 0xf000, 0);
        Resource memory = open(14, 0xfff00000L, 0);
        Resource prefetchable = open(15, 0xfff00000L, 0);
        image.put(0x1c, 1, wide(io.start() >> 8 & 0xf0)).put(0x1d, 1, wide(io.end() >> 8 & 0xf0));
        image.put(0x20, 2, memory.start() >> 16 & 0xfff0).put(0x22, 2, memory.end() >> 16 & 0xfff0);
        image.put(0x24, 2, wide(prefetchable.start() >> 16 & 0xfff0));
        image.put(0x26, 2, wide(prefetchable.end() >> 16 & 0xfff0));
        image.put(0x28, 4, prefetchable.start() >> 32).put(0x2c, 4, prefetchable.end() >> 32);
    }

    /// Says that a window is of the wider kind: 32 bits of I/O, 64 of memory.
    private static long wide(long register) {
        return register | 1;
    }

    private Resource open(int number, long start, long end) {
        return resources.getOrDefault(number, new Resource(start, end, 0));
    }
}
