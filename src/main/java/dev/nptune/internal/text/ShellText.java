package dev.nptune.internal.text;

/// Text for the POSIX shell.
public final class ShellText {
    private ShellText() {}

    /// As one word, in single quotes, whatever it holds.
    public static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
