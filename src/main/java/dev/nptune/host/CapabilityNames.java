package dev.nptune.host;

/// Numbers and names of PCI capabilities.
final class CapabilityNames {
    static final int POWER_MANAGEMENT = 0x01;
    static final int MSI = 0x05;
    static final int EXPRESS = 0x10;
    static final int MSI_X = 0x11;
    static final int ADVANCED_FEATURES = 0x13;

    static final int ACS = 0x0d;
    static final int ARI = 0x0e;
    static final int ATS = 0x0f;
    static final int SR_IOV = 0x10;
    static final int RESIZABLE_BAR = 0x15;

    private CapabilityNames() {}

    /// In the list below 0x100.
    static String standard(int id) {
        return switch (id) {
            case 0x00 -> "null";
            case POWER_MANAGEMENT -> "power management";
            case 0x02 -> "AGP";
            case 0x03 -> "vital product data";
            case 0x04 -> "slot identification";
            case MSI -> "MSI";
            case 0x06 -> "CompactPCI hot swap";
            case 0x07 -> "PCI-X";
            case 0x08 -> "HyperTransport";
            case 0x09 -> "vendor specific";
            case 0x0a -> "debug port";
            case 0x0b -> "CompactPCI central resource control";
            case 0x0c -> "hot plug";
            case 0x0d -> "bridge subsystem ids";
            case 0x0e -> "AGP 8x";
            case 0x0f -> "secure device";
            case EXPRESS -> "PCI Express";
            case MSI_X -> "MSI-X";
            case 0x12 -> "SATA";
            case ADVANCED_FEATURES -> "advanced features";
            case 0x14 -> "enhanced allocation";
            case 0x15 -> "flattening portal bridge";
            default -> String.format("capability 0x%02x", id);
        };
    }

    /// In the list from 0x100 on.
    static String extended(int id) {
        return switch (id) {
            case 0x00 -> "null";
            case 0x01 -> "advanced error reporting";
            case 0x02, 0x09 -> "virtual channel";
            case 0x03 -> "device serial number";
            case 0x04 -> "power budgeting";
            case 0x05 -> "root complex link declaration";
            case 0x06 -> "root complex internal link control";
            case 0x07 -> "root complex event collector";
            case 0x08 -> "multi-function virtual channel";
            case 0x0a -> "root complex register block";
            case 0x0b -> "vendor specific";
            case ACS -> "access control services";
            case ARI -> "alternative routing-ID";
            case ATS -> "address translation services";
            case SR_IOV -> "single root I/O virtualization";
            case 0x11 -> "multi root I/O virtualization";
            case 0x12 -> "multicast";
            case 0x13 -> "page request interface";
            case RESIZABLE_BAR -> "resizable BAR";
            case 0x16 -> "dynamic power allocation";
            case 0x17 -> "TPH requester";
            case 0x18 -> "latency tolerance reporting";
            case 0x19 -> "secondary PCI Express";
            case 0x1a -> "protocol multiplexing";
            case 0x1b -> "process address space ids";
            case 0x1c -> "LN requester";
            case 0x1d -> "downstream port containment";
            case 0x1e -> "L1 PM substates";
            case 0x1f -> "precision time measurement";
            case 0x20 -> "PCI Express over M-PHY";
            case 0x21 -> "FRS queueing";
            case 0x22 -> "readiness time reporting";
            case 0x23 -> "designated vendor specific";
            case 0x24 -> "virtual function resizable BAR";
            case 0x25 -> "data link feature";
            case 0x26 -> "physical layer 16 GT/s";
            case 0x27 -> "receiver lane margining";
            case 0x28 -> "hierarchy id";
            case 0x29 -> "native PCI Express enclosure management";
            case 0x2a -> "physical layer 32 GT/s";
            case 0x2b -> "alternate protocol";
            case 0x2c -> "system firmware intermediary";
            case 0x2e -> "data object exchange";
            case 0x30 -> "integrity and data encryption";
            default -> String.format("extended capability 0x%04x", id);
        };
    }
}
