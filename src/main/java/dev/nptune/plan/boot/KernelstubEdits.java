package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader.Kind;
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
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/// kernelstub of Pop!_OS, which makes systemd-boot's entry from `user.kernel_options` of its configuration, a list with
/// an argument to an element.
///
/// Each run copies kernel and initramfs to where systemd-boot reads them, and does the same for the kernel
/// before: its entry, `Pop_OS-oldkern.conf`, gets the new arguments as well, so it is no way back.
///
/// Source: kernelstub's `config.py`, `application.py` and `installer.py`.
final class KernelstubEdits {
    private static final String CONFIGURATION = "/etc/kernelstub/configuration";

    private KernelstubEdits() {}

    static Edits plan(Site site) {
        String text = site.text(CONFIGURATION);
        OptionList options = options(site, text);
        List<Parameter> there = options.elements().stream()
                .flatMap(e -> CommandLine.parse(e.text()).parameters().stream())
                .toList();
        String after = options.edited(text, site.edit(), site.edit().missing(there));
        List<Edit> edits =
                after.equals(text) ? List.of() : List.of(new Edit(CONFIGURATION, text, after, Role.SETTINGS));
        String entry = Stream.concat(site.entries(Kind.SYSTEMD_BOOT).stream(), Stream.<String>empty())
                .filter(e -> e.endsWith("-current.conf"))
                .findFirst()
                .orElseThrow(() -> new Impossible(
                        "The entry that kernelstub makes (Pop_OS-current.conf) was not found", byHand(site)));
        String now = site.text(entry);
        boolean stale =
                there.size() > 0 && !new EntryText(now).edited(site.edit()).equals(now);
        List<Change.Rebuild> rebuilds = edits.isEmpty() && !stale
                ? List.of()
                : List.of(site.rebuild(
                        "Have kernelstub write " + entry + " anew",
                        Builder.KERNELSTUB,
                        outputs(site, entry),
                        site.written()));
        List<String> notes = new ArrayList<>(List.of(
                "kernelstub writes " + entry + " from " + CONFIGURATION + "; an edit of the entry would be lost.",
                "By hand it is: " + command(site)));
        return new Edits(Kind.KERNELSTUB, edits, rebuilds, Optional.empty(), notes);
    }

    /// All that a run writes: the entry first, that of the kernel before where there is one, and what they start.
    private static List<String> outputs(Site site, String entry) {
        String older = entry.replaceFirst("-current\\.conf$", "-oldkern.conf");
        List<String> entries = site.has(older) ? List.of(entry, older) : List.of(entry);
        return Stream.concat(entries.stream(), entries.stream().flatMap(e -> started(e, site.text(e)).stream()))
                .distinct()
                .toList();
    }

    /// Kernel and initramfs that an entry starts, by absolute paths.
    ///
    /// @param path of the entry
    static List<String> started(String path, String entry) {
        String esp = path.substring(0, Math.max(0, path.indexOf("/loader/")));
        EntryText text = new EntryText(entry);
        return Stream.of("linux", "initrd")
                .flatMap(key -> text.values(key).stream())
                .map(file -> esp + file)
                .toList();
    }

    private static OptionList options(Site site, String text) {
        try {
            OptionList list = OptionList.read(text);
            if (!list.makesEntries()) {
                throw new Impossible("kernelstub makes no entries here (setup_loader is off)", "Run: " + command(site));
            }
            return list;
        } catch (JacksonException | IllegalArgumentException e) {
            throw new Impossible(CONFIGURATION + " is not as kernelstub writes it", byHand(site));
        }
    }

    private static String byHand(Site site) {
        return "Run: " + command(site);
    }

    private static String command(Site site) {
        String add = String.join(" ", site.written());
        String drop = String.join(" ", site.edit().drop());
        return "kernelstub" + (add.isEmpty() ? "" : " --add-options '" + add + "'")
                + (drop.isEmpty() ? "" : " --delete-options '" + drop + "'");
    }
}
