package dev.nptune.host;

import java.util.List;

/// The commands whose answers belong to a machine, because no file holds what they tell. All only read.
public enum Command {
    /// Version of QEMU.
    QEMU_VERSION("qemu-version", "qemu-system-x86_64 --version"),
    /// Version of the libvirt daemon, asked through its read-only socket.
    LIBVIRT_VERSION("libvirt-version", "virsh --readonly --connect qemu:///system version --daemon"),
    /// Version of libvirt's one daemon.
    LIBVIRTD_VERSION("libvirtd-version", "libvirtd --version"),
    /// Version of libvirt's daemon for QEMU, where there is one for each driver.
    VIRTQEMUD_VERSION("virtqemud-version", "virtqemud --version"),
    /// The kernel's log; root only where `kernel.dmesg_restrict` is set.
    KERNEL_LOG("kernel-log", "dmesg");

    private final String key;
    private final String line;

    Command(String key, String line) {
        this.key = key;
        this.line = line;
    }

    /// Name of the file that holds the answer in a snapshot.
    public String key() {
        return key;
    }

    /// Program and arguments.
    public List<String> argv() {
        return List.of(line.split(" "));
    }

    /// The command as a person would type it.
    public String line() {
        return line;
    }
}
