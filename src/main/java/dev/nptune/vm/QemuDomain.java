package dev.nptune.vm;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a QEMU command line says, as a libvirt domain, so that one set of rules does for both.
///
/// The XML is made up: it holds what the arguments and QEMU's own defaults mean to the guest, not what libvirt would
/// need to start it. A device that QEMU does not have by itself but libvirt would add (a memory balloon, a USB
/// controller) is written down as not there. Pins are no part of a command line.
///
/// @param domain the domain
/// @param origins the argument behind an element or attribute, by XPath relative to `/domain`; where a default is
///     behind it, the argument's name and `(not given)`
/// @param notUnderstood arguments that may matter and are not understood, and sentences on what else is not known
public record QemuDomain(Domain domain, Map<String, String> origins, List<String> notUnderstood) {
    public QemuDomain {
        origins = Collections.unmodifiableMap(new LinkedHashMap<>(origins));
        notUnderstood = List.copyOf(notUnderstood);
    }

    /// Translates a command line.
    ///
    /// @throws IllegalArgumentException if it is out of the bounds of a domain
    public static QemuDomain of(QemuCommandLine line) {
        return new QemuTranslation(line).domain();
    }

    /// The argument behind what an XPath names, or behind the nearest element around it; empty if none is known.
    ///
    /// @param xpath relative to `/domain`; it may name something that is not in the XML
    public Optional<String> origin(String xpath) {
        String path = xpath;
        while (!path.isEmpty()) {
            String said = origins.get(path);
            if (said != null) {
                return Optional.of(said);
            }
            path = parent(path);
        }
        return Optional.empty();
    }

    /// A step's predicate may hold a slash: `feature[@name='a/b']`.
    private static String parent(String path) {
        int depth = 0;
        for (int i = path.length() - 1; i > 0; i--) {
            char c = path.charAt(i);
            depth += c == ']' ? 1 : c == '[' ? -1 : 0;
            if (c == '/' && depth <= 0) {
                return path.substring(0, i);
            }
        }
        return "";
    }
}
