package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Virtualization.Descriptor;
import dev.nptune.host.Virtualization.Firmware;
import dev.nptune.vm.GuestKind;
import dev.nptune.vm.NewNetwork;
import dev.nptune.vm.NewSound;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether the host has the programs and firmware that a new VM needs.
final class NewVmSoftware {
    private static final String OVMF = "install OVMF: package ovmf on Debian and Ubuntu, edk2-ovmf on Fedora and Arch,"
            + " qemu-ovmf-x86_64 on openSUSE";

    private NewVmSoftware() {}

    static String words(GuestKind guest) {
        return switch (guest) {
            case WINDOWS_11 -> "Windows 11";
            case WINDOWS_10 -> "Windows 10";
            case LINUX -> "Linux";
        };
    }

    /// What is known to be missing.
    static Optional<Refusal> missing(Host host, NewVm wish) {
        return libvirt(host, wish).or(() -> firmware(host, wish)).or(() -> tpm(host, wish));
    }

    /// Of what is written into a new VM, `<audio>` and evdev input came with libvirt 7.4, the last of all.
    /// Source: libvirt, `docs/formatdomain.rst` and `NEWS.rst`
    private static Optional<Refusal> libvirt(Host host, NewVm wish) {
        Fact<String> version = host.tools().libvirt();
        if (!HostFacts.atLeast(version, 7, 4)) {
            return Optional.of(new Refusal(
                    "a new VM needs libvirt 7.4, and this is " + version.get().orElse("not known"),
                    "install a newer libvirt"));
        }
        if (wish.sound() instanceof NewSound.Pipewire && !HostFacts.atLeast(version, 9, 10)) {
            return Optional.of(new Refusal(
                    "sound through PipeWire needs libvirt 9.10, and this is "
                            + version.get().orElse("not known"),
                    "let PipeWire serve it as PulseAudio does: --sound pulse:/run/user/1000/pulse/native; or --sound"
                            + " spice"));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> firmware(Host host, NewVm wish) {
        List<Firmware> all = host.virtualization().firmware();
        if (all.isEmpty() || all.stream().anyMatch(f -> !(f.descriptor() instanceof Fact.Known))) {
            return Optional.empty();
        }
        List<Descriptor> uefi = uefi(all);
        if (uefi.isEmpty()) {
            return Optional.of(new Refusal("QEMU has no UEFI firmware here: libvirt finds none described", OVMF));
        }
        if (wish.guest().secured() && uefi.stream().noneMatch(d -> d.features().contains("secure-boot"))) {
            return Optional.of(new Refusal(
                    "none of QEMU's UEFI firmware here has Secure Boot, which Windows 11 wants",
                    OVMF + "; look for OVMF_CODE.secboot.fd, or OVMF_CODE_4M.ms.fd"));
        }
        return Optional.empty();
    }

    private static List<Descriptor> uefi(List<Firmware> all) {
        return all.stream()
                .flatMap(f -> f.descriptor().get().stream())
                .filter(d -> d.interfaces().contains("uefi"))
                .filter(d -> d.targets().containsKey("x86_64"))
                .toList();
    }

    private static Optional<Refusal> tpm(Host host, NewVm wish) {
        return wish.guest().secured() && host.virtualization().swtpm() instanceof Fact.Absent
                ? Optional.of(new Refusal(
                        "swtpm is not installed, which gives the VM the TPM that Windows 11 wants",
                        "install swtpm: package swtpm, with swtpm-tools on Debian, Ubuntu and Fedora"))
                : Optional.empty();
    }

    /// What a person should know of it.
    static List<String> notes(Host host, NewVm wish) {
        List<String> notes = new ArrayList<>();
        List<Firmware> firmware = host.virtualization().firmware();
        if (firmware.isEmpty() || uefi(firmware).isEmpty()) {
            notes.add("not known: whether QEMU's UEFI firmware is installed"
                    + (host.virtualization().firmwareFiles().isEmpty() ? "" : " with a description for libvirt")
                    + " (/usr/share/qemu/firmware tells nothing); if libvirt finds none, " + OVMF);
        }
        if (wish.guest().secured()
                && host.virtualization().swtpm() instanceof Fact.Unreadable<String>(String source, String reason)) {
            notes.add("not known: whether swtpm is installed (" + source + ": " + reason + "); Windows 11 wants the TPM"
                    + " that it emulates");
        }
        if (wish.guest().windows()) {
            if (!HypervPlan.possible(host)) {
                notes.add("without Hyper-V enlightenments: together they take Linux 5.0 and QEMU 4.1, or the VM does"
                        + " not start, and this machine's are older or not known; plan it again once they are");
            }
            windows(wish, notes);
        }
        return notes;
    }

    private static void windows(NewVm wish, List<String> notes) {
        String iso = wish.isos().size() > 1 ? "" : ": give that as a second --iso";
        if (!wish.disks().isEmpty()) {
            notes.add("Windows' installer sees the virtio disk once you load viostor from the virtio-win ISO" + iso
                    + ".");
        }
        if (wish.guest() == GuestKind.WINDOWS_11 && !(wish.network() instanceof NewNetwork.None)) {
            notes.add("Windows 11's setup asks for a network and has none before its driver: load NetKVM from the"
                    + " virtio-win ISO" + iso + ".");
        }
    }
}
