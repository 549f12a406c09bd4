package dev.nptune.cli;

import dev.nptune.internal.text.Printable;

/// Makes text from outside safe to print on a terminal.
final class Escape {
    private Escape() {}

    /// What a terminal would act on as an escape such as `\x1b`; line breaks and tabs stay.
    static String controls(String text) {
        return Printable.lines(text);
    }
}
