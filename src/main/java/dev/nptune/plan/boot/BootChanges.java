package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.boot.LoaderPlan.Edit;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import dev.nptune.plan.boot.LoaderPlan.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes changes of edits of kernel arguments, in an order in which the machine boots whenever it is cut off, and with
/// the way back for a boot that does not come up:
///
/// 1. the check that a boot came up well,
/// 2. copies of the menu or entry and of the images as they are,
/// 3. what makes the loader fall back, and the loader told that a trial begins,
/// 4. the new arguments, and last the new images, which are of no effect without them.
///
/// A trial that has begun before the new arguments are there is one of the old ones: GRUB may take it for tried, the
/// check begins it anew, and what GRUB would go back to is the same. So nobody who builds GRUB's menu in between, as
/// an update of the system does, has the new arguments booted without a trial.
public final class BootChanges {
    /// What stands in the name of an entry that is kept.
    static final String KEPT_ENTRY = "nptune-before";

    /// The same where GRUB reads the entries. It takes what is behind the last `-` of a name for a package's
    /// release, and what is before that for its version: another `-` would make of the kept entry a package of a
    /// longer name, which comes before all kernels.
    private static final String KEPT_PACKAGE = "nptune_before";

    private final Host host;
    private final Map<String, String> files;
    private final Edits loader;
    private final List<Change.Rebuild> images;
    private final ArgumentEdit arguments;
    private final Set<PciAddress> passed;
    private final List<String> rules;
    private final List<Change> changes = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private String fallsBack = "";

    private BootChanges(
            Host host,
            Map<String, String> files,
            Edits loader,
            List<Change.Rebuild> images,
            ArgumentEdit arguments,
            Set<PciAddress> passed,
            List<String> rules) {
        this.host = host;
        this.files = files;
        this.loader = loader;
        // what the loader's tool builds from the new files too is built once
        this.images = images.stream()
                .filter(i -> loader.rebuilds().stream()
                        .noneMatch(
                                r -> r.builder() == i.builder() && r.outputs().equals(i.outputs())))
                .toList();
        this.arguments = arguments;
        this.passed = passed;
        this.rules = rules;
    }

    /// What comes of it.
    ///
    /// @param changes in order
    /// @param fallsBack what happens if the machine does not come up, as a clause; empty if nothing does by itself
    /// @param notes for people
    public record Result(List<Change> changes, String fallsBack, List<String> notes) {
        public Result {
            changes = List.copyOf(changes);
            notes = List.copyOf(notes);
        }
    }

    /// The files of which the text is to be known, where they are there.
    public static List<String> ownFiles() {
        Stream<String> own = Stream.of(
                BootCheck.SCRIPT,
                BootCheck.UNIT,
                BootCheck.WANTED,
                BootCheck.REQUIRED,
                GrubFallback.DECIDES,
                GrubFallback.OFFERS,
                GrubCustomMenu.FILE,
                SystemdBootEdits.SDBOOTUTIL);
        return Stream.concat(own, SystemdBootTrial.FILES.stream()).toList();
    }

    /// Composes.
    ///
    /// @param files text by absolute path, of those in [#ownFiles()] and of `loader.conf` too
    /// @param loader the edits of the loader's configuration
    /// @param images the initramfs images to be built anew
    /// @param passed what is taken from the host by it
    /// @param rules what it answers
    public static Result of(
            Host host,
            Map<String, String> files,
            Edits loader,
            List<Change.Rebuild> images,
            ArgumentEdit arguments,
            Set<PciAddress> passed,
            List<String> rules) {
        BootChanges all = new BootChanges(host, files, loader, images, arguments, passed, rules);
        if (!loader.isEmpty()) {
            all.loader();
        } else {
            all.changes.addAll(images);
        }
        all.notes.addAll(loader.notes());
        return new Result(all.changes, all.fallsBack, all.notes);
    }

    private void loader() {
        switch (loader.loader()) {
            case GRUB -> grub();
            case GRUB_BLS -> grubWithEntries();
            case SYSTEMD_BOOT -> systemdBoot();
            case LIMINE, REFIND, UKI -> kept();
            case KERNELSTUB -> kernelstub();
            case RPM_OSTREE, BOOTC -> {
                check("", "");
                edits();
                loader.ostree().map(this::withRules).ifPresent(changes::add);
                notes.add("boot: it does not go back by itself: if the machine does not come up, choose the deployment"
                        + " of before, the second one, in the boot menu.");
            }
        }
    }

    private Change withRules(Change.OstreeArguments change) {
        return new Change.OstreeArguments(change.summary(), rules, change.before(), change.append(), change.delete());
    }

    private void grub() {
        String menu = menu();
        String block = block(menu, Optional.empty());
        check(block, "");
        KeptFiles kept = keepImages(images);
        changes.addAll(kept.changes());
        changes.add(new Change.KeepCopy(
                "Keep GRUB's menu as it is",
                rules,
                menu,
                KeptFiles.sibling(menu, GrubFallback.KEPT + "grub.cfg"),
                kept.renamed()));
        if (!block.isEmpty()) {
            fallback(
                    "Have GRUB go back to the kept menu if the machine does not come up",
                    GrubFallback.DECIDES,
                    GrubFallback.decides(GrubFallback.keptMenu()));
        }
        fallback("Offer the kept menu in GRUB's", GrubFallback.OFFERS, GrubFallback.offers());
        arm(block);
        edits();
        rebuilds();
        changes.addAll(images);
    }

    /// Nothing is built here: that may write all entries anew.
    private void grubWithEntries() {
        Optional<Edit> entry = runningEntry();
        String menu = "/boot/grub2/grub.cfg";
        String block = entry.isPresent() ? block(menu, GrubCustomMenu.obstacle(menu, files)) : "";
        check(block, "");
        entry.ifPresent(this::keepEntry);
        if (!block.isEmpty()) {
            fallback(
                    "Have GRUB go back to the kept entry if the machine does not come up",
                    GrubCustomMenu.FILE,
                    GrubCustomMenu.with(files, keptStem(entry.orElseThrow().path(), "")));
            notes.add("boot: leave grub2-mkconfig alone until that start was good: it may write the arguments of"
                    + " /etc/default/grub into all entries, the kept one too.");
        }
        arm(block);
        edits();
        rebuilds();
        changes.addAll(images);
    }

    private void systemdBoot() {
        Optional<Edit> entry = runningEntry();
        Optional<String> cannotCount =
                entry.flatMap(e -> trial(e).cannotCount(host).or(() -> alike(e)));
        boolean trial = entry.isPresent() && cannotCount.isEmpty();
        check("", trial ? entry.orElseThrow().path().replaceFirst("\\.conf$", "") : "");
        entry.ifPresent(this::keepEntry);
        if (trial) {
            fallback("Count a boot as good only after the check", BootCheck.REQUIRED, BootCheck.REQUIRED_TEXT);
            trial(entry.orElseThrow())
                    .tries()
                    .ifPresent(t -> file("Give new kernels one boot to come up", SystemdBootTrial.TRIES, t));
            fallsBack = "systemd-boot starts the entry of before if the machine has not come up well";
        } else {
            cannotCount.ifPresent(why -> notes.add("boot: " + why + ", so it does not go back by itself: if the machine"
                    + " does not come up, choose the entry '(before nptune)' in its menu (hold the space bar"
                    + " at boot)."));
        }
        for (Edit edit : loader.edits()) {
            String before = edit.before();
            if (edit.role() == Role.ENTRY && before != null) {
                changes.add(new Change.EditBootEntry(summary(edit), rules, edit.path(), before, edit.after(), trial));
            } else {
                changes.add(change(edit));
            }
        }
        rebuilds();
        changes.addAll(images);
    }

    private SystemdBootTrial trial(Edit entry) {
        return new SystemdBootTrial(files, entry.path(), Objects.requireNonNull(entry.before()));
    }

    /// Loaders that do not go back by themselves, and how a person does. What is kept in a menu starts copies of what
    /// is built anew.
    private void kept() {
        check("", "");
        KeptMenu menu = new KeptMenu(host, loader, images);
        KeptFiles kept = new KeptFiles(files, rules);
        List<Change.Rebuild> built =
                Stream.concat(loader.rebuilds().stream(), images.stream()).toList();
        if (menu.isThere()) {
            built.forEach(r -> kept.named(r, menu.named()));
        } else {
            built.stream().flatMap(r -> r.outputs().stream()).forEach(kept::unified);
        }
        changes.addAll(kept.changes());
        loader.edits().forEach(e -> changes.add(change(menu.edited(e, kept.renamed()))));
        rebuilds();
        changes.addAll(images);
        notes.addAll(menu.notes(kept.renamed()));
        String name = loader.loader() == Kind.UKI ? "the boot menu" : LoaderEdits.name(loader.loader());
        back(name, menu.goingBack(kept, arguments));
    }

    private void back(String who, String how) {
        notes.add("boot: " + who + " does not go back by itself: if the machine does not come up, " + how + ".");
    }

    /// kernelstub copies kernel and image to where systemd-boot reads them, so it comes after the images; what it
    /// overwrites is kept with an entry of its own.
    private void kernelstub() {
        check("", "");
        String entry = loader.rebuilds().getFirst().outputs().getFirst();
        String text = Objects.requireNonNull(files.get(entry));
        KeptFiles kept = new KeptFiles(files, rules);
        if (!images.isEmpty()) {
            KernelstubEdits.started(entry, text).forEach(kept::copy);
        }
        keepEntry(entry, text, kept);
        edits();
        changes.addAll(images);
        rebuilds();
        back(
                "systemd-boot as kernelstub sets it up",
                "choose the entry '(before nptune)' in its menu (hold the space bar at boot)");
    }

    /// The check of the next boot, as a unit of systemd's.
    private void check(String block, String entry) {
        fallback(
                "Check after each boot whether the machine has come up",
                BootCheck.SCRIPT,
                BootCheck.script(BootCheck.Expected.of(host, passed), arguments, block, entry));
        fallback("Run that check as a service", BootCheck.UNIT, BootCheck.UNIT_TEXT);
        fallback("Start that service at boot", BootCheck.WANTED, BootCheck.WANTED_TEXT);
    }

    private void arm(String block) {
        if (!block.isEmpty()) {
            changes.add(new Change.SetGrubVariable(
                    "Begin the trial", rules, block, GrubFallback.VARIABLE, GrubFallback.PENDING));
            fallsBack = "GRUB goes back to the kernel arguments of before if the machine has not come up well";
        }
    }

    /// GRUB's environment block; empty if GRUB cannot write to it or cannot be made to decide, which is noted.
    private String block(String menu, Optional<String> obstacle) {
        Optional<String> cannot = GrubFallback.cannotWrite(host.storage(), menu)
                .or(() -> obstacle)
                .or(this::alike);
        notes.add(
                cannot.map(why -> "boot: " + why + ", so it does not go back by itself: if the machine does not come"
                                + " up, choose " + offered() + " in GRUB's menu (if it does not show at boot, press Esc"
                                + " or hold Shift).")
                        .orElse(
                                "boot: the next start of GRUB is the trial. Start this system then, and no other: if"
                                        + " another one is chosen, GRUB takes the trial for failed and goes back. Reboot, and do not"
                                        + " hibernate first: GRUB is started to wake the machine up, too, and that would be the trial."));
        return cannot.isPresent() ? "" : GrubFallback.block(menu);
    }

    /// Why the check could not tell a boot with the new arguments from one of the entry that is kept; empty if it can.
    private Optional<String> alike(Edit entry) {
        String options = String.join(" ", new EntryText(String.valueOf(entry.before())).values("options"));
        return alike(options, "the entry that is kept has these arguments already");
    }

    /// The same for GRUB's menu, which is taken to start what is running.
    private Optional<String> alike() {
        return host.kernel()
                .commandLine()
                .get()
                .flatMap(line -> alike(line, "the running kernel has been started with these arguments already"));
    }

    private Optional<String> alike(String kept, String why) {
        return arguments.isMetBy(Site.configuredBy(kept))
                ? Optional.of(why + ", and nothing would tell a boot with them from one of before")
                : Optional.empty();
    }

    private String offered() {
        return loader.loader() == Kind.GRUB_BLS
                ? "the entry '(before nptune)'"
                : "'" + GrubFallback.OFFERED + "', the last entry,";
    }

    private String menu() {
        return loader.rebuilds().stream()
                .filter(r -> r.builder() == Builder.GRUB_MKCONFIG || r.builder() == Builder.GRUB2_MKCONFIG)
                .map(r -> r.outputs().getFirst())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("GRUB's settings are edited and its menu is not built"));
    }

    /// The edited entry of the running kernel; the first, where none names it.
    private Optional<Edit> runningEntry() {
        String release = host.kernel().release().get().orElse("");
        List<Edit> entries = loader.edits().stream()
                .filter(e -> e.role() == Role.ENTRY && e.before() != null)
                .toList();
        return entries.stream()
                .filter(e -> !release.isEmpty() && (e.path() + e.before()).contains(release))
                .findFirst()
                .or(() -> entries.stream().findFirst());
    }

    /// The images that an entry names; those of several kernels may have one name in folders by release.
    private List<Change.Rebuild> mentioned(Edit entry) {
        String text = Objects.requireNonNull(entry.before());
        return images.stream()
                .filter(i -> text.contains("/" + KeptFiles.name(i.outputs().getFirst())))
                .filter(i -> !i.outputs().getFirst().contains(i.kernel()) || text.contains(i.kernel()))
                .toList();
    }

    private KeptFiles keepImages(List<Change.Rebuild> built) {
        KeptFiles kept = new KeptFiles(files, rules);
        built.forEach(kept::image);
        return kept;
    }

    private void keepEntry(Edit entry) {
        keepEntry(entry.path(), Objects.requireNonNull(entry.before()), keepImages(mentioned(entry)));
    }

    private void keepEntry(String path, String before, KeptFiles kept) {
        changes.addAll(kept.changes());
        fallback(
                "Keep the entry as it is beside it",
                KeptFiles.sibling(path, keptStem(path, before) + ".conf"),
                kept.entry(before));
    }

    /// A name that sorts after that of the entry that it was made from. GRUB takes a `~` for less than the end of
    /// a name.
    private String keptStem(String path, String before) {
        String stem = KeptFiles.name(path).replaceFirst("\\.conf$", "");
        return loader.loader() == Kind.GRUB_BLS
                ? stem + "~" + KEPT_PACKAGE
                : new SystemdBootTrial(files, path, before).keptStem();
    }

    /// Whether an entry is one that was kept, by the name that it has or had.
    static boolean isKept(String path) {
        return path.contains(KEPT_ENTRY) || path.contains(KEPT_PACKAGE);
    }

    private void edits() {
        loader.edits().forEach(e -> changes.add(change(e)));
    }

    private Change change(Edit edit) {
        return new Change.EditFile(summary(edit), rules, edit.path(), edit.before(), edit.after(), isMade(edit.path()));
    }

    /// Whether a tool makes a menu, which is then edited only to keep an entry in it.
    private boolean isMade(String path) {
        return loader.rebuilds().stream().anyMatch(r -> r.outputs().contains(path));
    }

    private String summary(Edit edit) {
        return isMade(edit.path())
                ? "Keep the entry as it is in the menu " + edit.path()
                : "Change kernel arguments in " + edit.path();
    }

    private void rebuilds() {
        loader.rebuilds()
                .forEach(r -> changes.add(
                        new Change.Rebuild(r.summary(), rules, r.builder(), r.kernel(), r.outputs(), r.contains())));
    }

    private void file(String summary, String path, String text) {
        file(summary, path, text, false);
    }

    /// What the machine falls back to, or by: taking the changes back leaves it as long as something else is left.
    private void fallback(String summary, String path, String text) {
        file(summary, path, text, true);
    }

    private void file(String summary, String path, String text, boolean fallback) {
        @Nullable String before = files.get(path);
        if (!text.equals(before)) {
            changes.add(new Change.EditFile(summary, rules, path, before, text, fallback));
        }
    }
}
