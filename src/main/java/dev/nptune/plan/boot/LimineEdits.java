package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.boot.LoaderPlan.Edit;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import dev.nptune.plan.boot.LoaderPlan.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// Limine: the settings its entries are made from, where limine-entry-tool makes them, or else its menu itself.
final class LimineEdits {
    private static final String SETTINGS = "/etc/default/limine";
    private static final String MORE = "/etc/limine-entry-tool.d/";
    private static final String HOOK = "/usr/bin/limine-mkinitcpio";
    private static final String TOOL = "/usr/bin/limine-update";

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
        return new Edits(
                Kind.LIMINE,
                edits,
                edits.isEmpty() && !stale ? List.of() : List.of(rebuild(site)),
                Optional.empty(),
                List.of("limine-entry-tool makes the entries of " + menu + " from " + SETTINGS
                        + "; an edit of the menu would be lost with the next kernel."));
    }

    private static Change.Rebuild rebuild(Site site) {
        String menu = menu(site);
        boolean images = new LimineMenu(site.text(menu), false).startsImages();
        boolean mkinitcpio = site.has(HOOK)
                || (!site.has(TOOL)
                        && site.host()
                                .boot()
                                .initramfs()
                                .get()
                                .filter("mkinitcpio"::equals)
                                .isPresent());
        List<String> outputs = new ArrayList<>(List.of(menu));
        if (images) {
            site.files().keySet().stream()
                    .filter(f -> f.contains("/EFI/Linux/") && f.endsWith(".efi"))
                    .sorted()
                    .forEach(outputs::add);
        }
        return site.rebuild(
                "Have limine-entry-tool make Limine's entries anew",
                mkinitcpio ? Builder.LIMINE_MKINITCPIO : Builder.LIMINE_UPDATE,
                outputs,
                images ? List.of() : site.written());
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
