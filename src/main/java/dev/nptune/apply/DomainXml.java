package dev.nptune.apply;

import dev.nptune.host.CpuSet;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Whether a change to a domain's XML has survived libvirt, which reorders, fills in defaults, converts
/// units, and drops in silence what it does not know.
final class DomainXml {
    private static final int MAX_LENGTH = 16 << 20;
    private static final int MAX_DEPTH = 64;
    private static final Set<String> CPU_SETS = Set.of("cpuset", "cpus", "nodeset");

    private DomainXml() {}

    /// An element by itself: where it is, what it says, without its children.
    record Element(String path, Map<String, String> attributes, String text) {
        Element {
            attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
        }

        /// Whether this element says all that the other does.
        boolean covers(Element other) {
            return path.equals(other.path)
                    && other.attributes.entrySet().stream().allMatch(a -> says(a.getKey(), a.getValue()))
                    && (other.text.isEmpty() || other.text.equals(text));
        }

        /// libvirt writes the machine that `q35` stands for in its place.
        private boolean says(String name, String wanted) {
            String is = attributes.getOrDefault(name, "");
            boolean newest = path.equals("domain/os/type") && name.equals("machine") && wanted.equals("q35");
            return attributes.containsKey(name) && (is.equals(wanted) || (newest && is.startsWith("pc-q35-")));
        }

        @Override
        public String toString() {
            StringBuilder out = new StringBuilder(path);
            attributes.forEach(
                    (name, value) -> out.append(' ').append(name).append('=').append(Text.quoted(value)));
            return text.isEmpty() ? out.toString() : out + " " + Text.quoted(text);
        }
    }

    /// The differences between `before` and `after` that are not in `now`; empty if all are.
    ///
    /// @param before null for nothing, so that all of `after` is a difference
    static List<String> missing(@Nullable String before, String after, String now) throws IOException {
        List<Element> was = before == null ? List.of() : elements(before);
        List<Element> wanted = elements(after);
        List<Element> is = elements(now);
        List<String> out = new ArrayList<>();
        for (Element e : wanted.stream().distinct().toList()) {
            int count = Collections.frequency(wanted, e);
            if (count > Collections.frequency(was, e) && count(is, x -> x.covers(e)) < count) {
                out.add("not there: " + e);
            }
        }
        for (Element e : was.stream().distinct().toList()) {
            int count = Collections.frequency(wanted, e);
            if (count < Collections.frequency(was, e) && Collections.frequency(is, e) > count) {
                boolean replaced = wanted.stream().anyMatch(w -> e.covers(w) && !was.contains(w));
                if (!replaced) {
                    out.add("still there: " + e);
                }
            }
        }
        return out;
    }

    /// The text of the first element at a path such as `domain/name`; empty if there is none.
    static String text(String xml, String path) throws IOException {
        return elements(xml).stream()
                .filter(e -> e.path.equals(path))
                .map(Element::text)
                .findFirst()
                .orElse("");
    }

    private static long count(List<Element> elements, Predicate<Element> wanted) {
        return elements.stream().filter(wanted).count();
    }

    /// @throws IOException if the text is no well-formed XML, has a DOCTYPE, or is longer or deeper than any domain
    static List<Element> elements(String xml) throws IOException {
        if (xml.length() > MAX_LENGTH) {
            throw new IOException("the domain's XML is longer than " + MAX_LENGTH + " characters");
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            return read(factory.createXMLStreamReader(new StringReader(xml)));
        } catch (XMLStreamException e) {
            throw new IOException("the domain's XML is not well-formed: " + e.getMessage(), e);
        }
    }

    private static List<Element> read(XMLStreamReader in) throws XMLStreamException, IOException {
        record Open(String path, Map<String, String> attributes, StringBuilder text) {}
        List<Element> out = new ArrayList<>();
        Deque<Open> open = new ArrayDeque<>();
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.DTD -> throw new IOException("the domain's XML has a DOCTYPE");
                case XMLStreamConstants.START_ELEMENT -> {
                    if (open.size() == MAX_DEPTH) {
                        throw new IOException("the domain's XML is nested deeper than " + MAX_DEPTH);
                    }
                    Open parent = open.peek();
                    String path = (parent == null ? "" : parent.path + "/") + in.getName();
                    open.push(new Open(path, attributes(in), new StringBuilder()));
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    Open current = open.peek();
                    if (current != null) {
                        current.text.append(in.getText());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    Open e = open.pop();
                    out.add(inBytes(e.path, e.attributes, e.text.toString().strip()));
                }
                default -> {
                    // Comments and instructions say nothing to libvirt.
                }
            }
        }
        return out;
    }

    private static Map<String, String> attributes(XMLStreamReader in) {
        Map<String, String> out = new TreeMap<>();
        for (int i = 0; i < in.getAttributeCount(); i++) {
            String name = in.getAttributeName(i).toString();
            out.put(name, CPU_SETS.contains(name) ? cpus(in.getAttributeValue(i)) : in.getAttributeValue(i));
        }
        return out;
    }

    private static String cpus(String list) {
        try {
            return CpuSet.parse(list).toString();
        } catch (IllegalArgumentException e) {
            return list;
        }
    }

    /// Sizes with a unit are compared in bytes.
    private static Element inBytes(String path, Map<String, String> attributes, String text) {
        String unit = attributes.get("unit");
        if (unit == null) {
            return new Element(path, attributes, text);
        }
        Map<String, String> others = new TreeMap<>(attributes);
        String size = Objects.requireNonNullElse(others.get("size"), text);
        BigInteger factor = factor(unit);
        if (factor == null || !size.matches("[0-9]{1,20}")) {
            return new Element(path, attributes, text);
        }
        String bytes = new BigInteger(size).multiply(factor).toString();
        others.put("unit", "bytes");
        if (others.replace("size", bytes) != null) {
            return new Element(path, others, text);
        }
        return new Element(path, others, bytes);
    }

    private static @Nullable BigInteger factor(String unit) {
        return switch (unit) {
            case "b", "bytes" -> BigInteger.ONE;
            case "KB" -> BigInteger.valueOf(1_000);
            case "k", "K", "KiB" -> BigInteger.valueOf(1L << 10);
            case "MB" -> BigInteger.valueOf(1_000_000);
            case "M", "MiB" -> BigInteger.valueOf(1L << 20);
            case "GB" -> BigInteger.valueOf(1_000_000_000);
            case "G", "GiB" -> BigInteger.valueOf(1L << 30);
            case "T", "TiB" -> BigInteger.valueOf(1L << 40);
            default -> null;
        };
    }
}
