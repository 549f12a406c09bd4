package dev.nptune.host;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Objects;

/// One PCI function.
///
/// @param address where it is
/// @param classCode 24-bit class code, e.g. 0x030000 VGA, 0x038000 other display, 0x060400 PCI bridge;
///     [#UNKNOWN_CLASS] if it could not be read
/// @param vendorId vendor, 16 bits; [#UNKNOWN_ID] if it could not be read
/// @param deviceId device, 16 bits; [#UNKNOWN_ID] if it could not be read
/// @param driver the bound driver; absent if none is
/// @param iommuGroup number of its IOMMU group; absent where there is no IOMMU in use
/// @param numaNode node it hangs on; absent where the firmware names none
/// @param bootVga whether the firmware used it for the boot display; absent for what is no VGA device
public record PciFunction(
        PciAddress address,
        int classCode,
        int vendorId,
        int deviceId,
        Fact<String> driver,
        Fact<Integer> iommuGroup,
        Fact<Integer> numaNode,
        Fact<Boolean> bootVga) {
    /// All ones, what the bus answers for a register nobody drives.
    public static final int UNKNOWN_CLASS = 0xffffff;

    /// All ones, no vendor's number.
    public static final int UNKNOWN_ID = 0xffff;

    public PciFunction {
        Objects.requireNonNull(address);
    }

    /// Base class 03h: VGA, 3D and other display controllers.
    @JsonIgnore
    public boolean isDisplay() {
        return classCode >> 16 == 0x03;
    }

    /// Bridges (base class 06h) stay with the host and need no vfio driver.
    @JsonIgnore
    public boolean isBridge() {
        return classCode >> 16 == 0x06;
    }

    /// `vvvv:dddd` in hex, as `lspci -n` prints it.
    public String id() {
        return String.format("%04x:%04x", vendorId, deviceId);
    }
}
