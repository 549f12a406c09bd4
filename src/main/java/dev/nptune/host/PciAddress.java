package dev.nptune.host;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Address of a PCI function, `0000:01:00.0`.
///
/// @param domain PCI domain (segment), 32 bits without sign; most PCs have only 0, Intel VMD starts at 0x10000
/// @param bus 0 to 255
/// @param slot device number, 0 to 31
/// @param function 0 to 7
public record PciAddress(int domain, int bus, int slot, int function) implements Comparable<PciAddress> {
    private static final Pattern TEXT =
            Pattern.compile("(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([01][0-9a-fA-F])\\.([0-7])");
    private static final Comparator<PciAddress> ORDER = Comparator.comparing(
                    PciAddress::domain, Integer::compareUnsigned)
            .thenComparingInt(PciAddress::bus)
            .thenComparingInt(PciAddress::slot)
            .thenComparingInt(PciAddress::function);

    /// @throws IllegalArgumentException if bus, slot or function is out of its range
    public PciAddress {
        if (bus < 0 || bus > 0xff || slot < 0 || slot > 0x1f || function < 0 || function > 7) {
            throw new IllegalArgumentException(
                    "no PCI address: bus " + bus + ", slot " + slot + ", function " + function);
        }
    }

    /// Parses `DDDD:BB:SS.F` or, as `lspci` prints where there is one domain, `BB:SS.F`.
    ///
    /// @throws IllegalArgumentException if the text is no PCI address
    @JsonCreator
    public static PciAddress parse(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException(
                    "not a PCI address: '" + Values.brief(text) + "' (expected e.g. 0000:01:00.0)");
        }
        int domain = m.group(1) == null ? 0 : Integer.parseUnsignedInt(m.group(1), 16);
        return new PciAddress(
                domain,
                Integer.parseInt(m.group(2), 16),
                Integer.parseInt(m.group(3), 16),
                Integer.parseInt(m.group(4), 16));
    }

    /// As [#parse]; empty if the text is no PCI address.
    static Optional<PciAddress> find(String text) {
        return TEXT.matcher(text).matches() ? Optional.of(parse(text)) : Optional.empty();
    }

    /// Same card, whatever the function.
    public boolean sameDevice(PciAddress other) {
        return domain == other.domain && bus == other.bus && slot == other.slot;
    }

    @Override
    public int compareTo(PciAddress other) {
        return ORDER.compare(this, other);
    }

    @Override
    @JsonValue
    public String toString() {
        return String.format("%04x:%02x:%02x.%x", domain, bus, slot, function);
    }
}
