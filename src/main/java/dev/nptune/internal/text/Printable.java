package dev.nptune.internal.text;

/// Makes text from outside safe to show: what a terminal or a browser would act on is written as an escape.
///
/// Control characters become `\x1b`, invisible format characters (among them those that turn the direction of writing),
/// unassigned ones and lone surrogates become `\u202e`. Text that went through once goes through again unchanged.
public final class Printable {
    private Printable() {}

    /// A single value: nothing but what can be seen.
    public static String line(String text) {
        return escape(text, "");
    }

    /// Text of several lines: line feeds and tabs stay.
    public static String lines(String text) {
        return escape(text, "\n\t");
    }

    /// At most that many characters of a single value, for a message; a longer one ends with `…`.
    public static String brief(String text, int most) {
        return line(
                text.codePointCount(0, text.length()) <= most
                        ? text
                        : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…");
    }

    /// For terminals that know no more than ASCII: a few signs are written out, the rest becomes `?`.
    public static String ascii(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().forEach(c -> result.append(asciiOf(c)));
        return result.toString();
    }

    private static String asciiOf(int c) {
        return switch (c) {
            case '…' -> "...";
            case '×' -> "x";
            case '–', '—', '─', '−' -> "-";
            case 'µ', 'μ' -> "u";
            case '→' -> "->";
            default -> c < 0x80 ? Character.toString(c) : "?";
        };
    }

    private static String escape(String text, String kept) {
        if (isPlain(text) || text.codePoints().noneMatch(c -> isHidden(c) && kept.indexOf(c) < 0)) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (!isHidden(c) || kept.indexOf(c) >= 0) {
                result.appendCodePoint(c);
            } else {
                result.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", c));
            }
        });
        return result.toString();
    }

    /// The quick answer for almost all text there is.
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
