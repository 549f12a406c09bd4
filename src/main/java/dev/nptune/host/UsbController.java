package dev.nptune.host;

import java.util.List;

/// A USB host controller and what is plugged into it: what moves to the VM if the controller is passed through.
///
/// @param address its PCI function, which tells the IOMMU group
/// @param devices what hangs on it, hubs included, root hubs not, in order of their place
public record UsbController(PciAddress address, List<UsbDevice> devices) {
    public UsbController {
        devices = List.copyOf(devices);
    }

    /// A device on a bus. Serial numbers are not read.
    ///
    /// @param place bus and ports, as the kernel names it: `1-4.2`
    /// @param vendorId 16 bits
    /// @param productId 16 bits
    /// @param deviceClass 8 bits; 0 if each interface has its own, 9 is a hub
    /// @param manufacturer the maker's name as the device tells it; absent if it tells none
    /// @param product the device's own name for itself; absent if it has none
    /// @param megabits speed in Mbit/s: 1.5, 12, 480, 5000, 10000, 20000
    /// @param interfaces what it can do, in order of their number
    public record UsbDevice(
            String place,
            int vendorId,
            int productId,
            Fact<Integer> deviceClass,
            Fact<String> manufacturer,
            Fact<String> product,
            Fact<Double> megabits,
            List<UsbInterface> interfaces) {
        public UsbDevice {
            interfaces = List.copyOf(interfaces);
        }
    }

    /// A function of a device: a keyboard is class 3 (HID), subclass 1, protocol 1, a mouse protocol 2.
    ///
    /// @param number as in the kernel's name `1-4.2:1.NUMBER`
    /// @param interfaceClass 8 bits
    /// @param subclass 8 bits
    /// @param protocol 8 bits
    /// @param driver the bound driver, e.g. `usbhid`; absent if none is
    public record UsbInterface(
            int number,
            Fact<Integer> interfaceClass,
            Fact<Integer> subclass,
            Fact<Integer> protocol,
            Fact<String> driver) {}
}
