package dev.nptune.plan;

/// When a passed graphics card goes to vfio-pci.
public enum Binding {
    /// At boot where the host's programs hold it and nothing would take it from them, if the host has another
    /// card; else when the VM starts.
    AUTO,
    /// At boot: the host never has it.
    BOOT,
    /// When the VM starts, by libvirt, and back to the host afterwards.
    START
}
