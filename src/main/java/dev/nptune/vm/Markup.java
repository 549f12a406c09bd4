package dev.nptune.vm;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// XML text together with where each element stands in it.
///
/// The text is first read by the JDK's parser, which is strict, and only then cut up here, so the cutting may take
/// well-formedness for granted. Offsets are what lets an edit leave every other character as it was; a tree that is
/// written out again cannot promise that (character references and spacing within a touched tag get lost).
///
/// Bounds, for text from strangers: [#MAX_CHARS] characters, [#MAX_ELEMENTS] elements, [#MAX_DEPTH] levels, no
/// `DOCTYPE` at all (so no entity but the five of XML itself), and [#MAX_ATTRIBUTES] per element.
final class Markup {
    /// The longest text read: 4 Mi characters.
    static final int MAX_CHARS = 4 << 20;
    /// The most elements read.
    static final int MAX_ELEMENTS = 20_000;
    /// The deepest nesting read.
    static final int MAX_DEPTH = 64;
    /// The most attributes of an element.
    static final int MAX_ATTRIBUTES = 200;

    /// The JDK's code for its own limit on them, in any language.
    private static final String TOO_MANY_ATTRIBUTES = "JAXP00010002";

    /// Names that come in lists, whose first one has a position in its path too.
    private static final List<String> LISTED = List.of(
            "disk", "hostdev", "interface", "controller", "vcpupin", "iothreadpin", "feature", "vcpu", "qemu:arg");

    private final String text;
    private final Element root;

    private Markup(String text, Element root) {
        this.text = text;
        this.root = root;
    }

    /// Reads a text.
    ///
    /// @throws IllegalArgumentException if it is not well-formed or out of bounds
    static Markup parse(String text) {
        check(text);
        return new Markup(text, cut(text));
    }

    String text() {
        return text;
    }

    Element root() {
        return root;
    }

    private static void check(String text) {
        if (text.length() > MAX_CHARS) {
            throw new IllegalArgumentException(
                    "XML of " + text.length() + " characters; at most " + MAX_CHARS + " are read");
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty("jdk.xml.elementAttributeLimit", Integer.toString(MAX_ATTRIBUTES));
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
            int depth = 0;
            int elements = 0;
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.DTD ->
                        throw new IllegalArgumentException("XML with a DOCTYPE is not read: libvirt writes none");
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (++depth > MAX_DEPTH) {
                            throw new IllegalArgumentException("XML nested deeper than " + MAX_DEPTH + " levels");
                        }
                        if (++elements > MAX_ELEMENTS) {
                            throw new IllegalArgumentException("XML of more than " + MAX_ELEMENTS + " elements");
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> depth--;
                    default -> {}
                }
            }
        } catch (XMLStreamException e) {
            if (String.valueOf(e.getMessage()).contains(TOO_MANY_ATTRIBUTES)) {
                throw new IllegalArgumentException(
                        "XML with more than " + MAX_ATTRIBUTES + " attributes in an element", e);
            }
            throw new IllegalArgumentException("not well-formed XML: " + firstLine(e), e);
        }
    }

    private static String firstLine(XMLStreamException e) {
        String message = String.valueOf(e.getMessage()).replaceFirst("(?s)^.*\\nMessage: ", "");
        return "line " + e.getLocation().getLineNumber() + ": " + message;
    }

    private static Element cut(String text) {
        Deque<Element> open = new ArrayDeque<>();
        Element root = null;
        int at = 0;
        int line = 1;
        int counted = 0;
        while (true) {
            int tag = text.indexOf('<', at);
            Element inside = open.peek();
            if (tag < 0) {
                break;
            }
            line += lines(text, counted, tag);
            counted = tag;
            if (inside != null) {
                inside.content.append(text, at, tag);
            }
            if (text.startsWith("<!--", tag)) {
                at = text.indexOf("-->", tag) + 3;
            } else if (text.startsWith("<![CDATA[", tag)) {
                int last = text.indexOf("]]>", tag);
                if (inside != null) {
                    inside.content.append(text.substring(tag + 9, last).replace("&", "&amp;"));
                }
                at = last + 3;
            } else if (text.startsWith("<?", tag)) {
                at = text.indexOf("?>", tag) + 2;
            } else if (text.startsWith("</", tag)) {
                at = text.indexOf('>', tag) + 1;
                Element closed = open.pop();
                closed.closeStart = tag;
                closed.end = at;
            } else {
                Element element = openTag(text, tag, line, inside);
                root = root == null ? element : root;
                at = element.openEnd;
                if (text.charAt(at - 2) == '/') {
                    element.closeStart = at;
                    element.end = at;
                } else {
                    open.push(element);
                }
            }
        }
        if (root == null) {
            throw new IllegalArgumentException("XML without an element");
        }
        return root;
    }

    private static Element openTag(String text, int tag, int line, @Nullable Element parent) {
        int at = nameEnd(text, tag + 1);
        String name = text.substring(tag + 1, at);
        Element element = new Element(name, parent, step(name, parent), tag, line);
        while (true) {
            at = skipBlanks(text, at);
            if (text.charAt(at) == '/' || text.charAt(at) == '>') {
                break;
            }
            int keyEnd = nameEnd(text, at);
            int quote = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
            int valueEnd = text.indexOf(text.charAt(quote), quote + 1);
            String value = decode(oneLine(text.substring(quote + 1, valueEnd)));
            element.attributes.put(text.substring(at, keyEnd), new Element.Attribute(value, at, quote + 1, valueEnd));
            at = valueEnd + 1;
        }
        element.openEnd = text.indexOf('>', at) + 1;
        if (parent != null) {
            parent.children.add(element);
        }
        return element;
    }

    private static String step(String name, @Nullable Element parent) {
        int position = parent == null ? 1 : parent.positions.merge(name, 1, Integer::sum);
        return position > 1 || LISTED.contains(name) ? name + "[" + position + "]" : name;
    }

    private static int nameEnd(String text, int from) {
        int at = from;
        while (!endsName(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    private static boolean endsName(char c) {
        return isBlank(c) || c == '=' || c == '/' || c == '>';
    }

    private static int lines(String text, int from, int to) {
        int lines = 0;
        for (int at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
            lines++;
        }
        return lines;
    }

    private static int skipBlanks(String text, int from) {
        int at = from;
        while (isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /// An attribute's value as XML normalizes it.
    private static String oneLine(String value) {
        return value.replace('\r', ' ').replace('\n', ' ').replace('\t', ' ');
    }

    static String decode(String raw) {
        if (raw.indexOf('&') < 0) {
            return raw;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        for (int amp = raw.indexOf('&'); amp >= 0; amp = raw.indexOf('&', at)) {
            int semicolon = raw.indexOf(';', amp);
            out.append(raw, at, amp).append(reference(raw.substring(amp + 1, semicolon)));
            at = semicolon + 1;
        }
        return out.append(raw, at, raw.length()).toString();
    }

    private static String reference(String name) {
        return switch (name) {
            case "amp" -> "&";
            case "lt" -> "<";
            case "gt" -> ">";
            case "quot" -> "\"";
            case "apos" -> "'";
            default ->
                Character.toString(
                        name.startsWith("#x")
                                ? Integer.parseInt(name.substring(2), 16)
                                : Integer.parseInt(name.substring(1)));
        };
    }
}
