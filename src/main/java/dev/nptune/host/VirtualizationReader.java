package dev.nptune.host;

/// Reads what VMs there are and how they run.
final class VirtualizationReader {
    private VirtualizationReader() {}

    static Virtualization read(Tree tree) {
        return Virtualization.none();
    }
}
