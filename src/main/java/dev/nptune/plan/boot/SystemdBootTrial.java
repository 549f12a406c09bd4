package dev.nptune.plan.boot;

import dev.nptune.host.Boot.InUse;
import dev.nptune.host.EfiVariables;
import dev.nptune.host.Gap;
import dev.nptune.host.Host;
import dev.nptune.plan.boot.SystemdBootMenu.Entry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The trial of an entry of systemd-boot. The entry has a counter in its name; if it has no try left, the entry that is
/// kept is the next one that systemd-boot takes. Whether that is so depends on all other entries, on `loader.conf`, on
/// variables of the firmware and on the service that takes the counter away again.
final class SystemdBootTrial {
    /// How many boots a new kernel has: kernel-install(8) puts that into the names of entries that it makes.
    static final String TRIES = "/etc/kernel/tries";

    /// As the entry on trial has, so that an entry that kernel-install writes anew for the same kernel, as Debian
    /// does with each new initramfs, takes the place of that on trial: two of them would be two trials.
    private static final String ONE = "1\n";

    /// Its units; the first one is where it is without a merged `/usr`.
    private static final List<String> BLESSING = List.of(
            "/lib/systemd/system/systemd-bless-boot.service", "/usr/lib/systemd/system/systemd-bless-boot.service");

    /// What `bootctl set-default`, `bootctl set-preferred` and the key D in the menu set. Both go before `loader.conf`.
    /// `LoaderEntryOneShot` is for one boot alone.
    private static final List<String> VARIABLES = Stream.of("LoaderEntryDefault", "LoaderEntryPreferred")
            .map(EfiVariables::path)
            .toList();

    /// The files that it depends on, besides entries and `loader.conf`.
    static final List<String> FILES =
            Stream.of(BLESSING, VARIABLES, List.of(TRIES)).flatMap(List::stream).toList();

    /// systemd-boot sorts by sort keys, and entries without tries left last, from here on.
    private static final int SORTING = 250;

    private static final Pattern VERSION = Pattern.compile("systemd-boot (\\d+)");
    private static final Pattern SETTING = Pattern.compile("(?m)^[ \\t]*(default|preferred)[ \\t]+(.*?)[ \\t\\r]*$");

    private final Map<String, String> files;
    private final String path;
    private final Entry entry;
    private final String before;

    /// @param files text by absolute path
    /// @param path the entry's file
    /// @param before its text before the change
    SystemdBootTrial(Map<String, String> files, String path, String before) {
        this.files = files;
        this.path = path;
        this.entry = Entry.of(path, new EntryText(before));
        this.before = before;
    }

    /// The file's name of the entry that is kept, without `.conf`. It begins with the entry's own name, so that
    /// a `default` with a `*` at its end fits both, and sorts after it: a `-` is less than the `.` of `.conf`.
    /// Where another entry lies in between (`arch-zen` is more than `arch-nptune-before`) it is `.a`, less than
    /// `.conf` still. `~` would be less than all, but is not allowed in these names.
    String keptStem() {
        String stem = KeptFiles.name(path).replaceFirst("\\.conf$", "");
        List<String> names = List.of(stem + "-" + BootChanges.KEPT_ENTRY, stem + ".a-" + BootChanges.KEPT_ENTRY);
        return names.stream().filter(n -> wrong(n).isEmpty()).findFirst().orElse(names.getFirst());
    }

    /// Why systemd-boot would not go back to the kept entry after a boot that failed; empty if it would.
    Optional<String> cannotCount(Host host) {
        String told = host.boot().loader().get().map(InUse::reason).orElse("");
        Matcher version = VERSION.matcher(told);
        if (!version.find() || Integer.parseInt(version.group(1)) < SORTING) {
            return Optional.of("systemd-boot is older than version " + SORTING + ", or its version is not known");
        }
        return unblessed(host)
                .or(() -> VARIABLES.stream()
                        .filter(files::containsKey)
                        .map(SystemdBootTrial::chosen)
                        .findFirst())
                .or(() -> unknown(host, VARIABLES, "whether an entry was made the default one by hand"))
                .or(() -> isMadeByKernelInstall()
                        ? unknown(host, List.of(TRIES), "whether " + TRIES + " is there")
                        : Optional.empty())
                .or(() -> wrong(keptStem()));
    }

    private Optional<String> unblessed(Host host) {
        return BLESSING.stream().anyMatch(files::containsKey)
                ? Optional.empty()
                : unknown(host, BLESSING, "whether systemd-bless-boot.service is installed")
                        .or(() -> Optional.of("systemd-bless-boot.service, which tells systemd-boot that a boot was"
                                + " good, is not installed"));
    }

    /// Tries that are used up do not count for a default entry, and do for a preferred one. Source: systemd's Boot
    /// Loader Interface.
    private static String chosen(String variable) {
        return KeptFiles.name(variable).startsWith("LoaderEntryPreferred")
                ? "an entry was made the preferred one by bootctl (LoaderEntryPreferred; 'bootctl set-preferred \"\"'"
                        + " takes that back), which is not counted with here"
                : "an entry was made the default one in systemd-boot's menu or by bootctl (LoaderEntryDefault;"
                        + " 'bootctl set-default \"\"' takes that back), and it is started whatever happens";
    }

    /// That something is not known of which a file would tell that was not read.
    private static Optional<String> unknown(Host host, List<String> files, String what) {
        return host.gaps().stream()
                .filter(gap -> files.contains(gap.source()))
                .map(Gap::reason)
                .findFirst()
                .map(reason -> what + " is not known (" + files.getFirst() + ": " + reason + ")");
    }

    private boolean isMadeByKernelInstall() {
        return SystemdBootEdits.isMadeByKernelInstall(new EntryText(before));
    }

    /// What [#TRIES] is to hold, so that kernels that are installed later are on trial too, the one before the
    /// reboot above all: it has the new arguments and is started before the entry on trial. Empty if it is there
    /// already or kernel-install does not make the entries.
    Optional<String> tries() {
        return isMadeByKernelInstall() && !files.containsKey(TRIES) ? Optional.of(ONE) : Optional.empty();
    }

    /// What is wrong with a name for the kept entry.
    private Optional<String> wrong(String stem) {
        List<String> settings = files.keySet().stream()
                .filter(f -> f.endsWith("/loader/loader.conf"))
                .sorted()
                .toList();
        return settings.isEmpty()
                ? wrong(stem, "", "")
                : settings.stream()
                        .flatMap(f -> wrong(stem, f, files.getOrDefault(f, "")).stream())
                        .findFirst();
    }

    private Optional<String> wrong(String stem, String file, String text) {
        List<MatchResult> lines = SETTING.matcher(text).results().toList();
        if (lines.stream().anyMatch(l -> l.group(1).equals("preferred"))) {
            return Optional.of(file + " prefers an entry, which is not counted with here");
        }
        String pattern = lines.isEmpty() ? "" : lines.getLast().group(2).toLowerCase(Locale.ROOT);
        if (!pattern.isEmpty() && SystemdBootMenu.fits(entry.id(), pattern).isEmpty()) {
            return Optional.of(file + " names a default entry by a pattern that is not understood here");
        }
        Optional<String> image = files.keySet().stream()
                .filter(f -> f.matches(".*/EFI/Linux/[^/]+\\.efi"))
                .filter(f -> pattern.isEmpty()
                        || SystemdBootMenu.fits(KeptFiles.name(f).toLowerCase(Locale.ROOT), pattern)
                                .orElse(true))
                .findFirst();
        if (image.isPresent()) {
            return image.map(i -> "systemd-boot may start " + i + ", whose place among the entries is not known");
        }
        return started(stem, pattern, file);
    }

    private Optional<String> started(String stem, String pattern, String file) {
        String first = menu(stem, pattern, entry).started();
        if (!first.equals(entry.id())) {
            return Optional.of("systemd-boot starts " + first + " by itself and not " + entry.id());
        }
        String then = menu(stem, pattern, entry.withoutTries()).started();
        if (then.equals(entry.id())) {
            return Optional.of(file + " names a default entry, which systemd-boot takes whatever happens");
        }
        return then.equals(kept(stem).id())
                ? Optional.empty()
                : Optional.of("after a boot that failed systemd-boot would start " + then
                        + " and not the entry that is kept");
    }

    private SystemdBootMenu menu(String stem, String pattern, Entry tried) {
        Entry kept = kept(stem);
        List<Entry> others = files.entrySet().stream()
                .filter(f -> f.getKey().matches(".*/loader/entries/[^/]+\\.conf"))
                .map(f -> Entry.of(f.getKey(), new EntryText(f.getValue())))
                .filter(e -> !e.id().equals(entry.id()) && !e.id().equals(kept.id()))
                .toList();
        return new SystemdBootMenu(
                Stream.concat(Stream.of(tried, kept), others.stream()).toList(), pattern);
    }

    private Entry kept(String stem) {
        String text = new KeptFiles(Map.of(), List.of()).entry(before);
        return Entry.of(KeptFiles.sibling(path, stem + ".conf"), new EntryText(text));
    }
}
