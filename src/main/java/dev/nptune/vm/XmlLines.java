package dev.nptune.vm;

/// XML as libvirt prints it: two spaces for each level, single quotes, one element to a line.
final class XmlLines {
    private final StringBuilder out = new StringBuilder();
    private int depth;

    /// An element without anything in it.
    ///
    /// @param attributes names and values in turn
    XmlLines leaf(String name, String... attributes) {
        start(name, attributes).append("/>\n");
        return this;
    }

    /// An element with text in it.
    XmlLines text(String name, String text, String... attributes) {
        start(name, attributes).append('>');
        escape(text);
        out.append("</").append(name).append(">\n");
        return this;
    }

    /// An element with what the given code writes in it.
    XmlLines with(String name, Runnable inside, String... attributes) {
        start(name, attributes).append(">\n");
        depth++;
        inside.run();
        depth--;
        out.append("  ".repeat(depth)).append("</").append(name).append(">\n");
        return this;
    }

    private StringBuilder start(String name, String... attributes) {
        out.append("  ".repeat(depth)).append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("='");
            escape(attributes[i + 1]);
            out.append('\'');
        }
        return out;
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '\'' -> out.append("&apos;");
                case '"' -> out.append("&quot;");
                default -> out.append(c);
            }
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
