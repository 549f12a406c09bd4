package dev.nptune.report;

import dev.nptune.internal.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// An element of HTML or SVG that is written so that both an HTML and an XML parser read the same.
///
/// Text and attribute values are escaped, what neither format can hold (control characters) is made visible.
/// Element and attribute names, and [#raw], are the program's own.
final class Element {
    private static final Set<String> VOID = Set.of("meta", "br", "hr");

    private final String name;
    private final StringBuilder attributes = new StringBuilder();
    private final List<Object> content = new ArrayList<>();

    private Element(String name) {
        this.name = name;
    }

    static Element of(String name) {
        return new Element(name);
    }

    static Element of(String name, String text) {
        return new Element(name).text(text);
    }

    Element attr(String attribute, String value) {
        attributes
                .append(' ')
                .append(attribute)
                .append("=\"")
                .append(escape(value))
                .append('"');
        return this;
    }

    /// A length or position, to a tenth.
    Element attr(String attribute, double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return attr(attribute, text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
    }

    /// The `class` attribute.
    Element css(String names) {
        return attr("class", names);
    }

    Element text(String text) {
        content.add(escape(text));
        return this;
    }

    Element add(Element... elements) {
        content.addAll(List.of(elements));
        return this;
    }

    /// Puts an element before everything else.
    Element first(Element element) {
        content.addFirst(element);
        return this;
    }

    Element add(List<Element> elements) {
        content.addAll(elements);
        return this;
    }

    /// Text of the program's own that is not to be escaped, e.g. a style sheet; it must hold no `<` and no `&`.
    Element raw(String text) {
        if (text.indexOf('<') >= 0 || text.indexOf('&') >= 0) {
            throw new IllegalArgumentException("markup in raw text");
        }
        content.add(text);
        return this;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        write(out);
        return out.toString();
    }

    private void write(StringBuilder out) {
        out.append('<').append(name).append(attributes);
        if (VOID.contains(name)) {
            out.append("/>");
            return;
        }
        out.append('>');
        for (Object part : content) {
            if (part instanceof Element element) {
                element.write(out);
            } else {
                out.append(part);
            }
        }
        out.append("</").append(name).append('>');
    }

    private static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (char c : Printable.lines(text).toCharArray()) {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
