package dev.nptune.host;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A machine, as far as it could be read: the value every later step works on.
///
/// @param schemaVersion version of this record's JSON form
/// @param cpu processors and their topology
/// @param memory memory, huge pages and transparent huge pages
/// @param kernel kernel, its command line, modules and their configuration
/// @param boot boot loader, initramfs, Secure Boot
/// @param pci PCI functions in address order
/// @param iommuGroups IOMMU groups in number order; none where no IOMMU is in use
/// @param usb USB controllers in address order
/// @param graphics who holds the graphics cards
/// @param storage drives and what is mounted from them
/// @param network network interfaces and default routes
/// @param virtualization VMs, defined and running
/// @param interrupts interrupts of devices in number order, as `/proc/interrupts` has them; up to 4096
/// @param tools versions of the virtualization stack found
/// @param inspected what page tables of running VMs said; none unless somebody looked
/// @param gaps what could not be read and has no fact of its own, so that a list above may be short
public record Host(
        int schemaVersion,
        Cpu cpu,
        Memory memory,
        Kernel kernel,
        Boot boot,
        List<PciFunction> pci,
        List<IommuGroup> iommuGroups,
        List<UsbController> usb,
        Graphics graphics,
        Storage storage,
        Network network,
        Virtualization virtualization,
        Fact<List<Interrupt>> interrupts,
        Tools tools,
        List<InspectedVm> inspected,
        List<Gap> gaps) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    /// @throws IllegalArgumentException if the JSON form is of a version this program does not know
    public Host {
        if (schemaVersion != SCHEMA_VERSION) {
            throw new IllegalArgumentException(
                    "host of schema version " + schemaVersion + "; this program knows version " + SCHEMA_VERSION);
        }
        Objects.requireNonNull(cpu);
        Objects.requireNonNull(memory);
        Objects.requireNonNull(kernel);
        Objects.requireNonNull(boot);
        Objects.requireNonNull(graphics);
        Objects.requireNonNull(storage);
        Objects.requireNonNull(network);
        Objects.requireNonNull(virtualization);
        Objects.requireNonNull(interrupts);
        Objects.requireNonNull(tools);
        pci = List.copyOf(pci);
        iommuGroups = List.copyOf(iommuGroups);
        usb = List.copyOf(usb);
        // The JSON form of earlier days has none.
        inspected = List.copyOf(Objects.requireNonNullElse(inspected, List.of()));
        gaps = List.copyOf(gaps);
    }

    /// The same with what page tables of its VMs said.
    public Host withInspected(List<InspectedVm> vms) {
        return new Host(
                schemaVersion,
                cpu,
                memory,
                kernel,
                boot,
                pci,
                iommuGroups,
                usb,
                graphics,
                storage,
                network,
                virtualization,
                interrupts,
                tools,
                vms,
                gaps);
    }

    /// The first gap in what was read at or below a path such as `/etc/modprobe.d`.
    public Optional<Gap> gap(String path) {
        return gaps.stream()
                .filter(g -> g.source().equals(path) || g.source().startsWith(path + "/"))
                .findFirst();
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
