package dev.nptune.host;

import dev.nptune.host.ConfigSpace.Capability;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One of the two linked lists of capabilities, walked to its end, to a place that was seen before, or to where
/// nothing can be read.
///
/// @param found in list order
/// @param broken why the list may be longer than what was found; null if it ended well
record CapabilityList(
        String source, List<Capability> found, @Nullable String broken) {
    private static final int EXTENDED = 0x100;

    static CapabilityList empty(String source) {
        return new CapabilityList(source, List.of(), null);
    }

    static CapabilityList unknown(String source, String reason) {
        return new CapabilityList(source, List.of(), reason);
    }

    /// @param pointer the register with the offset of the first
    /// @param unreadable what to say where the list goes on beyond the bytes there are
    static CapabilityList standard(String source, ConfigBytes bytes, int pointer, String unreadable) {
        List<Capability> found = new ArrayList<>();
        BitSet seen = new BitSet();
        int at = bytes.u8(pointer) & 0xfc;
        while (at != 0) {
            if (at < 0x40) {
                return new CapabilityList(source, found, "the capability list leads into the header");
            }
            if (seen.get(at)) {
                return new CapabilityList(source, found, circle(at));
            }
            seen.set(at);
            if (!bytes.has(at, 2)) {
                return new CapabilityList(source, found, unreadable);
            }
            int id = bytes.u8(at);
            if (id == 0xff) {
                return new CapabilityList(source, found, "the capability list breaks off");
            }
            found.add(new Capability(id, 0, at, CapabilityNames.standard(id)));
            at = bytes.u8(at + 1) & 0xfc;
        }
        return new CapabilityList(source, found, null);
    }

    static CapabilityList extended(String source, ConfigBytes bytes) {
        List<Capability> found = new ArrayList<>();
        BitSet seen = new BitSet();
        int at = EXTENDED;
        while (at != 0) {
            if (at < EXTENDED) {
                return new CapabilityList(source, found, "the extended capability list leads below 0x100");
            }
            if (seen.get(at)) {
                return new CapabilityList(source, found, circle(at));
            }
            seen.set(at);
            if (!bytes.has(at, 4)) {
                return new CapabilityList(
                        source, found, String.format("configuration space cannot be read from 0x%x on", at));
            }
            long header = bytes.u32(at);
            if (header == 0 || header == 0xffffffffL) {
                break; // an empty list is a first entry of all zeros
            }
            int id = (int) (header & 0xffff);
            found.add(new Capability(id, (int) ((header >> 16) & 0xf), at, CapabilityNames.extended(id)));
            at = (int) (header >> 20) & 0xffc;
        }
        return new CapabilityList(source, found, null);
    }

    private static String circle(int at) {
        return String.format("the capability list goes in a circle at 0x%x", at);
    }

    /// The whole list; unreadable if it may be longer than what was found.
    Fact<List<Capability>> fact() {
        return broken == null ? Fact.known(List.copyOf(found), source) : Fact.unreadable(source, broken);
    }

    /// Where a capability is; absent only if the list was read to its end.
    Fact<Integer> offset(int id) {
        for (Capability capability : found) {
            if (capability.id() == id) {
                return Fact.known(capability.offset(), source);
            }
        }
        return broken == null ? Fact.absent(source) : Fact.unreadable(source, broken);
    }
}
