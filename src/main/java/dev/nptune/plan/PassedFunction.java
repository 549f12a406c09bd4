package dev.nptune.plan;

import dev.nptune.host.PciAddress;

/// A PCI function that the VM gets. Address and id must both match before it is touched: after a card is swapped or
/// moved the address alone hits another one, and of twins the id alone hits both.
///
/// @param address where it is
/// @param id its `vendor:device`, in hex
public record PassedFunction(PciAddress address, String id) {}
