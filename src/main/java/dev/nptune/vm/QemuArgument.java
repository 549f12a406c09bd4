package dev.nptune.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// One of QEMU's options with its value.
///
/// @param option its name without hyphens; empty for a bare word, which QEMU takes for a disk image
/// @param value its value; empty for a switch
record QemuArgument(String option, String value) {
    /// Options that take no value.
    private static final Set<String> SWITCHES = Set.of(
            "h",
            "help",
            "version",
            "S",
            "s",
            "nographic",
            "nodefaults",
            "no-user-config",
            "nodefconfig",
            "enable-kvm",
            "no-kvm",
            "no-kvm-irqchip",
            "no-kvm-pit",
            "no-kvm-pit-reinjection",
            "no-reboot",
            "no-shutdown",
            "no-acpi",
            "no-hpet",
            "no-fd-bootchk",
            "snapshot",
            "daemonize",
            "usb",
            "mem-prealloc",
            "full-screen",
            "alt-grab",
            "ctrl-grab",
            "no-frame",
            "no-quit",
            "sdl",
            "curses",
            "portrait",
            "win2k-hack",
            "singlestep",
            "preconfig",
            "only-migratable",
            "enable-fips",
            "rtc-td-hack",
            "localtime",
            "xen-attach",
            "xen-domid-restrict",
            "enable-sync-profile",
            "audio-help",
            "semihosting");

    static List<QemuArgument> read(List<String> words) {
        List<QemuArgument> arguments = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("-") || word.length() < 2) {
                arguments.add(new QemuArgument("", word));
                continue;
            }
            String option = word.substring(word.startsWith("--") ? 2 : 1);
            if (SWITCHES.contains(option) || i + 1 == words.size()) {
                arguments.add(new QemuArgument(option, ""));
            } else {
                arguments.add(new QemuArgument(option, words.get(++i)));
            }
        }
        return arguments;
    }

    /// As it would be typed, without quotes.
    String text() {
        return option.isEmpty() ? value : value.isEmpty() ? "-" + option : "-" + option + " " + value;
    }

    @Override
    public String toString() {
        return text();
    }
}
