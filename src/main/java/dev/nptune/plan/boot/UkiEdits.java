package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.Boot.InUse;
import dev.nptune.host.CommandLine;
import dev.nptune.host.CommandLine.Parameter;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.boot.LoaderPlan.Edit;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import dev.nptune.plan.boot.LoaderPlan.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Unified kernel images, which hold their command line.
///
/// mkinitcpio takes it from `/etc/cmdline.d/*.conf`, or else from `/etc/kernel/cmdline`; kernel-install from the
/// latter.
final class UkiEdits {
    private static final String KERNEL_CMDLINE = "/etc/kernel/cmdline";
    private static final String PRESETS = "/etc/mkinitcpio.d";
    private static final Pattern IMAGE =
            Pattern.compile("(?m)^[ \\t]*\\w+_(uki|image)=[\"']?(/[^\"'\\s]+)[\"']?[ \\t]*$");
    private static final Pattern LAYOUT = Pattern.compile("(?m)^[ \\t]*layout=[\"']?uki[\"']?[ \\t]*$");
    private static final Pattern DRACUT =
            Pattern.compile("(?m)^[ \\t]*(uefi=[\"']?yes[\"']?|kernel_cmdline\\+?=.*)[ \\t]*$");

    private UkiEdits() {}

    static Edits plan(Site site) {
        if (site.host()
                .boot()
                .loader()
                .get()
                .map(InUse::kind)
                .filter(Kind.UKI::equals)
                .isPresent()) {
            throw new Impossible(
                    "The firmware starts the unified kernel image itself, so no menu would offer the old one if the"
                            + " new one did not come up",
                    "Run `bootctl install`, which puts systemd-boot and its menu in front of the images, reboot, then"
                            + " plan again.");
        }
        List<String> presets = site.in(PRESETS, ".preset").stream()
                .filter(p -> images(site, p, "uki").findAny().isPresent())
                .toList();
        boolean installed = LAYOUT.matcher(site.files().getOrDefault("/etc/kernel/install.conf", ""))
                .find();
        if (presets.isEmpty() && dracut(site)) {
            throw new Impossible(
                    "dracut builds the images here, and has its own place for their arguments",
                    "In kernel_cmdline= of a file in /etc/dracut.conf.d, " + site.wanted()
                            + ", then run `dracut --force --regenerate-all`.");
        }
        if (presets.isEmpty() && !installed) {
            throw new Impossible("What builds the unified kernel images here was not found", byHand(site));
        }
        List<Edit> edits = edits(site, !presets.isEmpty());
        List<String> notes = new ArrayList<>();
        notes.add("The arguments are part of the images; what the boot loader's menu says of them does not count.");
        List<Change.Rebuild> rebuilds =
                edits.isEmpty() ? List.of() : List.of(presets.isEmpty() ? byKernelInstall(site) : byPresets(site));
        return new Edits(Kind.UKI, edits, rebuilds, Optional.empty(), notes);
    }

    private static boolean dracut(Site site) {
        return Stream.concat(Stream.of("/etc/dracut.conf"), site.in("/etc/dracut.conf.d", ".conf").stream())
                .anyMatch(f -> DRACUT.matcher(site.files().getOrDefault(f, "")).find());
    }

    /// Several files are one command line; what is added goes to the first of them.
    private static List<Edit> edits(Site site, boolean inFolder) {
        List<String> configured = site.configured(Kind.UKI);
        List<String> folder = configured.stream()
                .filter(f -> inFolder && f.startsWith("/etc/cmdline.d/"))
                .toList();
        List<String> files = folder.isEmpty()
                ? configured.stream().filter(KERNEL_CMDLINE::equals).toList()
                : folder;
        if (files.isEmpty()) {
            String running = String.join(
                    " ", site.running().stream().map(KernelArguments::written).toList());
            throw new Impossible(
                    "There is no " + KERNEL_CMDLINE + ", so the images get the arguments of the running kernel",
                    "Write this line to " + KERNEL_CMDLINE + ": " + KernelArguments.edit(running, site.edit())
                            + " . Then plan again.");
        }
        List<Parameter> there = files.stream()
                .flatMap(f -> CommandLine.parse(CommandLineFile.arguments(site.text(f))).parameters().stream())
                .toList();
        List<Parameter> missing = site.edit().missing(there);
        List<Edit> out = new ArrayList<>();
        for (String file : files) {
            String text = site.text(file);
            String after =
                    CommandLineFile.edited(text, site.edit(), file.equals(files.getFirst()) ? missing : List.of());
            if (!after.equals(text)) {
                out.add(new Edit(file, text, after, Role.SETTINGS));
            }
        }
        return out;
    }

    /// All that the presets build and that is there.
    private static Change.Rebuild byPresets(Site site) {
        List<String> outputs = site.in(PRESETS, ".preset").stream()
                .flatMap(p -> images(site, p, "uki|image"))
                .filter(site::has)
                .distinct()
                .toList();
        if (outputs.stream().noneMatch(o -> o.endsWith(".efi"))) {
            throw new Impossible("The images that " + PRESETS + " names are not there", byHand(site));
        }
        return site.rebuild(
                "Build the unified kernel images anew by mkinitcpio", Builder.MKINITCPIO_PRESETS, outputs, List.of());
    }

    private static Stream<String> images(Site site, String preset, String kinds) {
        return IMAGE.matcher(site.text(preset))
                .results()
                .filter(m -> m.group(1).matches(kinds))
                .map((MatchResult m) -> m.group(2));
    }

    /// kernel-install is told the kernel where Fedora and Arch have it, beside its modules.
    private static Change.Rebuild byKernelInstall(Site site) {
        if (site.isLike("debian", "ubuntu")) {
            String kernel = site.release().isEmpty() ? "RELEASE" : site.release();
            throw new Impossible(
                    "kernel-install builds the unified kernel images here, from kernels in /boot, which is not done by"
                            + " nptune",
                    "In " + KERNEL_CMDLINE + ", " + site.wanted()
                            + ", keep a copy of the image in /EFI/Linux to go back"
                            + " to, then run `kernel-install add " + kernel + " /boot/vmlinuz-" + kernel + "`.");
        }
        List<String> outputs = site.files().keySet().stream()
                .filter(f -> f.contains("/EFI/Linux/") && f.endsWith("-" + site.release() + ".efi"))
                .sorted()
                .toList();
        if (site.release().isEmpty() || outputs.isEmpty()) {
            throw new Impossible("The unified kernel image of the running kernel was not found", byHand(site));
        }
        return new Change.Rebuild(
                "Build the unified kernel image of " + site.release() + " anew by kernel-install",
                List.of(),
                Builder.KERNEL_INSTALL,
                site.release(),
                outputs,
                List.of());
    }

    private static String byHand(Site site) {
        return "In " + KERNEL_CMDLINE + ", " + site.wanted()
                + ", then build the images anew: `mkinitcpio --allpresets`, `kernel-install add-all`, or what else your"
                + " system has.";
    }
}
