package dev.nptune.host;

import dev.nptune.host.ConfigSpace.AcsControl;
import dev.nptune.host.ConfigSpace.PortType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// Builds configuration spaces byte by byte, capability by capability, each list in the order of the calls.
final class ConfigImage {
    static final int SIZE = 4096;

    /// What Linux turns on.
    static final Set<AcsControl> KERNEL = EnumSet.copyOf(AcsControl.NEEDED);

    private final byte[] bytes = new byte[SIZE];
    private int lastPointer = 0x34;
    private int next = 0x40;
    private int lastExtended = -1;
    private int nextExtended = 0x100;

    private ConfigImage(int vendor, int device, int classCode) {
        put(0, 2, vendor);
        put(2, 2, device);
        put(8, 4, (long) classCode << 8);
    }

    static ConfigImage endpoint(int vendor, int device, int classCode) {
        return new ConfigImage(vendor, device, classCode);
    }

    static ConfigImage bridge(int vendor, int device, int primary, int secondary, int subordinate) {
        ConfigImage image = new ConfigImage(vendor, device, 0x060400);
        image.put(0x0e, 1, 1);
        return image.put(0x18, 1, primary).put(0x19, 1, secondary).put(0x1a, 1, subordinate);
    }

    ConfigImage multifunction() {
        return put(0x0e, 1, bytes[0x0e] | 0x80);
    }

    ConfigImage put(int offset, int width, long value) {
        for (int i = 0; i < width; i++) {
            bytes[offset + i] = (byte) (value >> (8 * i));
        }
        return this;
    }

    /// Appends to the list below 0x100 and tells where.
    int capability(int id, int length) {
        int at = next;
        put(6, 2, 0x10);
        put(lastPointer, 1, at);
        put(at, 1, id);
        lastPointer = at + 1;
        next += (length + 3) & ~3;
        return at;
    }

    /// Appends to the list from 0x100 on and tells where.
    int extended(int id, int version, int length) {
        int at = nextExtended;
        put(at, 4, id | (version << 16));
        if (lastExtended >= 0) {
            put(lastExtended + 2, 2, (bytes[lastExtended + 2] & 0xf) | (at << 4));
        }
        lastExtended = at;
        nextExtended += (length + 3) & ~3;
        return at;
    }

    ConfigImage express(PortType type, int slot) {
        return express(type, slot, 3, 16, 1, 8);
    }

    /// Appends a PCI Express capability.
    ///
    /// @param slot 0 for none
    /// @param maxSpeed 1 to 6, as the register has it
    ConfigImage express(PortType type, int slot, int maxSpeed, int maxWidth, int speed, int width) {
        int at = capability(CapabilityNames.EXPRESS, 0x3c);
        put(at + 2, 2, 2 | (code(type) << 4) | (slot > 0 ? 0x100 : 0));
        put(at + 0x0c, 4, maxSpeed | (maxWidth << 4));
        put(at + 0x12, 2, speed | (width << 4));
        return put(at + 0x14, 4, (long) slot << 19);
    }

    static int code(PortType type) {
        for (int code = 0; code < 16; code++) {
            if (PortType.of(code) == type) {
                return code;
            }
        }
        throw new IllegalArgumentException("no code: " + type);
    }

    ConfigImage functionLevelReset() {
        for (int at = 0x40; at < 0x100; at += 4) {
            if (bytes[at] == CapabilityNames.EXPRESS) {
                return put(at + 4, 4, 1L << 28);
            }
        }
        throw new IllegalStateException("express first");
    }

    ConfigImage acs(Set<AcsControl> capable, Set<AcsControl> enabled) {
        int at = extended(CapabilityNames.ACS, 1, 8);
        return put(at + 4, 2, bits(capable)).put(at + 6, 2, bits(enabled));
    }

    static int bits(Set<AcsControl> controls) {
        return controls.stream().mapToInt(AcsControl::mask).sum();
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /// As much as a reader sees: 64 bytes without root's rights, 256 without extended space.
    byte[] bytes(int length) {
        return Arrays.copyOf(bytes, length);
    }
}
