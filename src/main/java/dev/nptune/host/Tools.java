package dev.nptune.host;

/// The virtualization programs on a machine.
///
/// @param qemu version of qemu-system-x86_64
/// @param libvirt version of the libvirt daemon
public record Tools(Fact<String> qemu, Fact<String> libvirt) {}
