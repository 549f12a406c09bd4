package dev.nptune.lab.debian;

/// How a Debian of the lab boots.
public enum DebianVariant {
    /// BIOS, MBR, GRUB, initramfs-tools.
    GRUB_INITRAMFS_TOOLS("grub-initramfs-tools", 0),
    /// UEFI, GPT, systemd-boot with its kernels on the EFI system partition, initramfs-tools.
    SYSTEMD_BOOT_INITRAMFS_TOOLS("systemd-boot-initramfs-tools", 128),
    /// BIOS, MBR, GRUB, dracut.
    GRUB_DRACUT("grub-dracut", 0);

    private static final long MIB = 1L << 20;

    private final String label;
    private final int espMib;

    DebianVariant(String label, int espMib) {
        this.label = label;
        this.espMib = espMib;
    }

    /// As the scripts call it, and files are named.
    public String label() {
        return label;
    }

    /// Whether UEFI firmware boots it.
    public boolean uefi() {
        return espMib > 0;
    }

    /// Where the first partition begins on the disk, in bytes; with [#uefi] it is the EFI system partition.
    long firstPartition() {
        return MIB;
    }

    /// Where the root file system begins on the disk, in bytes.
    long rootPartition() {
        return (1 + espMib) * MIB;
    }
}
