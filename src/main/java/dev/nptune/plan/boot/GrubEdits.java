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
import java.util.regex.Pattern;

/// GRUB whose menu is built from `/etc/default/grub`.
///
/// `10_linux` puts `GRUB_CMDLINE_LINUX` on all entries and `GRUB_CMDLINE_LINUX_DEFAULT` on those that are not for
/// recovery. Debian and its kin read `/etc/default/grub.d/*.cfg` after `/etc/default/grub`, others do not. Source:
/// GRUB's manual, "Simple configuration handling"; Debian's `grub-mkconfig`.
final class GrubEdits {
    static final String SETTINGS = "/etc/default/grub";
    private static final String DEFAULT = "GRUB_CMDLINE_LINUX_DEFAULT";
    private static final String ALL = "GRUB_CMDLINE_LINUX";
    private static final List<String> MENUS = List.of("/boot/grub/grub.cfg", "/boot/grub2/grub.cfg");

    /// Commands by which a file that does not name a variable may still set it.
    private static final Pattern REACHES_FURTHER =
            Pattern.compile("(?m)(^|[\\s;&|({`])(eval|source|\\.|exit|return|exec|set|unset|read|trap|alias)(\\s|$)");

    /// A menu of entries of the Boot Loader Specification, and settings that have it built without them.
    private static final Pattern READS_ENTRIES = Pattern.compile("(?m)^[ \\t]*blscfg\\b");

    private static final Pattern NO_ENTRIES = Pattern.compile("(?m)^[ \\t]*GRUB_ENABLE_BLSCFG=[\"']?false\\b");
    private static final Pattern ENTRIES = Pattern.compile("(?m)^[ \\t]*GRUB_ENABLE_BLSCFG=[\"']?true\\b");

    private GrubEdits() {}

    static Edits plan(Site site) {
        ShellSettings.Edited edited = settings(site);
        List<Edit> edits = edits(site, edited);
        String menu = menu(site, edited.target());
        List<String> notes = new ArrayList<>(List.of(why(edited.target())));
        List<Change.Rebuild> rebuilds = new ArrayList<>();
        String text = site.files().getOrDefault(menu, "");
        if (!site.has(menu) && mayReadEntries(site)) {
            throw new Impossible(
                    menu + " could not be read, and building it anew may write all entries if it reads them",
                    "Run the plan as root.");
        }
        if (READS_ENTRIES.matcher(text).find()
                && !NO_ENTRIES.matcher(site.text(SETTINGS)).find()) {
            throw new Impossible(
                    menu + " reads an entry for each kernel, which " + SETTINGS + " does not say: building it anew may"
                            + " write all of them",
                    "In the entries, " + site.wanted() + ", as `grubby --update-kernel=ALL` does.");
        }
        boolean stale = !text.isEmpty() && site.written().stream().anyMatch(a -> !text.contains(a));
        if (!edits.isEmpty() || stale) {
            Builder builder = builder(site, menu);
            rebuilds.add(site.rebuild("Build GRUB's menu " + menu + " anew", builder, List.of(menu), site.written()));
            notes.add("GRUB reads " + menu + "; a grub.cfg on the EFI system partition only leads there.");
        }
        return new Edits(Kind.GRUB, edits, rebuilds, Optional.empty(), notes);
    }

    /// Whether settings ask for an entry for each kernel, or the distribution does where they are silent.
    private static boolean mayReadEntries(Site site) {
        String settings = site.files().getOrDefault(SETTINGS, "");
        return ENTRIES.matcher(settings).find()
                || (site.isLike("fedora", "rhel")
                        && !NO_ENTRIES.matcher(settings).find());
    }

    /// `/etc/default/grub` and what is read after it, edited.
    static ShellSettings.Edited settings(Site site) {
        SequencedMap<String, String> files = files(site);
        if (files.isEmpty()) {
            throw new Impossible(SETTINGS + " was not found", byHand(site, DEFAULT));
        }
        try {
            ShellSettings.Edited edited = new ShellSettings(files, List.of(DEFAULT, ALL)).edit(site.edit());
            if (site.isLike("debian", "ubuntu") && appends(files)) {
                throw new IllegalArgumentException("+= is used, which Debian's sh does not know");
            }
            return edited;
        } catch (ShellFile.Unclear | IllegalArgumentException e) {
            throw new Impossible(
                    String.join(", ", files.keySet()) + " cannot be edited safely: " + e.getMessage(),
                    byHand(site, DEFAULT));
        }
    }

    private static boolean appends(SequencedMap<String, String> files) {
        return files.values().stream()
                .flatMap(text -> ShellFile.parse(text).stream())
                .anyMatch(ShellFile.Assignment::appends);
    }

    static List<Edit> edits(Site site, ShellSettings.Edited edited) {
        return edited.files().entrySet().stream()
                .filter(f -> !f.getValue().equals(site.text(f.getKey())))
                .map(f -> new Edit(f.getKey(), site.text(f.getKey()), f.getValue(), Role.SETTINGS))
                .toList();
    }

    private static SequencedMap<String, String> files(Site site) {
        boolean reads = site.isLike("debian", "ubuntu");
        SequencedMap<String, String> files = new LinkedHashMap<>();
        for (String path : site.configured(grub(site))) {
            if (path.equals(SETTINGS)) {
                files.put(path, site.text(path));
            } else if (path.startsWith(SETTINGS + ".d/")) {
                String text = site.text(path);
                boolean matters = text.contains(ALL);
                if (matters && !reads) {
                    throw new Impossible(
                            path + " sets kernel arguments, and whether grub-mkconfig reads it here is not known",
                            byHand(site, DEFAULT));
                }
                if (matters
                        || (reads
                                && (isClear(text)
                                        || REACHES_FURTHER.matcher(text).find()))) {
                    files.put(path, text);
                }
            }
        }
        return files;
    }

    private static boolean isClear(String text) {
        try {
            ShellFile.parse(text);
            return true;
        } catch (ShellFile.Unclear _) {
            return false;
        }
    }

    private static Kind grub(Site site) {
        return site.host().boot().loaders().stream().anyMatch(l -> l.kind() == Kind.GRUB_BLS)
                ? Kind.GRUB_BLS
                : Kind.GRUB;
    }

    static String why(String target) {
        return target.equals(DEFAULT)
                ? DEFAULT + " is what counts for the usual entries; recovery entries stay as they are."
                : ALL + " is the only one of GRUB's two variables that is set here; it counts for all entries.";
    }

    /// The menu that GRUB reads: never a file on the EFI system partition, where some have a stub that leads to it.
    private static String menu(Site site, String target) {
        List<String> there = site.host().boot().loaders().stream()
                .map(l -> l.evidence())
                .filter(MENUS::contains)
                .toList();
        List<String> menus = MENUS.stream()
                .filter(m -> there.contains(m) || site.has(m))
                .filter(m -> !isStub(site.files().getOrDefault(m, "")))
                .toList();
        boolean second = menus.size() > 1 && site.isLike("suse", "opensuse", "fedora", "rhel", "mageia");
        if (menus.isEmpty()) {
            throw new Impossible(
                    "GRUB's menu is neither " + String.join(" nor ", MENUS) + ", so where it lies is not known",
                    byHand(site, target));
        }
        return second ? menus.getLast() : menus.getFirst();
    }

    private static boolean isStub(String menu) {
        return menu.contains("configfile") && !menu.contains("menuentry") && menu.length() < 1024;
    }

    private static Builder builder(Site site, String menu) {
        boolean second = menu.startsWith("/boot/grub2/") || site.isLike("suse", "fedora", "rhel");
        return second ? Builder.GRUB2_MKCONFIG : Builder.GRUB_MKCONFIG;
    }

    private static String byHand(Site site, String target) {
        if (mayReadEntries(site)) {
            return "Run: " + GrubEntryEdits.grubby(site);
        }
        return "In " + SETTINGS + ", in the value of " + target + ", " + site.wanted()
                + ". Then build GRUB's menu anew: `update-grub` on Debian and Ubuntu, `grub-mkconfig -o"
                + " /boot/grub/grub.cfg` on Arch, `grub2-mkconfig -o /boot/grub2/grub.cfg` on Fedora and openSUSE.";
    }
}
