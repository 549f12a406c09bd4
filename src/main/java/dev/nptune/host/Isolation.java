package dev.nptune.host;

import dev.nptune.host.ConfigSpace.Acs;
import dev.nptune.host.ConfigSpace.PortType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Whether a function keeps what is below it, or beside it in the same device, from reaching each other unseen by the
/// IOMMU; judged as Linux does (`pci_acs_enabled` in `drivers/pci/pci.c`).
///
/// What cannot be seen from outside is the kernel's own list of devices that isolate without saying so. Of that list
/// only one entry is known here: root complex integrated endpoints of Intel.
sealed interface Isolation {
    /// It does, or has nothing to keep apart.
    record Kept() implements Isolation {}

    /// It does not.
    ///
    /// @param why continues a sentence that begins with the function's name
    record Open(String why) implements Isolation {}

    /// Its configuration space cannot be read far enough.
    ///
    /// @param reason why it is not known
    record Unknown(String reason) implements Isolation {}

    int INTEL = 0x8086;

    /// Judges a function.
    ///
    /// @param several whether the device has more than this function
    static Isolation of(PciFunction function, boolean several) {
        return switch (function.config()) {
            case Fact.Known<ConfigSpace>(ConfigSpace config, String _) -> of(function, config, several);
            case Fact.Absent<ConfigSpace>(String _) -> new Unknown("there is no configuration space to read");
            case Fact.Unreadable<ConfigSpace>(String _, String reason) -> new Unknown(reason);
        };
    }

    private static Isolation of(PciFunction function, ConfigSpace config, boolean several) {
        return switch (config.express()) {
            case Fact.Absent<ConfigSpace.Express> _ ->
                new Open("is " + (function.hasBusBelow() ? "a conventional PCI bridge" : "no PCI Express device")
                        + " and can have no ACS");
            case Fact.Unreadable<ConfigSpace.Express>(String _, String reason) -> new Unknown(reason);
            case Fact.Known<ConfigSpace.Express>(ConfigSpace.Express express, String _) ->
                switch (express.type()) {
                    case ROOT_PORT, DOWNSTREAM_PORT -> byAcs(config.acs(), express.type());
                    case PCIE_TO_PCI_BRIDGE, PCI_TO_PCIE_BRIDGE, EVENT_COLLECTOR ->
                        new Open("is " + express.type().words() + " and can have no ACS");
                    case INTEGRATED_ENDPOINT ->
                        function.vendorId() == INTEL ? new Kept() : several(config, express.type(), several);
                    case ENDPOINT, LEGACY_ENDPOINT, UPSTREAM_PORT -> several(config, express.type(), several);
                    case UNKNOWN -> new Unknown("its PCI Express type is not known");
                };
        };
    }

    /// A single function has nobody beside it.
    private static Isolation several(ConfigSpace config, PortType type, boolean several) {
        return several || config.multifunction() ? byAcs(config.acs(), type) : new Kept();
    }

    private static Isolation byAcs(Fact<Acs> acs, PortType type) {
        return switch (acs) {
            case Fact.Absent<Acs> _ -> new Open("is " + type.words() + " without ACS");
            case Fact.Unreadable<Acs>(String _, String reason) -> new Unknown(reason);
            case Fact.Known<Acs>(Acs known, String _) ->
                known.missing().isEmpty()
                        ? new Kept()
                        : new Open("is " + type.words() + " with ACS, of which " + words(known.missing())
                                + (known.missing().size() == 1 ? " is off" : " are off"));
        };
    }

    private static String words(List<ConfigSpace.AcsControl> controls) {
        return controls.stream()
                .map(c -> c.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .collect(Collectors.joining(", "));
    }
}
