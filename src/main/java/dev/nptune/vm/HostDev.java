package dev.nptune.vm;

import dev.nptune.host.PciAddress;

/// A PCI function passed to the guest: a `hostdev`, or an `interface` of type hostdev.
///
/// @param path XPath relative to `/domain`
/// @param address its address on the host
/// @param managed whether libvirt itself binds vfio-pci to it at start and gives it back afterwards
public record HostDev(String path, PciAddress address, boolean managed) {}
