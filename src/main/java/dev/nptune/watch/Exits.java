package dev.nptune.watch;

import java.nio.file.Path;

/// Whom to ask for KVM's counters of each vCPU.
public sealed interface Exits {
    /// QEMU, by a monitor of its own for that (`-qmp unix:FILE,server=on,wait=off`); libvirt's own is taken.
    record Monitor(Path socket) implements Exits {}

    /// libvirt.
    ///
    /// @param uri where it listens
    /// @param domain the domain's name
    record Libvirt(String uri, String domain) implements Exits {}

    /// Nobody.
    ///
    /// @param why what it would take
    record Nobody(String why) implements Exits {}
}
