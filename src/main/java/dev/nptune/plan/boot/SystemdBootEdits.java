package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.CommandLine;
import dev.nptune.plan.boot.LoaderPlan.Edit;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import dev.nptune.plan.boot.LoaderPlan.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// systemd-boot with an entry in a file for each kernel. Only the running kernel's is edited; the others stay what a
/// machine can still be started with.
final class SystemdBootEdits {
    private static final String KERNEL_CMDLINE = "/etc/kernel/cmdline";
    /// openSUSE's tool for entries, a script.
    static final String SDBOOTUTIL = "/usr/bin/sdbootutil";

    private static final String MANAGE = "/etc/sdboot-manage.conf";
    private static final String COUNTED = ".*\\+\\d+(-\\d+)?\\.conf";

    private SystemdBootEdits() {}

    private record Entry(String path, EntryText text) {
        String linux() {
            return text.value("linux").orElse("");
        }

        /// The kernel's release, where the entry says it. openSUSE's sdbootutil puts the number of a snapshot before
        /// it.
        Optional<String> version() {
            return text.value("version").map(v -> v.replaceFirst("^\\d+@", ""));
        }

        boolean isFallback() {
            return (path + text.value("title").orElse("") + text.values("initrd")).contains("fallback");
        }
    }

    static Edits plan(Site site) {
        Entry entry = running(site);
        if (entry.path().matches(COUNTED)) {
            throw new Impossible(
                    entry.path() + " is on trial: it has a counter in its name",
                    "Once the boot was found good the counter goes (`systemctl status systemd-bless-boot`); then plan"
                            + " again.");
        }
        List<Edit> edits = new ArrayList<>();
        String after = entry.text().edited(site.edit());
        if (!after.equals(entry.text().text())) {
            edits.add(new Edit(entry.path(), entry.text().text(), after, Role.ENTRY));
        }
        List<String> notes = new ArrayList<>(List.of("Only " + entry.path()
                + ", the entry of the running kernel, is edited; the other entries start the machine as before."));
        nextKernels(site, entry, edits, notes);
        return new Edits(Kind.SYSTEMD_BOOT, edits, List.of(), Optional.empty(), notes);
    }

    private static Entry running(Site site) {
        List<Entry> all = site.entries(Kind.SYSTEMD_BOOT).stream()
                .map(path -> new Entry(path, new EntryText(site.text(path))))
                .filter(e -> !e.linux().isEmpty())
                .toList();
        Optional<Entry> newer = all.stream()
                .filter(e -> e.version()
                        .filter(v -> !site.release().isEmpty() && Versions.compare(v, site.release()) > 0)
                        .isPresent())
                .findFirst();
        if (newer.isPresent()) {
            throw new Impossible(
                    newer.get().path() + " is the entry of a newer kernel than the running one",
                    "Reboot into the newer kernel first, or remove it, then plan again.");
        }
        Running running = new Running(site);
        List<Entry> fitting = all.stream()
                .filter(e -> running.mayBe(e.version().orElse(e.linux())))
                .filter(e -> running.hasArguments(e.text().options()))
                .toList();
        fitting = narrowed(fitting, e -> initrds(site).equals(imagesOf(e)));
        fitting = narrowed(fitting, e -> !e.isFallback());
        if (fitting.size() != 1) {
            throw new Impossible(
                    fitting.isEmpty()
                            ? "No entry of systemd-boot has the kernel and the arguments that are running"
                            : "Several entries have the kernel and the arguments that are running: "
                                    + String.join(
                                            ", ",
                                            fitting.stream().map(Entry::path).toList()),
                    bySdbootutil(site)
                            .orElse("`bootctl status` shows the entry in use; in its options line, " + site.wanted()
                                    + "."));
        }
        return fitting.getFirst();
    }

    /// How openSUSE's own tool does it, which writes the entries of all kernels and snapshots; empty if it is not
    /// there.
    static Optional<String> bySdbootutil(Site site) {
        return site.has(SDBOOTUTIL)
                ? Optional.of(
                        "In " + KERNEL_CMDLINE + ", " + site.wanted() + ", then run `sdbootutil update-all-entries`.")
                : Optional.empty();
    }

    private static List<Entry> narrowed(List<Entry> entries, Predicate<Entry> by) {
        List<Entry> narrower = entries.stream().filter(by).toList();
        return entries.size() > 1 && !narrower.isEmpty() ? narrower : entries;
    }

    private static List<String> initrds(Site site) {
        return CommandLine.parse(site.host().kernel().commandLine().get().orElse("")).values("initrd").stream()
                .map(SystemdBootEdits::path)
                .toList();
    }

    private static List<String> imagesOf(Entry entry) {
        return entry.text().values("initrd").stream()
                .map(SystemdBootEdits::path)
                .toList();
    }

    /// Paths on a FAT file system, by either kind of slash.
    private static String path(String written) {
        return written.replace('\\', '/').replaceFirst("^/*", "/").toLowerCase(Locale.ROOT);
    }

    private static void nextKernels(Site site, Entry entry, List<Edit> edits, List<String> notes) {
        if (site.configured(Kind.SYSTEMD_BOOT).contains(KERNEL_CMDLINE)) {
            String text = site.text(KERNEL_CMDLINE);
            String after = CommandLineFile.edited(text, site.edit());
            if (!after.equals(text)) {
                edits.add(new Edit(KERNEL_CMDLINE, text, after, Role.SETTINGS));
            }
            notes.add(KERNEL_CMDLINE + " has the arguments of the next kernel's entry.");
        } else if (isMadeByKernelInstall(entry.text())) {
            if (!edits.isEmpty()) {
                String options = new EntryText(edits.getFirst().after()).options();
                edits.add(new Edit(KERNEL_CMDLINE, null, options + "\n", Role.SETTINGS));
            }
            notes.add("kernel-install makes the entries here, and takes the next kernel's arguments from "
                    + KERNEL_CMDLINE + ".");
        } else if (manage(site, edits)) {
            notes.add(
                    "sdboot-manage makes the entries here, from " + MANAGE + ", and without counters: a kernel that is"
                            + " installed before the reboot has the new arguments too, and is not on trial.");
        } else {
            notes.add("The entry is not kernel-install's; an entry that is made for another kernel needs the same"
                    + " arguments.");
        }
    }

    /// `/TOKEN/RELEASE/linux`, as kernel-install lays them out.
    static boolean isMadeByKernelInstall(EntryText entry) {
        return entry.value("version")
                .filter(v -> entry.value("linux").orElse("").endsWith("/" + v + "/linux"))
                .isPresent();
    }

    /// The settings of systemd-boot-manager, which makes entries on Manjaro and CachyOS.
    private static boolean manage(Site site, List<Edit> edits) {
        String text = site.files().getOrDefault(MANAGE, "");
        try {
            if (ShellFile.parse(text).stream().noneMatch(a -> a.name().equals("LINUX_OPTIONS"))) {
                return false;
            }
            String after = new ShellSettings(new LinkedHashMap<>(Map.of(MANAGE, text)), List.of("LINUX_OPTIONS"))
                    .edit(site.edit())
                    .files()
                    .getOrDefault(MANAGE, text);
            if (!after.equals(text)) {
                edits.add(new Edit(MANAGE, text, after, Role.SETTINGS));
            }
            return true;
        } catch (ShellFile.Unclear | IllegalArgumentException _) {
            return false;
        }
    }
}
