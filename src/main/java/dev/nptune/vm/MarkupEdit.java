package dev.nptune.vm;

import dev.nptune.vm.Element.Attribute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Edits to XML text as replacements of spans: whatever lies outside them stays as it was, to the character.
///
/// What is inserted follows the indentation, line ends and, for attributes, the quoting of its surroundings. One object
/// serves one round of edits: all of them are placed by the offsets of the text before it.
final class MarkupEdit {
    private record Splice(int from, int to, String with) {}

    private final String text;
    private final String lineEnd;
    private final String step;
    private final List<Splice> splices = new ArrayList<>();

    MarkupEdit(Markup markup) {
        text = markup.text();
        lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
        step = markup.root().children().stream()
                .map(this::indent)
                .filter(i -> !i.isEmpty())
                .findFirst()
                .orElse("  ");
    }

    /// The edited text.
    String text() {
        StringBuilder out = new StringBuilder(text);
        List<Splice> last = new ArrayList<>(splices);
        last.sort(Comparator.comparingInt(Splice::from).reversed());
        last.forEach(s -> out.replace(s.from, s.to, s.with));
        return out.toString();
    }

    /// Sets an attribute; a new one goes after the last.
    void set(Element element, String key, String value) {
        Attribute old = element.attributes().get(key);
        if (old != null) {
            if (!old.value().equals(value)) {
                splices.add(new Splice(old.valueStart(), old.valueEnd(), escape(value)));
            }
            return;
        }
        int at = element.start() + 1 + element.name().length();
        char quote = '\'';
        for (Attribute a : element.attributes().values()) {
            at = a.end();
            quote = text.charAt(a.valueEnd());
        }
        splices.add(new Splice(at, at, " " + key + "=" + quote + escape(value) + quote));
    }

    /// Removes an attribute and the blanks before it.
    void unset(Element element, String key) {
        Attribute old = element.attributes().get(key);
        if (old != null) {
            int from = old.start();
            while (Character.isWhitespace(text.charAt(from - 1))) {
                from--;
            }
            splices.add(new Splice(from, old.end(), ""));
        }
    }

    /// Replaces the text of an element that has no child elements.
    void content(Element element, String value) {
        if (element.selfClosing()) {
            splices.add(new Splice(slash(element), element.end(), ">" + escape(value) + closing(element)));
        } else {
            splices.add(new Splice(element.openEnd(), element.closeStart(), escape(value)));
        }
    }

    /// An element's text in lines, as they are given to be inserted: without the indentation of its first.
    List<String> lines(Element element) {
        String indent = indent(element);
        return text.substring(element.start(), element.end())
                .lines()
                .map(line -> line.startsWith(indent) ? line.substring(indent.length()) : line)
                .toList();
    }

    /// Removes an element, with its line if it had one to itself.
    void remove(Element element) {
        int from = element.start();
        while (from > 0 && (text.charAt(from - 1) == ' ' || text.charAt(from - 1) == '\t')) {
            from--;
        }
        if (from > 0 && text.charAt(from - 1) == '\n') {
            from -= from > 1 && text.charAt(from - 2) == '\r' ? 2 : 1;
        } else {
            from = element.start();
        }
        splices.add(new Splice(from, element.end(), ""));
    }

    /// Removes some of an element's children; where nothing else is in it, it becomes one tag. Attributes may be set
    /// in the same round only after this.
    void removeChildren(Element element, List<Element> children) {
        boolean all = !children.isEmpty()
                && children.size() == element.children().size()
                && !text.substring(element.openEnd(), element.closeStart()).contains("<!--");
        if (all) {
            splices.add(new Splice(element.openEnd() - 1, element.end(), "/>"));
        } else {
            children.forEach(this::remove);
        }
    }

    /// Replaces an element by another.
    void replace(Element element, List<String> lines) {
        splices.add(new Splice(element.start(), element.end(), String.join(newline(indent(element)), lines)));
    }

    /// Inserts an element after another. It is given as lines, in which a tab stands for a step of indentation.
    void after(Element sibling, List<String> lines) {
        String glue = onOwnLine(sibling) ? newline(indent(sibling)) : "";
        splices.add(new Splice(sibling.end(), sibling.end(), glue + joined(glue, lines)));
    }

    /// Inserts an element before another.
    void before(Element sibling, List<String> lines) {
        String glue = onOwnLine(sibling) ? newline(indent(sibling)) : "";
        splices.add(new Splice(sibling.start(), sibling.start(), joined(glue, lines) + glue));
    }

    /// Inserts an element as the last child.
    void append(Element parent, List<String> lines) {
        if (!parent.children().isEmpty()) {
            after(parent.children().getLast(), lines);
            return;
        }
        boolean inline = parent.parent() != null && !onOwnLine(parent);
        String close = inline ? "" : newline(indent(parent));
        String glue = inline ? "" : close + step;
        String inner = glue + joined(glue, lines) + close;
        if (parent.selfClosing()) {
            splices.add(new Splice(slash(parent), parent.end(), ">" + inner + closing(parent)));
        } else {
            int from = parent.closeStart();
            while (Character.isWhitespace(text.charAt(from - 1))) {
                from--;
            }
            splices.add(new Splice(from, parent.closeStart(), inner));
        }
    }

    private String joined(String glue, List<String> lines) {
        return String.join(glue, lines).replace("\t", glue.isEmpty() ? "" : step);
    }

    private String newline(String indent) {
        return lineEnd + indent;
    }

    /// Where the `/` of `<name/>` is, blanks before it included.
    private int slash(Element element) {
        int at = element.openEnd() - 2;
        while (Character.isWhitespace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static String closing(Element element) {
        return "</" + element.name() + ">";
    }

    private boolean onOwnLine(Element element) {
        int at = element.start() - indent(element).length();
        return at > 0 && text.charAt(at - 1) == '\n';
    }

    private String indent(Element element) {
        int from = element.start();
        while (from > 0 && (text.charAt(from - 1) == ' ' || text.charAt(from - 1) == '\t')) {
            from--;
        }
        return text.substring(from, element.start());
    }

    static String escape(String value) {
        return value.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&apos;");
    }
}
