package dev.nptune.vm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An element of a domain's XML, to be read.
///
/// It knows where it stands in the text, for edits: `start` and `end` enclose all of it, `openEnd` follows the `>` of
/// its first tag, `closeStart` is where its last tag begins (equal to `openEnd` if the first tag is the only one).
public final class Element {
    private final String name;
    private final @Nullable Element parent;
    private final String step;
    private final int start;
    private final int line;
    final Map<String, Attribute> attributes = new LinkedHashMap<>();
    final List<Element> children = new ArrayList<>();
    final Map<String, Integer> positions = new HashMap<>();
    final StringBuilder content = new StringBuilder();
    int openEnd;
    int closeStart;
    int end;

    /// @param step its part of the path: its name, with its position where that is wanted
    Element(String name, @Nullable Element parent, String step, int start, int line) {
        this.name = name;
        this.parent = parent;
        this.step = step;
        this.start = start;
        this.line = line;
    }

    /// An attribute: its value decoded, and the span of `name='value'` and of what is between the quotes.
    record Attribute(String value, int start, int valueStart, int valueEnd) {
        int end() {
            return valueEnd + 1;
        }
    }

    /// Its name as written, with a prefix such as `qemu:` if it has one.
    public String name() {
        return name;
    }

    @Nullable
    Element parent() {
        return parent;
    }

    /// XPath relative to the root; a position is given for names that may repeat below a `devices`, `cputune` or
    /// other list, in XPath's way from 1.
    ///
    /// It is put together when asked for: were it kept, each element below a long path would hold all of that.
    public String path() {
        if (parent == null) {
            return "";
        }
        return parent.parent == null ? step : parent.path() + "/" + step;
    }

    /// The number of the line it begins on, from 1.
    public int line() {
        return line;
    }

    int start() {
        return start;
    }

    int openEnd() {
        return openEnd;
    }

    int closeStart() {
        return closeStart;
    }

    int end() {
        return end;
    }

    boolean selfClosing() {
        return end == openEnd;
    }

    Map<String, Attribute> attributes() {
        return attributes;
    }

    /// Names of its attributes, in order.
    public List<String> attributeNames() {
        return List.copyOf(attributes.keySet());
    }

    /// The value of an attribute.
    public Optional<String> attribute(String key) {
        return Optional.ofNullable(attributes.get(key)).map(Attribute::value);
    }

    /// Whether an attribute is there and has that value.
    public boolean has(String key, String value) {
        return attribute(key).filter(value::equals).isPresent();
    }

    /// The elements directly in it, in order.
    public List<Element> children() {
        return Collections.unmodifiableList(children);
    }

    /// Those of a name.
    public List<Element> children(String named) {
        return children.stream().filter(c -> c.name.equals(named)).toList();
    }

    /// The first of a name.
    public Optional<Element> child(String named) {
        return children.stream().filter(c -> c.name.equals(named)).findFirst();
    }

    /// The first element down a path of names, `os/type`.
    public Optional<Element> find(String names) {
        Optional<Element> at = Optional.of(this);
        for (String step : names.split("/")) {
            at = at.flatMap(e -> e.child(step));
        }
        return at;
    }

    /// All elements down a path of names, `devices/disk/driver`.
    public List<Element> all(String names) {
        Stream<Element> at = Stream.of(this);
        for (String step : names.split("/")) {
            at = at.flatMap(e -> e.children(step).stream());
        }
        return at.toList();
    }

    /// The element at a [#path] relative to this one.
    public Optional<Element> at(String path) {
        Optional<Element> at = Optional.of(this);
        for (String part : path.split("/")) {
            at = at.flatMap(
                    e -> e.children.stream().filter(c -> c.step.equals(part)).findFirst());
        }
        return at;
    }

    /// It and all in it, in the order of the text.
    public Stream<Element> walk() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(Element::walk));
    }

    /// Its own text, decoded and stripped.
    public String content() {
        return Markup.decode(content.toString()).strip();
    }

    @Override
    public String toString() {
        return "<" + name + "> at " + (parent == null ? "/" : path());
    }
}
