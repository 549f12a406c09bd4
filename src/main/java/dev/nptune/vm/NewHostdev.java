package dev.nptune.vm;

import dev.nptune.host.PciAddress;
import java.util.Optional;

/// A PCI function passed to a VM that is made anew. libvirt binds vfio-pci to it at start and gives it back afterwards.
///
/// @param address its address on the host
/// @param rom absolute path of a copy of its ROM; empty for the card's own
public record NewHostdev(PciAddress address, Optional<String> rom) {
    /// @throws IllegalArgumentException if the path is not absolute or has characters that XML has not
    public NewHostdev {
        rom.ifPresent(path -> NewValues.path("ROM file", path));
    }

    /// A function with its own ROM.
    public static NewHostdev of(PciAddress address) {
        return new NewHostdev(address, Optional.empty());
    }
}
