package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.plan.boot.LoaderPlan.Edit;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import dev.nptune.plan.boot.LoaderPlan.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// GRUB that reads an entry for each kernel from `/boot/loader/entries`, as Fedora and its kin have it.
///
/// Their `grubby` edits the same files. New kernels get their arguments from `/etc/kernel/cmdline`. `grub2-mkconfig`
/// writes the arguments of `/etc/default/grub` into all entries, some versions each time and others if they are asked
/// to; so nothing here has the menu built anew. Source: Fedora's grub2, `20-grub.install` and `10_linux`; RHEL's
/// `grub2-mkconfig --update-bls-cmdline`.
final class GrubEntryEdits {
    private static final String KERNEL_CMDLINE = "/etc/kernel/cmdline";

    /// The entry for emergencies, which stays as it is for them.
    private static final String RESCUE = "-0-rescue";

    private GrubEntryEdits() {}

    static Edits plan(Site site) {
        List<String> configured = site.configured(Kind.GRUB_BLS);
        List<Edit> edits = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<String> entries = site.entries(Kind.GRUB_BLS).stream()
                .filter(path -> !path.contains(RESCUE))
                .toList();
        if (entries.isEmpty()) {
            throw new Impossible(
                    "The entries in /boot/loader/entries, which GRUB reads, could not be listed",
                    "Run the plan as root, or: " + grubby(site));
        }
        for (String path : entries) {
            EntryText entry = new EntryText(site.text(path));
            if (entry.options().contains("$kernelopts")) {
                throw new Impossible(
                        path + " takes its arguments from GRUB's environment block ($kernelopts)",
                        "Run: " + grubby(site));
            }
            if (entry.value("linux").isPresent()) {
                add(edits, path, entry.text(), entry.edited(site.edit()), Role.ENTRY);
            }
        }
        if (configured.contains(GrubEdits.SETTINGS)) {
            ShellSettings.Edited edited = GrubEdits.settings(site);
            edits.addAll(GrubEdits.edits(site, edited));
            notes.add(GrubEdits.why(edited.target()));
        }
        if (configured.contains(KERNEL_CMDLINE)) {
            String text = site.text(KERNEL_CMDLINE);
            add(edits, KERNEL_CMDLINE, text, CommandLineFile.edited(text, site.edit()), Role.SETTINGS);
        }
        notes.add("GRUB reads the entries themselves, so its menu needs not be built anew for them; "
                + GrubEdits.SETTINGS + " and " + KERNEL_CMDLINE + " are for kernels to come.");
        notes.add("The system's own tool would do the same: `" + grubby(site)
                + "`; `grubby --info=ALL` shows all entries.");
        return new Edits(Kind.GRUB_BLS, edits, List.of(), Optional.empty(), notes);
    }

    private static void add(List<Edit> edits, String path, String before, String after, Role role) {
        if (!after.equals(before)) {
            edits.add(new Edit(path, before, after, role));
        }
    }

    /// The command that changes all entries.
    static String grubby(Site site) {
        String drop = String.join(" ", site.edit().drop());
        String add = String.join(" ", site.written());
        return "grubby --update-kernel=ALL" + (drop.isEmpty() ? "" : " --remove-args='" + drop + "'")
                + (add.isEmpty() ? "" : " --args='" + add + "'");
    }
}
