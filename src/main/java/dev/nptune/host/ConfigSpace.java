package dev.nptune.host;

import java.util.List;
import java.util.Optional;

/// A function's configuration space, decoded.
///
/// A capability that the lists do not name is absent. Where a list could not be read to its end (only root may read
/// beyond the first 64 bytes), what was not met before is unreadable, not absent.
///
/// @param headerType 0 endpoint, 1 PCI bridge, 2 CardBus bridge
/// @param multifunction whether the device says that it has several functions
/// @param buses bus numbers of a bridge; absent for what is none
/// @param capabilities the list that starts below 0x100
/// @param extendedCapabilities the list of PCI Express that starts at 0x100
/// @param express PCI Express; absent for a conventional PCI device
/// @param powerManagement power management
/// @param msi message-signalled interrupts
/// @param msiX message-signalled interrupts with a table
/// @param functionLevelReset whether the function can be reset alone (FLR)
/// @param acs access control services: whether what is below or beside is kept apart
/// @param ari whether it uses alternative routing-IDs
/// @param ats whether address translation services are on; absent if it has none
/// @param srIov virtual functions
/// @param resizableBars BARs whose size can be changed
public record ConfigSpace(
        int headerType,
        boolean multifunction,
        Fact<Buses> buses,
        Fact<List<Capability>> capabilities,
        Fact<List<Capability>> extendedCapabilities,
        Fact<Express> express,
        Fact<PowerManagement> powerManagement,
        Fact<Msi> msi,
        Fact<MsiX> msiX,
        Fact<Boolean> functionLevelReset,
        Fact<Acs> acs,
        Fact<Boolean> ari,
        Fact<Boolean> ats,
        Fact<SrIov> srIov,
        Fact<List<PciResources.ResizableBar>> resizableBars) {

    /// Decodes bytes; as many as there are.
    ///
    /// @param source what the facts name as theirs
    /// @throws IllegalArgumentException if it is not at least a whole header, or the device does not answer
    public static ConfigSpace decode(String source, byte[] bytes) {
        return new ConfigDecoder(source, ConfigBytes.of(bytes)).decode();
    }

    /// A capability in one of the lists.
    ///
    /// @param id its number in that list
    /// @param version of an extended one, 0 otherwise
    /// @param offset where it is
    /// @param name what the PCI specifications call it
    public record Capability(int id, int version, int offset, String name) {}

    /// Bus numbers of a bridge.
    ///
    /// @param primary the bus above
    /// @param secondary the bus directly below
    /// @param subordinate the highest bus below
    public record Buses(int primary, int secondary, int subordinate) {}

    /// The PCI Express capability.
    ///
    /// @param type what kind of device or port
    /// @param slotImplemented whether a port leads to a slot and not to a part of the board
    /// @param slot the number of that slot; absent without one
    /// @param functionLevelReset whether the FLR bit is set
    /// @param maxSpeed gigatransfers per second of the link at most; absent if it has no
    ///     link
    /// @param maxWidth lanes at most
    /// @param currentSpeed gigatransfers per second now
    /// @param currentWidth lanes now; 0 without a link
    public record Express(
            PortType type,
            boolean slotImplemented,
            Fact<Integer> slot,
            boolean functionLevelReset,
            Fact<Double> maxSpeed,
            Fact<Integer> maxWidth,
            Fact<Double> currentSpeed,
            Fact<Integer> currentWidth) {}

    /// Device and port types of PCI Express.
    public enum PortType {
        ENDPOINT(0, "an endpoint"),
        LEGACY_ENDPOINT(1, "a legacy endpoint"),
        ROOT_PORT(4, "a root port"),
        UPSTREAM_PORT(5, "an upstream switch port"),
        DOWNSTREAM_PORT(6, "a downstream switch port"),
        PCIE_TO_PCI_BRIDGE(7, "a PCI Express to PCI bridge"),
        PCI_TO_PCIE_BRIDGE(8, "a PCI to PCI Express bridge"),
        INTEGRATED_ENDPOINT(9, "a root complex integrated endpoint"),
        EVENT_COLLECTOR(10, "a root complex event collector"),
        UNKNOWN(-1, "a device of unknown type");

        private final int code;
        private final String words;

        PortType(int code, String words) {
            this.code = code;
            this.words = words;
        }

        /// For people, with its article.
        public String words() {
            return words;
        }

        static PortType of(int code) {
            for (PortType type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            return UNKNOWN;
        }
    }

    /// The power management capability.
    ///
    /// @param state D0 to D3
    /// @param noSoftReset whether it keeps its state through D3hot, so that `pm` is no reset
    public record PowerManagement(int state, boolean noSoftReset) {}

    /// The MSI capability.
    ///
    /// @param enabled whether in use
    /// @param vectors how many it asks for
    public record Msi(boolean enabled, int vectors) {}

    /// The MSI-X capability.
    ///
    /// @param enabled whether in use
    /// @param vectors size of its table
    public record MsiX(boolean enabled, int vectors) {}

    /// The capability for virtual functions.
    ///
    /// @param enabled whether virtual functions exist now
    /// @param virtualFunctions how many there are now
    /// @param total how many there can be
    public record SrIov(boolean enabled, int virtualFunctions, int total) {}

    /// Access control services.
    ///
    /// @param capable what can be switched, in bit order
    /// @param enabled what is switched on, in bit order
    public record Acs(List<AcsControl> capable, List<AcsControl> enabled) {
        public Acs {
            capable = List.copyOf(capable);
            enabled = List.copyOf(enabled);
        }

        /// What the kernel asks for before it takes two devices apart and this one has off.
        ///
        /// What cannot be switched counts as always on.
        List<AcsControl> missing() {
            return AcsControl.NEEDED.stream()
                    .filter(control -> capable.contains(control) && !enabled.contains(control))
                    .toList();
        }
    }

    /// The bits of access control services, in order from bit 0.
    public enum AcsControl {
        SOURCE_VALIDATION(0),
        TRANSLATION_BLOCKING(1),
        REQUEST_REDIRECT(2),
        COMPLETION_REDIRECT(3),
        UPSTREAM_FORWARDING(4),
        EGRESS_CONTROL(5),
        DIRECT_TRANSLATED_P2P(6);

        static final List<AcsControl> NEEDED =
                List.of(SOURCE_VALIDATION, REQUEST_REDIRECT, COMPLETION_REDIRECT, UPSTREAM_FORWARDING);

        private final int bit;

        AcsControl(int bit) {
            this.bit = bit;
        }

        int mask() {
            return 1 << bit;
        }
    }

    Optional<PortType> portType() {
        return express.get().map(Express::type);
    }
}
