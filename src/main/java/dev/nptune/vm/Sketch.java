package dev.nptune.vm;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/// An XML element that is being made up, and for what is in it the QEMU arguments that said so.
final class Sketch {
    private static final String QEMU = "http://libvirt.org/schemas/domain/qemu/1.0";
    private static final String LIBOSINFO = "http://libosinfo.org/xmlns/libvirt/domain/1.0";

    private final String name;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final Map<String, Set<String>> attributeOrigins = new LinkedHashMap<>();
    private final List<Sketch> children = new ArrayList<>();
    private final Set<String> origins = new LinkedHashSet<>();
    private boolean optional;
    private String text = "";

    Sketch(String name) {
        this.name = name;
    }

    /// A new element at the end of this one.
    Sketch add(String child) {
        Sketch added = new Sketch(child);
        children.add(added);
        return added;
    }

    /// The first of that name, which is made if there is none.
    Sketch at(String child) {
        return find(child).orElseGet(() -> add(child));
    }

    /// As [#at], and it is left out of the XML as long as it stays empty.
    Sketch place(String child) {
        Sketch place = at(child);
        place.optional = true;
        return place;
    }

    Optional<Sketch> find(String child) {
        return children.stream().filter(c -> c.name.equals(child)).findFirst();
    }

    /// Those of a name, of which an attribute has a value.
    List<Sketch> all(String child, String key, String value) {
        return children.stream()
                .filter(c -> c.name.equals(child) && value.equals(c.attributes.get(key)))
                .toList();
    }

    Sketch set(String key, String value) {
        attributes.put(key, valid(value));
        return this;
    }

    Sketch set(String key, Optional<String> value) {
        value.ifPresent(v -> set(key, v));
        return this;
    }

    Optional<String> get(String key) {
        return Optional.ofNullable(attributes.get(key));
    }

    Sketch text(String value) {
        text = valid(value);
        return this;
    }

    /// Notes that an argument said so; several may have.
    Sketch from(String argument) {
        origins.add(argument);
        return this;
    }

    /// Notes that an argument said so of one attribute.
    Sketch from(String argument, String key) {
        attributeOrigins.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(argument);
        return this;
    }

    boolean isEmpty() {
        return attributes.isEmpty() && text.isEmpty() && children.stream().allMatch(Sketch::leftOut);
    }

    private boolean leftOut() {
        return optional && isEmpty();
    }

    /// XML knows most characters, but not all.
    private static String valid(String value) {
        return value.codePoints()
                .map(c -> isXml(c) ? c : 0xfffd)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isXml(int c) {
        boolean blank = c == '\t' || c == '\n' || c == '\r';
        boolean basic = c >= 0x20 && c <= 0xfffd && !Character.isSurrogate((char) c);
        return blank || basic || c >= 0x10000;
    }

    /// The element and all in it as XML, indented.
    String xml() {
        StringWriter out = new StringWriter();
        try {
            XMLStreamWriter writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            write(writer, "\n");
            writer.writeCharacters("\n");
            writer.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("writing to a string", e);
        }
        return out.toString();
    }

    private void write(XMLStreamWriter writer, String indent) throws XMLStreamException {
        List<Sketch> kept = children.stream().filter(c -> !c.leftOut()).toList();
        boolean bare = kept.isEmpty() && text.isEmpty();
        int colon = name.indexOf(':');
        String namespace = name.startsWith("qemu:") ? QEMU : colon > 0 ? LIBOSINFO : "";
        if (bare) {
            writer.writeEmptyElement(colon < 0 ? "" : name.substring(0, colon), name.substring(colon + 1), namespace);
        } else {
            writer.writeStartElement(colon < 0 ? "" : name.substring(0, colon), name.substring(colon + 1), namespace);
        }
        if (name.equals("domain")) {
            writer.writeNamespace("qemu", QEMU);
            writer.writeNamespace("libosinfo", LIBOSINFO);
        }
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            writer.writeAttribute(attribute.getKey(), attribute.getValue());
        }
        writer.writeCharacters(text);
        for (Sketch child : kept) {
            writer.writeCharacters(indent + "  ");
            child.write(writer, indent + "  ");
        }
        if (!bare) {
            writer.writeCharacters(kept.isEmpty() ? "" : indent);
            writer.writeEndElement();
        }
    }

    /// The origins by XPath, for the domain that the XML was parsed to.
    Map<String, String> origins(Element parsed) {
        Map<String, String> all = new LinkedHashMap<>();
        collect(parsed, all);
        return all;
    }

    private void collect(@Nullable Element parsed, Map<String, String> all) {
        if (parsed == null) {
            return;
        }
        say(parsed.path(), all);
        Map<String, Integer> counts = new HashMap<>();
        parsed.children().forEach(c -> counts.merge(c.name(), 1, Integer::sum));
        Iterator<Element> elements = parsed.children().iterator();
        for (Sketch child : children) {
            String path = (parsed.path().isEmpty() ? "" : parsed.path() + "/") + child.name;
            if (child.leftOut()) {
                child.say(path, all);
                continue;
            }
            child.collect(elements.hasNext() ? elements.next() : null, all);
            if (counts.getOrDefault(child.name, 0) == 1) {
                child.say(path, all);
            }
            String called = child.attributes.get("name");
            if (called != null) {
                child.say(path + "[@name='" + called + "']", all);
            }
        }
    }

    private void say(String path, Map<String, String> all) {
        if (!origins.isEmpty()) {
            all.put(path, joined(origins));
        }
        attributeOrigins.forEach((key, said) -> all.put((path.isEmpty() ? "" : path + "/") + "@" + key, joined(said)));
    }

    private static String joined(Set<String> said) {
        return said.stream().collect(Collectors.joining(" "));
    }
}
