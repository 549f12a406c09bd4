package dev.nptune.host;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Why devices share an IOMMU group, told from what their configuration space says.
///
/// Linux puts two devices into one group if it must assume that they can reach each other, or be taken for each other,
/// without the IOMMU seeing it. [#explain] goes the way Linux goes (`pci_device_group` in `drivers/iommu/iommu.c`) and
/// compares where it arrives with the groups there are.
///
/// @param shared one for each group of several PCI functions, in number order
/// @param unproven devices in different groups although nothing in their configuration space keeps them apart
public record IommuGrouping(List<SharedGroup> shared, List<Unproven> unproven) {
    public IommuGrouping {
        shared = List.copyOf(shared);
        unproven = List.copyOf(unproven);
    }

    /// Explains the groups of a machine.
    public static IommuGrouping explain(Host host) {
        return explain(host.pci(), host.kernel().commandLine());
    }

    /// Explains groups.
    ///
    /// @param pci all functions, with their groups
    /// @param commandLine the kernel's, which tells of the ACS override patch
    public static IommuGrouping explain(List<PciFunction> pci, Fact<String> commandLine) {
        Known known = last;
        if (known == null || !known.pci.equals(pci) || !known.commandLine.equals(commandLine)) {
            known = new Known(pci, commandLine, new GroupingExplainer(pci, commandLine).explain());
            last = known;
        }
        return known.grouping;
    }

    /// What was concluded last: rules ask again for the same machine with each VM.
    private record Known(List<PciFunction> pci, Fact<String> commandLine, IommuGrouping grouping) {}

    private static volatile @Nullable Known last;

    /// The explanation of the group that a function shares; empty if it shares none.
    public Optional<SharedGroup> of(PciAddress address) {
        return shared.stream().filter(g -> g.members().contains(address)).findFirst();
    }

    /// A group of several functions.
    ///
    /// @param group its number
    /// @param members in address order
    /// @param bonds what holds members together, by the address of the first
    /// @param unknown whose configuration space should be known to tell the rest
    /// @param complete whether the bonds hold all members together, so that they explain the group
    /// @param elsewhere ports below which a card would have a group of its own
    /// @param sentence the same for people
    public record SharedGroup(
            int group,
            List<PciAddress> members,
            List<Bond> bonds,
            List<Unknown> unknown,
            boolean complete,
            List<FreePort> elsewhere,
            String sentence) {
        public SharedGroup {
            members = List.copyOf(members);
            bonds = List.copyOf(bonds);
            unknown = List.copyOf(unknown);
            elsewhere = List.copyOf(elsewhere);
        }
    }

    /// Why two functions belong into one group.
    ///
    /// @param one the function that was looked at
    /// @param other the bridge above it, or the function beside it
    /// @param cause what kind of reason
    /// @param culprits the bridges or functions that lack ACS, nearest first
    public record Bond(PciAddress one, PciAddress other, Cause cause, List<Culprit> culprits) {
        public Bond {
            culprits = List.copyOf(culprits);
        }
    }

    /// A bridge or function that keeps nothing apart.
    ///
    /// @param address which
    /// @param why continues a sentence that begins with the address: `is a root port without ACS`
    public record Culprit(PciAddress address, String why) {}

    /// Kinds of reasons.
    public enum Cause {
        /// A bridge on the way to the root complex does not stop traffic between what is below it.
        BRIDGE_WITHOUT_ACS,
        /// All behind a conventional PCI bridge speak with the bridge's own identity.
        CONVENTIONAL_BUS,
        /// Functions of one device that may talk to each other inside it.
        FUNCTIONS_WITHOUT_ACS
    }

    /// A function that could not be judged.
    ///
    /// @param address which
    /// @param reason why not
    public record Unknown(PciAddress address, String reason) {}

    /// A root port or a switch's downstream port that keeps what is below it apart from all else.
    ///
    /// @param port the port
    /// @param slot the number of its slot; absent if the port says that it leads to no slot
    /// @param lanes lanes of the port
    /// @param holds what is plugged in there now; empty if nothing
    /// @param proof how it is known
    public record FreePort(
            PciAddress port, Fact<Integer> slot, Fact<Integer> lanes, List<PciAddress> holds, Proof proof) {
        public FreePort {
            holds = List.copyOf(holds);
        }
    }

    /// How it is known that a port isolates.
    public enum Proof {
        /// ACS is on in the port and in all above it.
        ACS,
        /// What is plugged in there has a group of its own now; configuration space was not readable.
        GROUP
    }

    /// Two functions whose separate groups are a claim that nobody proved.
    ///
    /// @param bond why they would belong together
    /// @param group the group of the first
    /// @param otherGroup the group of the other
    /// @param override whether the kernel was told to split groups (`pcie_acs_override`)
    /// @param sentence the same for people
    public record Unproven(Bond bond, int group, int otherGroup, boolean override, String sentence) {}
}
