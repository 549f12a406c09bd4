package dev.nptune.host;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
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
/// @param identity whose card it is, and its names
/// @param parent the bridge above it; absent on a root bus
/// @param link its PCI Express link to what is above it
/// @param resources its BARs and its ROM
/// @param state how it can be reset, its interrupts and its power
/// @param config its decoded configuration space
/// @param connectors where a monitor can be plugged in, in name order; empty for what is no display
public record PciFunction(
        PciAddress address,
        int classCode,
        int vendorId,
        int deviceId,
        Fact<String> driver,
        Fact<Integer> iommuGroup,
        Fact<Integer> numaNode,
        Fact<Boolean> bootVga,
        PciIdentity identity,
        Fact<PciAddress> parent,
        PciLink link,
        PciResources resources,
        PciState state,
        Fact<ConfigSpace> config,
        List<Connector> connectors) {
    /// All ones, what the bus answers for a register nobody drives.
    public static final int UNKNOWN_CLASS = 0xffffff;

    /// All ones, no vendor's number.
    public static final int UNKNOWN_ID = 0xffff;

    public PciFunction {
        Objects.requireNonNull(address);
        Objects.requireNonNull(identity);
        Objects.requireNonNull(link);
        Objects.requireNonNull(resources);
        Objects.requireNonNull(state);
        connectors = List.copyOf(connectors);
    }

    /// One of which only that much was read; the rest is unreadable for a reason.
    public static PciFunction ofBasics(
            PciAddress address,
            int classCode,
            int vendorId,
            int deviceId,
            Fact<String> driver,
            Fact<Integer> iommuGroup,
            String reason) {
        String directory = "/sys/bus/pci/devices/" + address;
        return new PciFunction(
                address,
                classCode,
                vendorId,
                deviceId,
                driver,
                iommuGroup,
                Fact.absent(directory + "/numa_node"),
                Fact.absent(directory + "/boot_vga"),
                PciIdentity.unread(directory, reason),
                Fact.unreadable(directory, reason),
                PciLink.unread(directory, reason),
                PciResources.unread(directory, reason),
                PciState.unread(directory, reason),
                Fact.unreadable(directory + "/config", reason),
                List.of());
    }

    /// The same with the bridge above it known from elsewhere.
    PciFunction withParent(Fact<PciAddress> bridge) {
        return new PciFunction(
                address,
                classCode,
                vendorId,
                deviceId,
                driver,
                iommuGroup,
                numaNode,
                bootVga,
                identity,
                bridge,
                link,
                resources,
                state,
                config,
                connectors);
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

    /// A bridge with a bus below it: PCI-to-PCI or CardBus.
    @JsonIgnore
    public boolean hasBusBelow() {
        return classCode >> 8 == 0x0604 || classCode >> 8 == 0x0607 || classCode >> 8 == 0x0609;
    }

    /// Class 0c03h: UHCI, OHCI, EHCI, xHCI and USB4 controllers.
    @JsonIgnore
    public boolean isUsbController() {
        return classCode >> 8 == 0x0c03;
    }

    /// `vvvv:dddd` in hex, as `lspci -n` prints it.
    public String id() {
        return String.format("%04x:%04x", vendorId, deviceId);
    }
}
