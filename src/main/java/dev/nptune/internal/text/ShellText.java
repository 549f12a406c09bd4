package dev.nptune.internal.text;

/// Text for the POSIX shell.
public final class ShellText {
    private ShellText() {}

    /// As one word, quoted where it has to be.
    public static String word(String text) {
        return text.matches("[A-Za-z0-9_./:=@%+-]+") ? text : quoted(text);
    }

    /// As one word, in single quotes, whatever it holds.
    public static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
