package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import dev.nptune.vm.SchemaProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// Rules about the domain XML itself: what libvirt refuses, and what it passes over in silence.
final class XmlRules {
    /// The most pieces of evidence one of these rules gives; a text may have thousands of mistakes.
    static final int MOST = 20;

    private static final int MAX_SHOWN = 60;
    private static final String QEMU = "http://libvirt.org/schemas/domain/qemu/1.0";
    private static final String COMMAND_LINE = "commandline";

    private XmlRules() {}

    static List<Rule> all() {
        return List.of(XML_INVALID, WRONG_PLACE, XML_IGNORED);
    }

    private static final Rule XML_INVALID = Rule.of(
                    "xml-invalid", Category.XML, Severity.HIGH, Need.DOMAIN, Need.SCHEMA)
            .title("The XML is not what this machine's libvirt has a schema for")
            .effect("What libvirt does not know it ignores, a bad value it may refuse;"
                    + " virsh define looks at the schema only with --validate.")
            .fix("Correct these lines, or take them out; virt-xml-validate FILE domain says whether any is left.")
            .risk("A setting of a newer libvirt is no mistake, but has no effect here.")
            .source("libvirt's own RELAX NG schema, domain.rng; virsh(1), define --validate")
            .when(XmlRules::xmlInvalid);

    private static void xmlInvalid(Host host, Domain domain, Examination notes) {
        List<SchemaProblem> problems = notes.read(domain.schemaProblems()).orElse(List.of());
        problems.stream()
                .limit(MOST)
                .forEach(p -> notes.found("line " + p.line(), p.message(), "valid by libvirt's schema"));
    }

    private static final Rule WRONG_PLACE = Rule.of("wrong-place", Category.XML, Severity.MEDIUM, Need.DOMAIN)
            .title("Settings stand where libvirt does not look for them")
            .effect("libvirt ignores them there; below features it refuses the VM.")
            .fix("Move each to where it belongs; virsh dumpxml shows what libvirt kept.")
            .source("libvirt formatdomain and domain.rng")
            .when((_, domain, notes) -> {
                walk(domain.root(), (parent, element) -> {
                    if (isPlain(element)) {
                        misplaced(parent, element, notes);
                    }
                });
                qemuCommandLine(domain.root(), List.of(), notes);
            });

    /// Of a parent that is not known either, nothing is said: it may be newer than the table.
    private static void misplaced(Element parent, Element element, Examination notes) {
        List<String> places = XmlTable.parents(element.name());
        boolean parentKnown = parent.path().isEmpty() || XmlTable.knows(parent.name());
        if (parentKnown && !places.isEmpty() && !places.contains(parent.name())) {
            note(notes, element.path(), "in <" + parent.name() + ">", "in " + anyOf(places));
        }
    }

    private static String anyOf(List<String> names) {
        List<String> tags = names.stream().map(n -> "<" + n + ">").toList();
        int last = tags.size() - 1;
        if (last > 2) {
            return String.join(", ", tags.subList(0, 3)) + ", …";
        }
        return last == 0 ? tags.getFirst() : String.join(", ", tags.subList(0, last)) + " or " + tags.get(last);
    }

    /// QEMU's own arguments are read only from elements in their namespace, directly below the root.
    ///
    /// @param prefixes the prefixes that stand for that namespace; an empty one for no prefix
    private static void qemuCommandLine(Element element, List<String> prefixes, Examination notes) {
        List<String> bound = bound(element, prefixes);
        for (Element child : element.children()) {
            String name = local(child);
            boolean qemu = bound(child, bound).contains(prefix(child));
            boolean inCommandLine = local(element).equals(COMMAND_LINE) && bound.contains(prefix(element));
            if (name.equals(COMMAND_LINE)) {
                if (!qemu && (prefix(child).isEmpty() || prefix(child).equals("qemu"))) {
                    note(notes, child.path(), "not in QEMU's namespace", "xmlns:qemu='" + QEMU + "' on <domain>");
                } else if (qemu && !element.path().isEmpty()) {
                    note(notes, child.path(), "in <" + element.name() + ">", "in <domain>");
                }
            } else if (isArgument(name) && qemu != inCommandLine) {
                note(
                        notes,
                        child.path(),
                        qemu ? "in <" + element.name() + ">" : "not in QEMU's namespace",
                        qemu ? "in <qemu:commandline>" : "<qemu:" + name + ">");
            }
            if (!child.name().equals("metadata")) {
                qemuCommandLine(child, bound, notes);
            }
        }
    }

    private static boolean isArgument(String name) {
        return name.equals("arg") || name.equals("env");
    }

    private static List<String> bound(Element element, List<String> inherited) {
        List<String> prefixes = new ArrayList<>(inherited);
        for (String key : element.attributeNames()) {
            if (key.equals("xmlns") || key.startsWith("xmlns:")) {
                String prefix = key.equals("xmlns") ? "" : key.substring("xmlns:".length());
                prefixes.remove(prefix);
                if (element.has(key, QEMU)) {
                    prefixes.add(prefix);
                }
            }
        }
        return prefixes;
    }

    private static String prefix(Element element) {
        return element.name().substring(0, Math.max(0, element.name().indexOf(':')));
    }

    private static String local(Element element) {
        return element.name().substring(element.name().indexOf(':') + 1);
    }

    private static final Rule XML_IGNORED = Rule.of("xml-ignored", Category.XML, Severity.MEDIUM, Need.DOMAIN)
            .title("Names in the XML that libvirt does not know")
            .effect("libvirt drops them without a word: what they were to set keeps its default.")
            .fix("Write each name as libvirt has it; virsh dumpxml shows what libvirt kept.")
            .risk("A name that came after libvirt 11 is taken for a mistake.")
            .source("libvirt formatdomain and domain.rng")
            .when((_, domain, notes) -> walk(domain.root(), (parent, element) -> {
                if (misspelt(parent, element)) {
                    String meant = XmlTable.meant(parent.name(), element.name()).getFirst();
                    note(notes, element.path(), "<" + element.name() + ">", "<" + meant + ">");
                }
                XmlTable.attributes(parent.name(), element.name())
                        .filter(_ -> isPlain(element))
                        .ifPresent(known -> unknownAttributes(element, known, notes));
            }));

    /// An unknown element counts only if its name is near a known one's: it may be newer than the table.
    private static boolean misspelt(Element parent, Element element) {
        return isPlain(element)
                && !XmlTable.meant(parent.name(), element.name()).isEmpty();
    }

    private static void unknownAttributes(Element element, List<String> known, Examination notes) {
        for (String name : element.attributeNames()) {
            if (!known.contains(name) && !name.startsWith("xmlns") && name.indexOf(':') < 0) {
                List<String> near = NearMiss.of(name, known);
                List<String> wanted = near.isEmpty() ? known : near;
                note(
                        notes,
                        element.path() + "/@" + name,
                        Printable.brief(element.attribute(name).orElse(""), MAX_SHOWN),
                        wanted.isEmpty() ? "no attribute" : "@" + String.join(", @", wanted));
            }
        }
    }

    /// Every element but the root with its parent; not what is other programs' own.
    private static void walk(Element parent, BiConsumer<Element, Element> look) {
        for (Element element : parent.children()) {
            if (!element.name().equals("metadata")) {
                look.accept(parent, element);
                if (isPlain(element) && !misspelt(parent, element)) {
                    walk(element, look);
                }
            }
        }
    }

    /// In no namespace.
    private static boolean isPlain(Element element) {
        return element.name().indexOf(':') < 0 && element.attribute("xmlns").isEmpty();
    }

    private static void note(Examination notes, String where, String found, String wanted) {
        if (notes.evidence().size() < MOST) {
            notes.found(where, found, wanted);
        }
    }
}
