package dev.nptune.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/// libvirt's schema of a domain, boiled down to which element may stand in which and with which attributes.
final class LibvirtSchema {
    /// An element in another.
    record Place(String parent, String element) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return parent + "/" + element;
        }
    }

    private final Map<String, List<Element>> definitions = new HashMap<>();
    private final List<Element> starts = new ArrayList<>();
    private final Map<Place, Set<String>> places = new TreeMap<>();
    private final Set<Element> entered = new HashSet<>();

    private LibvirtSchema() {}

    static Map<Place, Set<String>> places(Path folder) {
        LibvirtSchema schema = new LibvirtSchema();
        schema.load(folder, "domain.rng");
        schema.starts.forEach(start -> schema.content(start, "", Set.of()));
        return schema.places;
    }

    private void load(Path folder, String file) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            collect(
                    folder,
                    factory.newDocumentBuilder()
                            .parse(folder.resolve(file).toFile())
                            .getDocumentElement());
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(file, e);
        }
    }

    private void collect(Path folder, Element grammar) {
        for (Element child : children(grammar)) {
            switch (child.getLocalName()) {
                case "include" -> {
                    load(folder, child.getAttribute("href"));
                    collect(folder, child);
                }
                case "define" ->
                    definitions
                            .computeIfAbsent(child.getAttribute("name"), _ -> new ArrayList<>())
                            .add(child);
                case "start" -> starts.add(child);
                case "div" -> collect(folder, child);
                default -> {}
            }
        }
    }

    /// Elements below a pattern are elements of the parent, up to the next element's own pattern.
    private void content(Element pattern, String parent, Set<String> through) {
        for (Element child : children(pattern)) {
            switch (child.getLocalName()) {
                case "ref" -> {
                    for (Element definition : follow(child, through)) {
                        content(definition, parent, and(through, child.getAttribute("name")));
                    }
                }
                case "element" -> {
                    String name = child.getAttribute("name");
                    Set<String> attributes = places.computeIfAbsent(new Place(parent, name), _ -> new TreeSet<>());
                    attributes(child, attributes, Set.of());
                    if (entered.add(child)) {
                        content(child, name, Set.of());
                    }
                }
                case "attribute" -> {}
                default -> content(child, parent, through);
            }
        }
    }

    private void attributes(Element pattern, Set<String> into, Set<String> through) {
        for (Element child : children(pattern)) {
            switch (child.getLocalName()) {
                case "ref" -> {
                    for (Element definition : follow(child, through)) {
                        attributes(definition, into, and(through, child.getAttribute("name")));
                    }
                }
                case "attribute" -> into.add(child.getAttribute("name"));
                case "element" -> {}
                default -> attributes(child, into, through);
            }
        }
    }

    private List<Element> follow(Element ref, Set<String> through) {
        String name = ref.getAttribute("name");
        return through.contains(name) ? List.of() : definitions.getOrDefault(name, List.of());
    }

    private static Set<String> and(Set<String> names, String name) {
        Set<String> more = new HashSet<>(names);
        more.add(name);
        return more;
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }
}
