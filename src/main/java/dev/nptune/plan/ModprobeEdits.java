package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Host;
import dev.nptune.host.Kernel.ModuleOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Options dropped from modprobe's configuration, by several parts of a plan, of which some may be in one file.
final class ModprobeEdits {
    private record Drop(String rule, ModuleOption line, String parameter, String words) {}

    private final Host host;
    private final Map<String, String> files;
    private final List<Drop> drops = new ArrayList<>();

    /// @param files text by absolute path
    ModprobeEdits(Host host, Map<String, String> files) {
        this.host = host;
        this.files = files;
    }

    /// Drops a parameter from every line that gives it a wrong value.
    ///
    /// @param wrong which values
    /// @return why nothing is dropped, if that is so: some line cannot be edited; else no line is left that
    ///     would set such a value at the next load of the module
    Optional<String> drop(String rule, String module, String parameter, Predicate<String> wrong) {
        String key = parameter + "=";
        List<Drop> wanted = new ArrayList<>();
        for (ModuleOption line : HostFacts.options(host, module, parameter).toList()) {
            Optional<String> word = line.options().stream()
                    .filter(o -> o.startsWith(key) && wrong.test(o.substring(key.length())))
                    .findFirst();
            if (word.isEmpty()) {
                continue;
            }
            String text = files.get(line.file());
            if (text == null
                    || ModprobeText.drop(text, line.line(), module, parameter).isEmpty()) {
                return Optional.of(line.file() + " line " + line.line() + " sets " + word.get() + ", but "
                        + (text == null ? "its text was not read" : "its text says otherwise now")
                        + ": remove the option by hand, then scan again");
            }
            wanted.add(new Drop(rule, line, parameter, word.get()));
        }
        drops.addAll(wanted);
        return Optional.empty();
    }

    /// The word of the kernel command line that gives a module's parameter a wrong value; the kernel takes `-` for `_`.
    Optional<String> onCommandLine(String module, String parameter, Predicate<String> wrong) {
        String key = module + "." + parameter + "=";
        return HostFacts.words(host.kernel().commandLine().get().orElse("")).stream()
                .filter(w -> w.replace('-', '_').startsWith(key) && wrong.test(w.substring(key.length())))
                .findFirst();
    }

    /// Adds an edit for each file.
    void addTo(Draft draft) {
        drops.stream()
                .map(d -> d.line().file())
                .distinct()
                .forEach(file -> draft.change(edit(
                        file,
                        drops.stream().filter(d -> d.line().file().equals(file)).toList())));
    }

    private Change.EditFile edit(String file, List<Drop> here) {
        String before = files.get(file);
        String after = before == null ? "" : before;
        // from the last line up, so that the numbers of the lines above stay right
        for (Drop drop : here.stream()
                .sorted(Comparator.comparingInt((Drop d) -> d.line().line()).reversed())
                .toList()) {
            after = ModprobeText.drop(after, drop.line().line(), drop.line().module(), drop.parameter())
                    .orElse(after);
        }
        String words =
                String.join(", ", here.stream().map(Drop::words).distinct().toList());
        return new Change.EditFile(
                after.isEmpty() ? "Remove " + file + ", which only sets " + words : "Drop " + words + " from " + file,
                here.stream().map(Drop::rule).distinct().toList(),
                file,
                before,
                after.isEmpty() ? null : after);
    }
}
