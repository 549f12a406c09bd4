package dev.nptune.host;

import java.util.List;
import java.util.Objects;

/// How a machine boots, so that a change to the kernel's command line goes where it is read.
///
/// @param efi whether it was booted by UEFI firmware
/// @param secureBoot whether the firmware checks signatures; absent without UEFI
/// @param lockdown how far root is kept from the kernel: `none`, `integrity`, `confidentiality`
/// @param loaders boot loaders found, in use or not
/// @param loader the one that started the running kernel, where that can be told
/// @param manager what stands between the configuration and that loader: it writes the loader's entries and would
///     overwrite an edit of them, or it holds the command line itself (a unified kernel image); absent if there is
///     none
/// @param initramfs what builds its initramfs: `initramfs-tools`, `dracut`, `mkinitcpio`, `booster`
/// @param initramfsConfig the files that say what goes into it
/// @param displayManager the service that shows the login screen
/// @param displayManagerUnit the unit of systemd's in which a login screen runs now, such as `gdm.service`; absent if
///     none does
/// @param images initramfs images of installed kernels, as files of their own; one that is part of a unified kernel
///     image, or of an installed kernel whose image was not found, is not among them
public record Boot(
        Fact<Boolean> efi,
        Fact<Boolean> secureBoot,
        Fact<String> lockdown,
        List<BootLoader> loaders,
        Fact<InUse> loader,
        Fact<InUse> manager,
        Fact<String> initramfs,
        List<String> initramfsConfig,
        Fact<String> displayManager,
        Fact<String> displayManagerUnit,
        List<BootImage> images) {

    public Boot {
        loaders = List.copyOf(loaders);
        initramfsConfig = List.copyOf(initramfsConfig);
        images = List.copyOf(images);
    }

    /// One of which nothing was read.
    public static Boot unread(String reason) {
        return new Boot(
                Fact.unreadable("/sys/firmware/efi", reason),
                Fact.unreadable("/sys/firmware/efi/efivars", reason),
                Fact.unreadable("/sys/kernel/security/lockdown", reason),
                List.of(),
                Fact.unreadable("/boot", reason),
                Fact.unreadable("/boot", reason),
                Fact.unreadable("/boot", reason),
                List.of(),
                Fact.unreadable("/etc/systemd/system/display-manager.service", reason),
                Fact.unreadable("/proc", reason),
                List.of());
    }

    /// An initramfs image.
    ///
    /// @param path where it is
    /// @param kernel the release of the kernel it belongs to, whose modules are installed
    /// @param spare whether it is only for the case that the usual one fails: mkinitcpio's fallback
    public record BootImage(String path, String kernel, boolean spare) {
        public BootImage {
            Objects.requireNonNull(path);
            Objects.requireNonNull(kernel);
        }
    }

    /// A boot loader that left traces.
    ///
    /// @param kind which
    /// @param evidence the path that tells
    /// @param commandLineFiles files in which the kernel's command line is configured for it, the one to edit
    ///     first; for [Kind#RPM_OSTREE] and [Kind#BOOTC] what they keep themselves and only their own tools may
    ///     change
    public record BootLoader(Kind kind, String evidence, List<String> commandLineFiles) {
        public BootLoader {
            Objects.requireNonNull(kind);
            Objects.requireNonNull(evidence);
            commandLineFiles = List.copyOf(commandLineFiles);
        }

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

    /// The one of several that counts.
    ///
    /// @param kind which
    /// @param reason what tells, in a few words
    public record InUse(BootLoader.Kind kind, String reason) {
        public InUse {
            Objects.requireNonNull(kind);
            Objects.requireNonNull(reason);
        }
    }
}
