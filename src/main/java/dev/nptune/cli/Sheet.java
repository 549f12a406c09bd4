package dev.nptune.cli;

import dev.nptune.host.Fact;
import dev.nptune.internal.text.Printable;
import java.util.function.Function;

/// Lines of a name and what belongs to it, broken at the terminal's width.
final class Sheet {
    private static final int NAMES = 12;

    private final int columns;
    private final StringBuilder text = new StringBuilder();

    Sheet(int columns) {
        this.columns = columns;
    }

    /// A blank line before the next section.
    void section() {
        if (!text.isEmpty() && text.lastIndexOf("\n\n") != text.length() - 2) {
            text.append('\n');
        }
    }

    /// A line with a name; longer ones go on below what they say, not below the name.
    Sheet row(String name, String said) {
        text.append(FindingText.wrap(
                String.format("%-" + (NAMES - 1) + "s %s", name, Printable.line(said)),
                columns,
                " ".repeat(NAMES + 2)));
        return this;
    }

    /// A line that belongs to the name above.
    Sheet row(String said) {
        return row("", said);
    }

    /// A line that belongs to the line above.
    Sheet detail(String said) {
        return row("", "  " + said);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /// A fact in words: `none` where there is certainly none, and why where it is not known.
    static String told(Fact<?> fact) {
        return told(fact, String::valueOf);
    }

    static <T> String told(Fact<T> fact, Function<? super T, String> words) {
        return switch (fact) {
            case Fact.Known<T>(T value, String _) -> words.apply(value);
            case Fact.Absent<T> _ -> "none";
            case Fact.Unreadable<T>(String _, String reason) -> "unknown (" + reason + ")";
        };
    }
}
