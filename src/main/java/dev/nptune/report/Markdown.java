package dev.nptune.report;

import dev.nptune.internal.text.Printable;

/// Text from outside as Markdown that means nothing but itself.
final class Markdown {
    private static final String SPECIAL = "\\`*_{}[]<>#|~";

    private Markdown() {}

    /// Prose: what Markdown or HTML would act on is escaped.
    static String text(String words) {
        StringBuilder out = new StringBuilder();
        for (char c : Printable.line(words).toCharArray()) {
            if (SPECIAL.indexOf(c) >= 0) {
                out.append('\\');
            }
            out.append(c);
        }
        return out.toString();
    }

    /// A value as code, between as many backticks as it needs.
    static String code(String value) {
        String shown = Printable.line(value);
        String fence = "`";
        while (shown.contains(fence)) {
            fence += "`";
        }
        String gap = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
        return shown.isEmpty() ? "(empty)" : fence + gap + shown + gap + fence;
    }
}
