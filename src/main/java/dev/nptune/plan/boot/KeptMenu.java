package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.CommandLine;
import dev.nptune.host.Host;
import dev.nptune.plan.Change.Rebuild;
import dev.nptune.plan.boot.LoaderPlan.Edit;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import dev.nptune.plan.boot.LoaderPlan.Role;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A menu that holds an entry as it was, for a person to choose: it has to start the images as they were, too.
///
/// @param images built by themselves, not by the loader's tool
record KeptMenu(Host host, Edits loader, List<Rebuild> images) {
    KeptMenu {
        images = List.copyOf(images);
    }

    /// Whether there is one.
    boolean isThere() {
        return !menus().isEmpty();
    }

    private List<Edit> menus() {
        return loader.edits().stream().filter(e -> e.role() == Role.MENU).toList();
    }

    private boolean isRefind() {
        return loader.loader() == Kind.REFIND;
    }

    /// Text that names what the entry of before starts. rEFInd finds images by itself, and tells the kernel.
    String named() {
        return menus().stream()
                .map(e -> isRefind()
                        ? RefindEdits.kept(e.after()) + "\n" + String.join("\n", started())
                        : LimineEdits.kept(e.path(), e.after()))
                .collect(Collectors.joining("\n"));
    }

    private List<String> started() {
        return CommandLine.parse(host.kernel().commandLine().get().orElse("")).values("initrd");
    }

    /// The edit with the names of the copies; one of something else than a menu as it is.
    ///
    /// @param renamed names of copies by those of the files
    Edit edited(Edit edit, Map<String, String> renamed) {
        return edit.role() == Role.MENU
                ? new Edit(edit.path(), edit.before(), after(edit, renamed, built()), Role.MENU)
                : edit;
    }

    private String after(Edit edit, Map<String, String> renamed, List<String> built) {
        return isRefind()
                ? RefindEdits.after(edit.after(), renamed, started())
                : LimineEdits.after(edit.path(), edit.after(), renamed, built);
    }

    private List<String> built() {
        return images.stream()
                .flatMap(i -> i.outputs().stream())
                .map(KeptFiles::name)
                .toList();
    }

    /// What people have to know of the edits.
    List<String> notes(Map<String, String> renamed) {
        return Stream.concat(hashes(renamed), lines(renamed)).toList();
    }

    /// A line of `refind_linux.conf` is for whatever kernel is beside it.
    private Stream<String> lines(Map<String, String> renamed) {
        return menus().stream()
                .filter(e -> e.path().endsWith(RefindEdits.LINES))
                .filter(_ -> images.stream()
                        .anyMatch(i -> i.outputs().stream()
                                .anyMatch(o -> renamed.containsKey(KeptFiles.name(o)) && !KeptFiles.saysRelease(i, o))))
                .map(e -> "boot: the line that is kept in " + e.path() + " works until the next update of the kernel:"
                        + " it starts whatever kernel is there, with the image that was kept.");
    }

    private Stream<String> hashes(Map<String, String> renamed) {
        return menus().stream()
                .filter(e -> !after(e, renamed, built()).equals(after(e, renamed, List.of())))
                .map(e -> "boot: " + e.path()
                        + " has hashes of images that are built anew; they are left out. `b2sum FILE`"
                        + " gives the new one, which goes behind the image's path and a '#'.");
    }

    /// How a person goes back, as a clause.
    String goingBack(KeptFiles kept, ArgumentEdit arguments) {
        if (isThere()) {
            boolean remembers = menus().stream()
                    .anyMatch(e -> e.after().lines().anyMatch(l -> l.strip().matches("remember_last_entry:\\s*yes")));
            return "choose the entry that ends in \"" + KeptEntry.SUFFIX.strip() + "\" in its menu"
                    + (remembers ? " (it then stays chosen until you choose another)" : "");
        }
        if (loader.loader() == Kind.UKI) {
            return "choose the image " + kept.first() + " there (hold the space bar at boot if it does not show)";
        }
        return kept.changes().isEmpty()
                ? "press E on the entry in its menu, undo there what changed (" + arguments.words()
                        + ") in the line cmdline, and press F10"
                : "press B in its menu for a blank entry, write 'protocol: efi' and 'path: boot():/EFI/Linux/"
                        + kept.first() + "' there, and press F10";
    }
}
