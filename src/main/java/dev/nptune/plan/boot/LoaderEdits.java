package dev.nptune.plan.boot;

import dev.nptune.host.Boot;
import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.Boot.InUse;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Edits of whatever a machine's kernel arguments are configured in.
public final class LoaderEdits {
    /// What means something else to a shell, to GRUB's menu or to another of the programs in between.
    private static final String SPECIAL = "$`\\'{}[]();&|<>#*?!~";

    private LoaderEdits() {}

    /// Finds what configures the machine's kernel arguments and edits it.
    ///
    /// @param files text by absolute path of what could be read of the files that [Boot#loaders()] names and
    ///     of those beside them; `""` for files of which only the name counts, such as kernel images
    public static LoaderPlan plan(Host host, Map<String, String> files, ArgumentEdit edit) {
        Site site = new Site(host, files, edit);
        try {
            checkCharacters(site);
            return switch (plan(site)) {
                case LoaderPlan.Edits edits -> withNotes(edits, host);
                case LoaderPlan.Cannot cannot -> cannot;
            };
        } catch (Impossible e) {
            return e.plan();
        }
    }

    /// The check after the next boot looks for the login screen that runs now.
    private static LoaderPlan.Edits withNotes(LoaderPlan.Edits edits, Host host) {
        if (edits.isEmpty()
                || !(host.boot().displayManagerUnit()
                        instanceof Fact.Unreadable<String>(String source, String reason))) {
            return edits;
        }
        List<String> notes = new ArrayList<>(edits.notes());
        notes.add("boot: whether a login screen runs is not known (" + source + ": " + reason
                + "), so the check after the next boot does not look for one.");
        return new LoaderPlan.Edits(edits.loader(), edits.edits(), edits.rebuilds(), edits.ostree(), notes);
    }

    private static LoaderPlan plan(Site site) {
        Boot boot = site.host().boot();
        return switch (boot.manager()) {
            case Fact.Known<InUse>(InUse manager, String _) -> managed(site, manager);
            case Fact.Unreadable<InUse>(String source, String reason) ->
                throw new Impossible(
                        "What manages this machine's boot entries is not known (" + source + ": " + reason + ")",
                        byHand(site));
            case Fact.Absent<InUse> _ -> loaded(site);
        };
    }

    private static LoaderPlan managed(Site site, InUse manager) {
        return switch (manager.kind()) {
            case RPM_OSTREE -> OstreeEdits.plan(site);
            case BOOTC -> OstreeEdits.image(site);
            case KERNELSTUB -> KernelstubEdits.plan(site);
            case UKI -> LimineEdits.makesEntries(site) ? LimineEdits.plan(site) : UkiEdits.plan(site);
            case GRUB, GRUB_BLS, SYSTEMD_BOOT, LIMINE, REFIND -> loaded(site);
        };
    }

    private static LoaderPlan loaded(Site site) {
        InUse loader = switch (site.host().boot().loader()) {
            case Fact.Known<InUse>(InUse known, String _) -> known;
            case Fact.Unreadable<InUse>(String _, String reason) ->
                throw new Impossible("Which boot loader started this system is not known: " + reason, byHand(site));
            case Fact.Absent<InUse> _ -> throw new Impossible("No boot loader was found", byHand(site));
        };
        return switch (loader.kind()) {
            case GRUB -> GrubEdits.plan(site);
            case GRUB_BLS -> GrubEntryEdits.plan(site);
            case SYSTEMD_BOOT -> SystemdBootEdits.plan(site);
            case LIMINE -> LimineEdits.plan(site);
            case REFIND -> RefindEdits.plan(site);
            case UKI -> UkiEdits.plan(site);
            case RPM_OSTREE, BOOTC, KERNELSTUB -> managed(site, loader);
        };
    }

    private static void checkCharacters(Site site) {
        for (String word : site.edit().add()) {
            if (word.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0)) {
                throw new Impossible(
                        "The kernel argument " + word + " has a character that boot loaders read in different ways",
                        byHand(site));
            }
        }
    }

    private static String byHand(Site site) {
        String found = site.host().boot().loaders().stream()
                .map(l -> name(l.kind()) + " (" + String.join(", ", l.commandLineFiles()) + ")")
                .collect(Collectors.joining("; "));
        boolean entries = site.host()
                .boot()
                .loader()
                .get()
                .filter(l -> l.kind() == Kind.SYSTEMD_BOOT || l.kind() == Kind.GRUB_BLS)
                .isPresent();
        return Optional.of(site)
                .filter(_ -> entries)
                .flatMap(SystemdBootEdits::bySdbootutil)
                .orElse("In your boot loader's kernel arguments, " + site.wanted() + "."
                        + (found.isEmpty() ? "" : " Found: " + found + "."));
    }

    /// A loader's name for people.
    static String name(Kind kind) {
        return switch (kind) {
            case GRUB -> "GRUB";
            case GRUB_BLS -> "GRUB with Boot Loader Specification entries";
            case SYSTEMD_BOOT -> "systemd-boot";
            case LIMINE -> "Limine";
            case REFIND -> "rEFInd";
            case UKI -> "unified kernel images";
            case RPM_OSTREE -> "rpm-ostree";
            case BOOTC -> "bootc";
            case KERNELSTUB -> "kernelstub";
        };
    }
}
