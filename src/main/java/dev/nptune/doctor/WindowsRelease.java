package dev.nptune.doctor;

import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which Windows a domain is for, as far as its XML says.
///
/// libosinfo's note is what was chosen when the VM was made, often `win/10` for want of a newer entry; a name, title or
/// description that says 11 is believed before it.
public final class WindowsRelease {
    private static final Pattern ID = Pattern.compile("microsoft\\.com/win/(.+)");
    private static final Pattern NAMED = Pattern.compile("(?i)win(?:dows)?[ _-]?(11|10)(?![0-9])");

    private WindowsRelease() {}

    /// `11`, `10`, `7`, `2k22`; empty if nothing says it, or the guest is not Windows.
    public static Optional<String> of(Domain domain) {
        if (domain.windows().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> named = texts(domain).stream()
                .map(e -> NAMED.matcher(e.content()))
                .filter(Matcher::find)
                .map(m -> m.group(1))
                .findFirst();
        return named.filter("11"::equals).or(() -> noted(domain)).or(() -> named);
    }

    private static Optional<String> noted(Domain domain) {
        return domain.root().child("metadata").stream()
                .flatMap(Element::walk)
                .filter(e -> e.name().endsWith(":os"))
                .flatMap(e -> e.attribute("id").stream())
                .map(ID::matcher)
                .filter(Matcher::find)
                .map(m -> m.group(1))
                .findFirst();
    }

    /// What its owner wrote about a domain.
    static List<Element> texts(Domain domain) {
        return domain.root().children().stream()
                .filter(e -> List.of("name", "title", "description").contains(e.name()))
                .toList();
    }
}
