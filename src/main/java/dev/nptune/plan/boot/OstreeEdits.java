package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.CommandLine;
import dev.nptune.host.CommandLine.Parameter;
import dev.nptune.plan.Change;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Image-based systems, on which only rpm-ostree and bootc may change kernel arguments.
///
/// `rpm-ostree kargs` prints the arguments of the deployment that is started next, which are the `options` of the entry
/// with the highest `version` that ostree wrote. Sources: rpm-ostree(1); `ostree-sysroot.c`, which orders them so.
final class OstreeEdits {
    private OstreeEdits() {}

    private record Entry(String path, EntryText text) {
        int version() {
            return text.value("version")
                    .filter(v -> v.matches("\\d{1,6}"))
                    .map(Integer::parseInt)
                    .orElse(0);
        }
    }

    static Edits plan(Site site) {
        Entry next = site.entries(Kind.RPM_OSTREE).stream()
                .map(path -> new Entry(path, new EntryText(site.text(path))))
                .filter(e -> CommandLine.parse(e.text().options()).has("ostree"))
                .max(Comparator.comparingInt(Entry::version))
                .orElseThrow(
                        () -> new Impossible("No entry of ostree was found in /boot/loader/entries", byHand(site)));
        String options = next.text().options();
        Optional<String> booted = CommandLine.parse(
                        site.host().kernel().commandLine().get().orElse(""))
                .last("ostree");
        if (booted.isEmpty() || !CommandLine.parse(options).last("ostree").equals(booted)) {
            throw new Impossible(
                    next.path() + " is another deployment than the running one",
                    "Reboot into it first, then plan again.");
        }
        if (site.edit().add().stream().anyMatch(a -> a.contains(" "))) {
            throw new Impossible("An argument with a blank is not handed to rpm-ostree", byHand(site));
        }
        List<Parameter> there = CommandLine.parse(options).parameters();
        List<String> append = site.edit().missing(there).stream()
                .map(KernelArguments::written)
                .toList();
        List<String> delete = there.stream()
                .filter(site.edit()::drops)
                .map(KernelArguments::written)
                .toList();
        boolean nothing = append.isEmpty() && delete.isEmpty();
        return new Edits(
                Kind.RPM_OSTREE,
                List.of(),
                List.of(),
                nothing
                        ? Optional.empty()
                        : Optional.of(new Change.OstreeArguments(
                                "Change the kernel arguments of the next deployment by rpm-ostree",
                                List.of(),
                                options,
                                append,
                                delete)),
                List.of(
                        "The arguments now are the options of " + next.path()
                                + ", which is what `rpm-ostree kargs` prints.",
                        "The deployment of today stays in the boot menu; `rpm-ostree rollback` makes it the first one"
                                + " again."));
    }

    /// A system of bootc, without rpm-ostree.
    static LoaderPlan image(Site site) {
        String list = site.written().stream()
                .map(a -> "\"" + a.replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(", "));
        String drop = site.edit().drop().isEmpty()
                ? ""
                : " Take " + String.join(" ", site.edit().drop()) + " out of the files there that have it.";
        return new LoaderPlan.Cannot(
                "The kernel arguments of this system are part of its image, which bootc only takes over",
                "In the Containerfile of the image, write the line `kargs = [" + list
                        + "]` to /usr/lib/bootc/kargs.d/10-nptune.toml." + drop
                        + " Build the image, then run `bootc upgrade`.");
    }

    private static String byHand(Site site) {
        String append = site.written().stream()
                .map(a -> " --append-if-missing='" + a + "'")
                .collect(Collectors.joining());
        String delete = site.edit().drop().stream()
                .map(a -> " --delete-if-present=" + a)
                .collect(Collectors.joining());
        return "Run: rpm-ostree kargs" + append + delete;
    }
}
