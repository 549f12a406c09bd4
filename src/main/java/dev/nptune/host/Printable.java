package dev.nptune.host;

/// Makes text from a machine safe to show: what a terminal would act on is written as an escape.
///
/// Control characters become `\x1b`, invisible format characters (among them the ones that turn the direction of
/// writing) become `\u202e`.
final class Printable {
    private Printable() {}

    /// Text of several lines: line feeds and tabs stay.
    static String lines(String text) {
        return escape(text, "\n\t");
    }

    /// A single value: nothing but what can be seen.
    static String line(String text) {
        return escape(text, "");
    }

    /// At most 60 characters of a value, for a message.
    static String brief(String text) {
        return line(text.length() <= 60 ? text : text.substring(0, 59) + "…");
    }

    private static String escape(String text, String allowed) {
        if (text.codePoints().noneMatch(c -> isHidden(c) && allowed.indexOf(c) < 0)) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (!isHidden(c) || allowed.indexOf(c) >= 0) {
                result.appendCodePoint(c);
            } else {
                result.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", c));
            }
        });
        return result.toString();
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
