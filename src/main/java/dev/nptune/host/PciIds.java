package dev.nptune.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;

/// Names of PCI vendors, devices, subsystems and classes, from the list of the PCI ID project.
///
/// The list (1.4 MB of text) is unpacked and its top-level lines are indexed once, when the first name is asked for,
/// the lines of a vendor when its first device is.
final class PciIds {
    /// What facts name as their source.
    static final String SOURCE = "pci.ids";

    private static final int NOT_HERE = -1;

    private final byte[] list;
    private final int[] vendors = new int[0x10000];
    private final int[] classes = new int[0x100];
    private final Map<Integer, Map<Integer, Integer>> sections = new ConcurrentHashMap<>();

    PciIds(byte[] list) {
        this.list = list;
        Arrays.fill(vendors, NOT_HERE);
        Arrays.fill(classes, NOT_HERE);
        for (int at = 0; at < list.length; at = nextLine(at)) {
            byte first = list[at];
            if (first == 'C' && hex(at + 2, 2) >= 0) {
                classes[hex(at + 2, 2)] = at;
            } else if (first != '\t' && first != '#' && hex(at, 4) >= 0 && is(at + 4, ' ')) {
                vendors[hex(at, 4)] = at;
            }
        }
    }

    /// The list that comes with this program.
    static PciIds bundled() {
        return Bundled.IDS;
    }

    Optional<String> vendor(int id) {
        int at = vendorAt(id);
        return at == NOT_HERE ? Optional.empty() : Optional.of(rest(at + 4));
    }

    Optional<String> device(int vendor, int device) {
        int at = deviceAt(vendor, device);
        return at == NOT_HERE ? Optional.empty() : Optional.of(rest(at + 5));
    }

    Optional<String> subsystem(int vendor, int device, int subsystemVendor, int subsystemDevice) {
        int top = deviceAt(vendor, device);
        if (top == NOT_HERE) {
            return Optional.empty();
        }
        for (int at = nextLine(top); is(at, '#') || (is(at, '\t') && is(at + 1, '\t')); at = nextLine(at)) {
            if (hex(at + 2, 4) == subsystemVendor && hex(at + 7, 4) == subsystemDevice) {
                return Optional.of(rest(at + 11));
            }
        }
        return Optional.empty();
    }

    /// The name of a subclass, or of its class if the subclass has none.
    Optional<String> className(int classCode) {
        int top = classes[(classCode >> 16) & 0xff];
        if (top == NOT_HERE) {
            return Optional.empty();
        }
        int at = below(top, (classCode >> 8) & 0xff, 2);
        return Optional.of(at == NOT_HERE ? rest(top + 4) : rest(at + 3));
    }

    private int vendorAt(int id) {
        return id < 0 || id >= vendors.length ? NOT_HERE : vendors[id];
    }

    private int deviceAt(int vendor, int device) {
        int at = vendorAt(vendor);
        return at == NOT_HERE ? NOT_HERE : below(at, device, 4);
    }

    /// The line with that number one tab below a top-level line.
    private int below(int top, int id, int digits) {
        return sections.computeIfAbsent(top, _ -> section(top, digits)).getOrDefault(id, NOT_HERE);
    }

    private Map<Integer, Integer> section(int top, int digits) {
        Map<Integer, Integer> lines = new HashMap<>();
        for (int at = nextLine(top); is(at, '\t') || is(at, '#'); at = nextLine(at)) {
            if (is(at, '\t') && !is(at + 1, '\t')) {
                lines.putIfAbsent(hex(at + 1, digits), at);
            }
        }
        return lines;
    }

    private int nextLine(int at) {
        int i = at;
        while (i < list.length && list[i] != '\n') {
            i++;
        }
        return i + 1;
    }

    private boolean is(int at, char c) {
        return at < list.length && list[at] == c;
    }

    /// The number that so many hex digits say; negative if there are other characters.
    private int hex(int at, int digits) {
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = i < list.length && HexFormat.isHexDigit(list[i]) ? HexFormat.fromHexDigit(list[i]) : -1;
            if (digit < 0) {
                return -1;
            }
            number = (number << 4) | digit;
        }
        return number;
    }

    private String rest(int at) {
        return new String(list, at, nextLine(at) - 1 - at, StandardCharsets.UTF_8).strip();
    }

    /// Loaded with the first name asked for.
    private static final class Bundled {
        static final PciIds IDS = new PciIds(load());

        private static byte[] load() {
            try (InputStream packed = PciIds.class.getResourceAsStream("pci.ids.gz")) {
                if (packed == null) {
                    throw new IllegalStateException("pci.ids.gz is missing from this program");
                }
                try (InputStream in = new GZIPInputStream(packed, 1 << 16)) {
                    return in.readAllBytes();
                }
            } catch (IOException e) {
                throw new IllegalStateException("pci.ids.gz of this program is damaged", e);
            }
        }
    }
}
