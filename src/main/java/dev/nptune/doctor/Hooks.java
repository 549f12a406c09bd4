package dev.nptune.doctor;

import dev.nptune.host.FileMode;
import dev.nptune.host.Host;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What libvirt's hook scripts do when a domain starts, as far as their text tells.
final class Hooks {
    /// The usual way to have scripts for one VM: a folder of its name.
    private static final Pattern FOLDER = Pattern.compile(".*/qemu\\.d/([^/]+)/.*");

    /// In each hook script of this program's own (see [OwnHooks]).
    static final String OURS = "# Made by nptune";

    /// What takes a graphics card from the desktop: a display manager stopped, by its name or whatever a variable
    /// holds, a driver unbound or unloaded, a console let go.
    private static final Pattern TAKES_CARD = Pattern.compile("display-manager|\\b(gdm3?|sddm|lightdm)\\b"
            + "|\\bsystemctl\\b.*\\bisolate\\b|\\bsystemctl\\b.*\\bstop\\b.*\\$|unbind|nodedev-detach|vtcon"
            + "|\\b(modprobe\\b.*\\s(-r|--remove)|rmmod)\\s.*\\b(nvidia|amdgpu)");

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
        return meant ? commands(text).map(line -> new Line(hook.path(), line)) : Stream.empty();
    }

    /// Whether nptune made a script.
    static boolean ours(Hook hook) {
        return hook.text().get().filter(text -> text.contains(OURS)).isPresent();
    }

    /// Whether such a line of a script by somebody else has one of these words in it.
    static boolean othersMention(Host host, Domain domain, String... words) {
        Set<String> own = host.virtualization().hooks().stream()
                .filter(Hooks::ours)
                .map(Hook::path)
                .collect(Collectors.toSet());
        return lines(host, domain).stream()
                .filter(line -> !own.contains(line.path()))
                .anyMatch(line -> Stream.of(words).anyMatch(line.text()::contains));
    }

    /// Whether such a line has one of these words in it: what they are about changes when the VM starts.
    static boolean mention(Host host, Domain domain, String... words) {
        return lines(host, domain).stream().anyMatch(line -> Stream.of(words).anyMatch(line.text()::contains));
    }

    /// Whether a script of libvirt's takes the cards from the desktop before the domain starts. Where none says so,
    /// but one may do it by means that its text does not show, that is noted as missing.
    static boolean takeCards(Host host, Domain domain, Examination notes) {
        if (OwnHooks.takesScreen(host, domain.name())) {
            return true;
        }
        List<Hook> run = HostFacts.qemuHooks(host).stream()
                .filter(hook -> hook.mode().get().map(FileMode::executable).orElse(false))
                .filter(hook -> mayBeFor(host, domain, hook))
                .toList();
        if (run.stream().anyMatch(hook -> commands(hook).anyMatch(TAKES_CARD.asPredicate()))) {
            return true;
        }
        run.forEach(hook -> notes.read(hook.text())
                .ifPresent(_ -> notes.missing(hook.path(), "what it does to the desktop does not stand in it")));
        return false;
    }

    private static boolean mayBeFor(Host host, Domain domain, Hook hook) {
        String text = hook.text().get().orElse("");
        Matcher folder = FOLDER.matcher(hook.path());
        if (ours(hook) || hook.path().contains("/release/")) {
            return false;
        }
        return folder.matches()
                ? folder.group(1).equals(domain.name())
                : names(text, domain.name())
                        || host.virtualization().domains().stream()
                                .map(DomainFile::name)
                                .noneMatch(name -> names(text, name));
    }

    /// Whether a script has a domain's name in a command, not as a part of another word.
    private static boolean names(String text, String domain) {
        Pattern word = Pattern.compile("(?<![\\w.-])" + Pattern.quote(domain) + "(?![\\w-])");
        return commands(text).anyMatch(word.asPredicate());
    }

    private static Stream<String> commands(Hook hook) {
        return commands(hook.text().get().orElse(""));
    }

    private static Stream<String> commands(String text) {
        return text.lines().map(String::strip).filter(line -> !line.startsWith("#"));
    }
}
