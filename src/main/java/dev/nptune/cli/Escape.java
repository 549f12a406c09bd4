package dev.nptune.cli;

/// Makes text from outside safe to print on a terminal.
final class Escape {
    private Escape() {}

    /// Control characters as `\xNN`; line breaks and tabs stay.
    static String controls(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c) && c != '\n' && c != '\t') {
                safe.append(String.format("\\x%02x", c));
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }
}
