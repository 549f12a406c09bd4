package dev.nptune.watch.screen;

import dev.nptune.internal.text.DisplayWidth;
import dev.nptune.internal.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Lines of a terminal, from the top.
///
/// @param lines no more than there is room for
public record Screen(List<Line> lines) {
    public Screen {
        lines = List.copyOf(lines);
    }

    /// What a text is, from which follows how it looks.
    public enum Role {
        PLAIN,
        /// What names other things.
        HEADING,
        /// What is there if needed.
        ASIDE,
        /// What may disturb the VM.
        NOTICE,
        /// What surely does.
        ALARM
    }

    /// A text of one role.
    public record Span(String text, Role role) {}

    /// Texts beside each other.
    public record Line(List<Span> spans) {
        public Line {
            spans = List.copyOf(spans);
        }

        static Line of(String text) {
            return of(text, Role.PLAIN);
        }

        static Line of(String text, Role role) {
            return new Line(List.of(new Span(text, role)));
        }

        /// Without what does not fit, and with nothing a terminal would act on.
        Line fit(int columns, boolean unicode) {
            List<Span> fitting = new ArrayList<>();
            int left = columns;
            for (Span span : spans) {
                String safe = Printable.line(span.text());
                String shown = DisplayWidth.cut(unicode ? safe : Printable.ascii(safe), left, unicode ? "…" : "...");
                fitting.add(new Span(shown, span.role()));
                left -= DisplayWidth.of(shown);
            }
            return new Line(fitting);
        }

        /// Without roles.
        public String text() {
            return spans.stream().map(Span::text).collect(Collectors.joining()).stripTrailing();
        }
    }

    /// Without roles, a line feed after each line.
    public String text() {
        return lines.stream().map(line -> line.text() + "\n").collect(Collectors.joining());
    }
}
