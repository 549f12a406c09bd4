package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Set;

/// Rules about Looking Glass, which shows the guest's picture in a window of the host.
final class LookingGlassRules {
    /// What a picture of 1920 × 1080 takes, the smallest that anybody plays at.
    private static final long SMALLEST = 32L << 20;

    private static final Set<String> COMPOSITORS = Set.of(
            "gnome-shell",
            "kwin_wayland",
            "kwin_x11",
            "cinnamon",
            "picom",
            "compton",
            "compiz",
            "mutter",
            "cosmic-comp",
            "Hyprland",
            ".Hyprland-wrapp");

    private LookingGlassRules() {}

    static List<Rule> all() {
        return List.of(KVMFR, HOST_GUI);
    }

    private static final Rule KVMFR = Rule.of("kvmfr", Category.GRAPHICS, Severity.MEDIUM, Need.DOMAIN, Need.MODULES)
            .title("Looking Glass cannot take frames from the guest's memory directly")
            .effect("Over /dev/shm the host's GPU cannot import frames: the CPU copies each. Too small: no picture.")
            .fix("Load kvmfr (static_size_mb=64 for 1440p, 128 for 4K) and map /dev/kvmfr0 by <qemu:commandline>.")
            .risk("An out-of-tree module; libvirt's cgroup and AppArmor must allow /dev/kvmfr0.")
            .source("gnif/LookingGlass install_libvirt.rst")
            .when(LookingGlassRules::kvmfr);

    private static void kvmfr(Host host, Domain domain, Examination notes) {
        for (LookingGlass memory : LookingGlass.of(domain)) {
            if (!memory.inModule()) {
                notes.found(memory.path(), memory.file(), "/dev/kvmfr0");
            } else if (HostFacts.module(host, "kvmfr", notes).isEmpty()
                    && !host.kernel().modules().isEmpty()) {
                notes.found("/sys/module/kvmfr", "(absent): QEMU makes " + memory.file() + " a regular file", "loaded");
            }
            memory.bytes()
                    .filter(b -> b < SMALLEST)
                    .ifPresent(b -> notes.found(
                            memory.path(), HostFacts.size(b), "32 MiB for 1080p, 64 for 1440p, 128 for 4K"));
        }
    }

    private static final Rule HOST_GUI = Rule.of(
                    "host-gui",
                    Category.GRAPHICS,
                    Severity.INFORMATION,
                    Need.DOMAIN,
                    Need.GRAPHICS,
                    Need.VIRTUALIZATION)
            .title("The host's compositor paces what Looking Glass shows")
            .effect("Uneven frames in its window may come from the host's desktop, not from the VM.")
            .fix("Give both screens the same refresh rate, run the client full screen, and compare with a monitor.")
            .source("gnif/LookingGlass performance.rst")
            .when((host, domain, notes) -> {
                if (LookingGlass.of(domain).isEmpty()) {
                    return;
                }
                notes.read(host.virtualization().processes());
                HostFacts.gap(host, "/proc", notes);
                host.graphics().holders().stream()
                        .filter(h -> COMPOSITORS.contains(h.process()))
                        .forEach(h -> notes.found(
                                "/proc/" + h.pid() + "/fd", h.process() + " has " + h.device(), "known, not changed"));
            });
}
