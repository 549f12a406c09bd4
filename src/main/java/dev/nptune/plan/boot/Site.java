package dev.nptune.plan.boot;

import dev.nptune.host.Boot.BootLoader;
import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.CommandLine;
import dev.nptune.host.CommandLine.Parameter;
import dev.nptune.host.Host;
import dev.nptune.host.Kernel.Distribution;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a loader's edits are made of.
///
/// @param files text by absolute path of what could be read; `""` for files of which only the name counts
record Site(Host host, Map<String, String> files, ArgumentEdit edit) {
    Site {
        files = Map.copyOf(files);
    }

    /// The text of a file that is there.
    ///
    /// @throws Impossible if it was not read
    String text(String path) {
        @Nullable String text = files.get(path);
        if (text == null) {
            throw new Impossible(path + " could not be read", "Run the plan as root.");
        }
        return text;
    }

    boolean has(String path) {
        return files.containsKey(path);
    }

    /// Files read in a folder, by their names' ending, in the order of their names.
    List<String> in(String folder, String ending) {
        return files.keySet().stream()
                .filter(f -> f.startsWith(folder + "/") && f.indexOf('/', folder.length() + 1) < 0)
                .filter(f -> f.endsWith(ending))
                .sorted()
                .toList();
    }

    /// The files in which a loader's command line is configured; none if there is no such loader.
    List<String> configured(Kind kind) {
        return host.boot().loaders().stream()
                .filter(l -> l.kind() == kind)
                .map(BootLoader::commandLineFiles)
                .findFirst()
                .orElse(List.of());
    }

    /// Entries of the Boot Loader Specification among a loader's files.
    List<String> entries(Kind kind) {
        return configured(kind).stream()
                .filter(f -> f.contains("/loader/entries/") && !BootChanges.isKept(f))
                .toList();
    }

    /// The running kernel's release; `""` if it is not known.
    String release() {
        return host.kernel().release().get().orElse("");
    }

    /// What the running kernel was started with, without what a boot loader puts there of its own accord.
    List<Parameter> running() {
        return configuredBy(host.kernel().commandLine().get().orElse(""));
    }

    /// The arguments of a text, without what a boot loader puts there of its own accord.
    static List<Parameter> configuredBy(String commandLine) {
        return CommandLine.parse(commandLine).parameters().stream()
                .filter(p -> !p.is("BOOT_IMAGE") && !p.is("initrd"))
                .toList();
    }

    /// Whether the distribution is one of these or derived from one.
    boolean isLike(String... ids) {
        Distribution os = host.kernel().os();
        List<String> names = Stream.concat(
                        os.id().get().stream(), os.like().get().stream().flatMap(List::stream))
                .toList();
        return Stream.of(ids).anyMatch(names::contains);
    }

    /// The arguments to add as the kernel reads them.
    List<String> written() {
        return edit.add().stream()
                .map(ArgumentEdit::parameter)
                .map(KernelArguments::written)
                .toList();
    }

    /// What there is to do, for people: `add x to it and take y away`.
    String wanted() {
        String add = edit.add().isEmpty() ? "" : "add " + String.join(" ", written());
        String drop = edit.drop().isEmpty() ? "" : "take away " + String.join(" ", edit.drop());
        return add + (add.isEmpty() || drop.isEmpty() ? "" : ", ") + drop;
    }

    Change.Rebuild rebuild(String summary, Builder builder, List<String> outputs, List<String> contains) {
        return new Change.Rebuild(summary, List.of(), builder, "", outputs, contains);
    }
}
