package dev.nptune.host;

/// Whose a function is, by number and by name.
///
/// The names come from the PCI ID project's list as of this program's release; a part younger than that has none.
///
/// @param subsystemVendorId maker of the card or board, 16 bits; absent for bridges, which have none
/// @param subsystemDeviceId that maker's number for it, 16 bits
/// @param revision revision, 8 bits
/// @param vendor the vendor's name
/// @param device the device's name
/// @param subsystemVendor the name of the card's maker
/// @param subsystem the name of the card
/// @param className the name of its class, e.g. `VGA compatible controller`
public record PciIdentity(
        Fact<Integer> subsystemVendorId,
        Fact<Integer> subsystemDeviceId,
        Fact<Integer> revision,
        Fact<String> vendor,
        Fact<String> device,
        Fact<String> subsystemVendor,
        Fact<String> subsystem,
        Fact<String> className) {

    static PciIdentity unread(String directory, String reason) {
        return new PciIdentity(
                Fact.unreadable(directory + "/subsystem_vendor", reason),
                Fact.unreadable(directory + "/subsystem_device", reason),
                Fact.unreadable(directory + "/revision", reason),
                Fact.unreadable(PciIds.SOURCE, reason),
                Fact.unreadable(PciIds.SOURCE, reason),
                Fact.unreadable(PciIds.SOURCE, reason),
                Fact.unreadable(PciIds.SOURCE, reason),
                Fact.unreadable(PciIds.SOURCE, reason));
    }
}
