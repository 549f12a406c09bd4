package dev.nptune.host;

import java.util.List;
import java.util.Optional;

/// A machine, as far as it could be read: the value every later step works on.
///
/// @param schemaVersion version of this record's JSON form
/// @param cpu processors and their topology
/// @param memory memory, huge pages and transparent huge pages
/// @param kernel kernel, its command line, modules and their configuration
/// @param pci PCI functions in address order
/// @param tools versions of the virtualization stack found
public record Host(int schemaVersion, Cpu cpu, Memory memory, Kernel kernel, List<PciFunction> pci, Tools tools) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    public Host {
        pci = List.copyOf(pci);
    }

    /// The function at an address, if the machine has it.
    public Optional<PciFunction> function(PciAddress address) {
        return pci.stream().filter(f -> f.address().equals(address)).findFirst();
    }

    /// All functions that share an IOMMU group, in address order.
    public List<PciFunction> iommuGroup(int group) {
        return pci.stream()
                .filter(f -> f.iommuGroup().get().filter(g -> g == group).isPresent())
                .toList();
    }
}
