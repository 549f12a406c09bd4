package dev.nptune.plan.boot;

import dev.nptune.host.Boot;
import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.boot.LoaderPlan.Edit;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import dev.nptune.plan.boot.LoaderPlan.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Limine: the settings its entries are made from, where limine-entry-tool makes them, or else its menu itself.
///
/// With limine-mkinitcpio-hook the images that are started lie in `MACHINE-ID/PACKAGE` on the EFI system partition, and
/// the menu has their hashes. Only its `limine-mkinitcpio` builds them, and does so for all kernels; `mkinitcpio` by
/// itself builds others that nothing starts. A copy has the hash of what it is a copy of.
///
/// Source: limine-mkinitcpio-hook's output and the menus that it writes; https://wiki.cachyos.org, "Boot Manager
/// Configuration".
final class LimineEdits {
    private static final String SETTINGS = "/etc/default/limine";
    private static final String MORE = "/etc/limine-entry-tool.d/";
    private static final String HOOK = "/usr/bin/limine-mkinitcpio";
    private static final String TOOL = "/usr/bin/limine-update";

    /// The partition that the menu is on.
    private static final String HERE = "boot():";

    private static final List<String> ESPS = List.of("/boot/efi", "/efi", "/boot");
    private static final Pattern MADE = Pattern.compile(".*/[0-9a-f]{32}/[\\w.+@-]+/(?:initramfs|vmlinuz)[^/]*");

    private LimineEdits() {}

    /// Whether the menu's entries come from settings.
    static boolean makesEntries(Site site) {
        return !site.configured(Kind.LIMINE).isEmpty()
                && (!settings(site).isEmpty() || new LimineMenu(site.text(menu(site)), false).isMade());
    }

    static Edits plan(Site site) {
        if (menu(site).isEmpty()) {
            throw new Impossible("Limine's menu was not found", byHand(site, "limine.conf"));
        }
        return makesEntries(site) ? bySettings(site) : byMenu(site);
    }

    private static String menu(Site site) {
        return site.configured(Kind.LIMINE).stream()
                .filter(f -> f.endsWith("/limine.conf") || f.endsWith("/limine.cfg"))
                .findFirst()
                .orElse("");
    }

    /// In the order in which they are read.
    private static LimineSettings settings(Site site) {
        SequencedMap<String, String> files = new LinkedHashMap<>();
        List<String> configured = site.configured(Kind.LIMINE);
        Stream.concat(
                        configured.stream().filter(f -> f.startsWith(MORE)).sorted(),
                        configured.stream().filter(SETTINGS::equals))
                .forEach(f -> files.put(f, site.text(f)));
        return new LimineSettings(files);
    }

    private static Edits bySettings(Site site) {
        LimineSettings settings = settings(site);
        if (settings.isEmpty()) {
            String running = String.join(
                    " ", site.running().stream().map(KernelArguments::written).toList());
            throw new Impossible(
                    "limine-entry-tool makes the entries of " + menu(site) + ", but no setting of it holds the kernel's"
                            + " arguments",
                    "Write this line to " + SETTINGS + ": KERNEL_CMDLINE[default]=\""
                            + KernelArguments.edit(running, site.edit()) + "\" . Then run `limine-update`.");
        }
        if (site.edit().add().stream().anyMatch(a -> a.contains(" "))) {
            throw new Impossible(
                    "How limine-entry-tool reads quotes within its settings is not known", byHand(site, SETTINGS));
        }
        List<Edit> edits = new ArrayList<>();
        try {
            settings.edited(site.edit(), site.host().kernel().packageName().get())
                    .forEach((file, text) -> {
                        if (!text.equals(site.text(file))) {
                            edits.add(new Edit(file, site.text(file), text, Role.SETTINGS));
                        }
                    });
        } catch (IllegalArgumentException e) {
            throw new Impossible(
                    "Limine's settings cannot be edited safely: " + e.getMessage(), byHand(site, SETTINGS));
        }
        String menu = menu(site);
        boolean stale = site.written().stream().anyMatch(a -> !site.text(menu).contains(a));
        boolean isBuilt = !edits.isEmpty() || stale;
        List<String> notes = new ArrayList<>(List.of("limine-entry-tool makes the entries of " + menu + " from "
                + SETTINGS + "; an edit of the menu would be lost with the next kernel."));
        String kept = isBuilt ? kept(site, menu) : site.text(menu);
        if (!kept.equals(site.text(menu))) {
            edits.addFirst(new Edit(menu, site.text(menu), kept, Role.MENU));
            notes.add("The entry as it was is kept at the end of " + menu + " with a name that ends in \""
                    + KeptEntry.SUFFIX.strip() + "\"; limine-entry-tool leaves entries that are not its own.");
        }
        return new Edits(
                Kind.LIMINE,
                edits,
                isBuilt ? List.of(rebuild(site.host().boot(), site.files(), menu, site.written())) : List.of(),
                Optional.empty(),
                notes);
    }

    private static String kept(Site site, String menu) {
        Running running = new Running(site);
        return new LimineMenu(site.text(menu), false)
                .kept(
                        site.edit(),
                        running::hasArguments,
                        running::mayBe,
                        site.host().kernel().packageName().get());
    }

    /// Whether the images that are started are made by limine-entry-tool's kin.
    static boolean makesImages(Boot boot) {
        return boot.loader().get().filter(l -> l.kind() == Kind.LIMINE).isPresent()
                && boot.images().stream().anyMatch(i -> isMade(i.path()));
    }

    private static boolean isMade(String path) {
        return MADE.matcher(path).matches();
    }

    /// Has those images built anew.
    ///
    /// @param files text by absolute path
    /// @return empty if what builds them, or the menu, is not known
    static Optional<Change.Rebuild> images(Boot boot, Map<String, String> files) {
        return boot.loaders().stream()
                .filter(l -> l.kind() == Kind.LIMINE)
                .flatMap(l -> l.commandLineFiles().stream())
                .filter(f -> f.endsWith("/limine.conf") && files.containsKey(f))
                .findFirst()
                .filter(_ -> files.containsKey(HOOK))
                .map(menu -> rebuild(boot, files, menu, List.of()));
    }

    private static Change.Rebuild rebuild(Boot boot, Map<String, String> files, String menu, List<String> arguments) {
        String text = files.getOrDefault(menu, "");
        boolean unified = new LimineMenu(text, false).startsImages();
        boolean mkinitcpio = files.containsKey(HOOK)
                || (!files.containsKey(TOOL)
                        && boot.initramfs().get().filter("mkinitcpio"::equals).isPresent());
        List<String> outputs = new ArrayList<>(List.of(menu));
        if (unified) {
            files.keySet().stream()
                    .filter(f -> f.contains("/EFI/Linux/") && f.endsWith(".efi"))
                    .sorted()
                    .forEach(outputs::add);
        }
        outputs.addAll(made(menu, text));
        return new Change.Rebuild(
                outputs.size() > 1 && !unified
                        ? "Have limine-entry-tool make Limine's images and entries anew"
                        : "Have limine-entry-tool make Limine's entries anew",
                List.of(),
                mkinitcpio ? Builder.LIMINE_MKINITCPIO : Builder.LIMINE_UPDATE,
                "",
                outputs,
                arguments);
    }

    /// The images that are made and the kernels beside them, as the menu starts them. That decides, and not what was
    /// found: an image that is built anew and not put back has another hash than a menu that is.
    private static List<String> made(String menu, String text) {
        String esp =
                ESPS.stream().filter(e -> menu.startsWith(e + "/")).findFirst().orElse("");
        return new LimineMenu(text, false)
                .made().stream()
                        .flatMap(List::stream)
                        .filter(f -> f.startsWith(HERE))
                        .map(f -> esp + f.substring(HERE.length()))
                        .filter(LimineEdits::isMade)
                        .distinct()
                        .toList();
    }

    /// The menu with other files in what is kept, and without the hashes of images that are built anew.
    ///
    /// @param renamed file names by those whose places they take
    /// @param built names of images that are built by themselves
    static String after(String path, String menu, Map<String, String> renamed, List<String> built) {
        return new LimineMenu(menu, path.endsWith(".cfg"))
                .renamed(renamed)
                .withoutHashes(built)
                .text();
    }

    /// The text of the entries that are kept in a menu.
    static String kept(String path, String menu) {
        return new LimineMenu(menu, path.endsWith(".cfg")).kept();
    }

    private static Edits byMenu(Site site) {
        String path = menu(site);
        String text = site.text(path);
        Running running = new Running(site);
        String after = new LimineMenu(text, path.endsWith(".cfg"))
                .edited(site.edit(), running::hasArguments, running::mayBe)
                .orElseThrow(() -> new Impossible(
                        "No entry of " + path + " starts the running kernel with the arguments that it has",
                        byHand(site, path)));
        return new Edits(
                Kind.LIMINE,
                after.equals(text) ? List.of() : List.of(new Edit(path, text, after, Role.MENU)),
                List.of(),
                Optional.empty(),
                List.of(
                        "The entry as it was is kept at the end of " + path + " with a name that ends in \""
                                + KeptEntry.SUFFIX.strip() + "\".",
                        "If the menu's checksum was enrolled in Limine (`limine enroll-config`), enroll it anew."));
    }

    private static String byHand(Site site, String file) {
        return "In " + file + ", in the kernel's command line, " + site.wanted() + ".";
    }
}
