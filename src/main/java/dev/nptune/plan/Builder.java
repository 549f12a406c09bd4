package dev.nptune.plan;

import java.util.List;

/// Programs of the system that build what it boots from. A plan names one of these and never a command line, so that a
/// plan from elsewhere can have nothing else run.
public enum Builder {
    /// GRUB's menu from `/etc/default/grub` and `/etc/grub.d`.
    GRUB_MKCONFIG("grub-mkconfig -o @OUT@"),
    /// The same as Fedora and openSUSE name it.
    GRUB2_MKCONFIG("grub2-mkconfig -o @OUT@"),
    /// An initramfs by initramfs-tools.
    MKINITRAMFS("mkinitramfs -o @OUT@ @KERNEL@"),
    /// An initramfs by dracut.
    DRACUT("dracut --force @OUT@ @KERNEL@"),
    /// An initramfs by mkinitcpio with its main configuration.
    MKINITCPIO("mkinitcpio --kernel @KERNEL@ --generate @OUT@"),
    /// All images of all presets by mkinitcpio, unified kernel images among them.
    MKINITCPIO_PRESETS("mkinitcpio --allpresets"),
    /// The images and entries of all kernels, as limine-mkinitcpio-hook of CachyOS and others has it.
    LIMINE_MKINITCPIO("limine-mkinitcpio"),
    /// Only the entries, by limine-entry-tool.
    LIMINE_UPDATE("limine-update"),
    /// Pop!_OS's entries.
    KERNELSTUB("kernelstub"),
    /// A kernel's image and entry by kernel-install, from what is installed of it.
    KERNEL_INSTALL("kernel-install add @KERNEL@ /lib/modules/@KERNEL@/vmlinuz");

    private final String commandLine;

    Builder(String commandLine) {
        this.commandLine = commandLine;
    }

    /// The program's name.
    public String program() {
        return words().getFirst();
    }

    /// Whether it writes where it always does; if not, where it is told to.
    public boolean inPlace() {
        return !words().contains("@OUT@");
    }

    /// The command line.
    ///
    /// @param kernel the kernel's release
    /// @param output where it is to write, if it is told
    public List<String> argv(String kernel, String output) {
        return words().stream()
                .map(word -> word.equals("@OUT@") ? output : word.replace("@KERNEL@", kernel))
                .toList();
    }

    private List<String> words() {
        return List.of(commandLine.split(" "));
    }
}
