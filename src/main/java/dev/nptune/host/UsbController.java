package dev.nptune.host;

import java.util.List;

/// A USB host controller and what is plugged into it: what moves to the VM if the controller is passed through.
///
/// @param address its PCI function
/// @param devices what hangs on it, hubs included, root hubs not, in order of their place
public record UsbController(PciAddress address, List<UsbDevice> devices) {
    public UsbController {
        devices = List.copyOf(devices);
    }

    /// A device on a bus.
    ///
    /// @param place bus and ports, as the kernel names it: `1-4.2`
    /// @param vendorId 16 bits
    /// @param productId 16 bits
    /// @param product the device's own name for itself; absent if it has none
    public record UsbDevice(String place, int vendorId, int productId, Fact<String> product) {}
}
