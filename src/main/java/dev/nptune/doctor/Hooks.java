package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What libvirt's hook scripts do when a domain starts, as far as their text tells.
final class Hooks {
    /// The usual way to have scripts for one VM: a folder of its name.
    private static final Pattern FOLDER = Pattern.compile(".*/qemu\\.d/([^/]+)/.*");

    private Hooks() {}

    /// A line of a hook script that is no comment.
    ///
    /// @param path the script
    /// @param text the line
    record Line(String path, String text) {}

    /// The lines of the scripts that may run for a domain: not those in another's folder, nor those that name another
    /// of the machine's domains, since what they do may be for that one.
    static List<Line> lines(Host host, Domain domain) {
        List<String> others = host.virtualization().domains().stream()
                .map(DomainFile::name)
                .filter(name -> !name.equals(domain.name()))
                .toList();
        return host.virtualization().hooks().stream()
                .filter(hook -> hook.mode().get().map(m -> m.executable()).orElse(true))
                .flatMap(hook -> lines(hook, domain.name(), others))
                .toList();
    }

    private static Stream<Line> lines(Hook hook, String name, List<String> others) {
        Matcher folder = FOLDER.matcher(hook.path());
        String text = hook.text().get().orElse("");
        boolean meant = folder.matches()
                ? folder.group(1).equals(name)
                : others.stream().noneMatch(text::contains);
        return meant
                ? text.lines()
                        .map(String::strip)
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> new Line(hook.path(), line))
                : Stream.empty();
    }

    /// Whether such a line has one of these words in it: what they are about changes when the VM starts.
    static boolean mention(Host host, Domain domain, String... words) {
        return lines(host, domain).stream().anyMatch(line -> Stream.of(words).anyMatch(line.text()::contains));
    }
}
