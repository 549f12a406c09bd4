package dev.nptune.host;

import java.util.List;

/// How a machine boots, so that a change to the kernel's command line goes where it is read.
///
/// @param efi whether it was booted by UEFI firmware
/// @param secureBoot whether the firmware checks signatures
/// @param loaders boot loaders found, in use or not
/// @param initramfs what builds its initramfs: `initramfs-tools`, `dracut`, `mkinitcpio`, `booster`
/// @param displayManager the service that shows the login screen
public record Boot(
        Fact<Boolean> efi,
        Fact<Boolean> secureBoot,
        List<BootLoader> loaders,
        Fact<String> initramfs,
        Fact<String> displayManager) {

    public Boot {
        loaders = List.copyOf(loaders);
    }

    /// One of which nothing was read.
    public static Boot unread(String reason) {
        return new Boot(
                Fact.unreadable("/sys/firmware/efi", reason),
                Fact.unreadable("/sys/firmware/efi/efivars", reason),
                List.of(),
                Fact.unreadable("/boot", reason),
                Fact.unreadable("/etc/systemd/system/display-manager.service", reason));
    }

    /// A boot loader that left traces.
    ///
    /// @param kind which
    /// @param evidence the path that tells
    public record BootLoader(Kind kind, String evidence) {
        /// Boot loaders and what stands in front of them.
        public enum Kind {
            GRUB,
            /// GRUB with Boot Loader Specification entries (Fedora and kin).
            GRUB_BLS,
            SYSTEMD_BOOT,
            LIMINE,
            REFIND,
            /// Unified kernel images, started by the firmware or another loader.
            UKI,
            RPM_OSTREE,
            BOOTC,
            /// Pop!_OS's tool in front of systemd-boot.
            KERNELSTUB
        }
    }
}
