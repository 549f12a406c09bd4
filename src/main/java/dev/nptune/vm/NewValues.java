package dev.nptune.vm;

import dev.nptune.internal.text.Printable;

/// Holds words that come from outside against what libvirt accepts.
final class NewValues {
    private static final int MAX_PATH = 4095;
    private static final int MAX_SHOWN = 60;

    private NewValues() {}

    static String quoted(String text) {
        return "'" + Printable.brief(text, MAX_SHOWN) + "'";
    }

    /// @throws IllegalArgumentException if it is not an absolute path of printable characters
    static void path(String what, String path) {
        printable(what, path);
        if (!path.startsWith("/") || path.length() > MAX_PATH) {
            throw new IllegalArgumentException(what + " " + quoted(path) + ": not an absolute path");
        }
    }

    /// @throws IllegalArgumentException if it is empty or has anything but printable characters
    static void word(String what, String word) {
        printable(what, word);
        if (word.isBlank() || !word.strip().equals(word) || word.length() > MAX_PATH) {
            throw new IllegalArgumentException(what + " " + quoted(word) + ": empty, or blanks around it");
        }
    }

    private static void printable(String what, String text) {
        if (!text.codePoints().allMatch(NewValues::isPrintable)) {
            throw new IllegalArgumentException(what + " " + quoted(text) + ": has a line break or control character");
        }
    }

    /// What XML can hold and libvirt prints as it is.
    private static boolean isPrintable(int c) {
        boolean control = c < 0x20 || (c >= 0x7f && c < 0xa0);
        boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        return !control && !surrogate && c != 0xfffe && c != 0xffff;
    }
}
