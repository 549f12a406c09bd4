package dev.nptune.watch.screen;

import dev.nptune.watch.screen.Screen.Line;
import dev.nptune.watch.screen.Screen.Role;
import dev.nptune.watch.screen.Screen.Span;
import java.util.List;

/// What to send to a terminal so that one screen becomes the next: the lines that differ. By ECMA-48, which every
/// terminal but a dumb one understands.
public final class ScreenDiff {
    private static final String ESC = "\u001b[";

    /// The other screen, so that what was there comes back; and no cursor.
    public static final String ENTER = ESC + "?1049h" + ESC + "?25l" + ESC + "2J";

    /// Back, with the cursor.
    public static final String LEAVE = ESC + "0m" + ESC + "?25h" + ESC + "?1049l";

    private final boolean colours;

    /// @param colours whether roles may be shown by colours
    public ScreenDiff(boolean colours) {
        this.colours = colours;
    }

    /// The whole of a screen, on a terminal of which nothing is known.
    public String whole(Screen screen) {
        return ESC + "2J" + between(new Screen(List.of()), screen);
    }

    /// From one to the next.
    public String between(Screen before, Screen after) {
        StringBuilder out = new StringBuilder();
        int rows = Math.max(before.lines().size(), after.lines().size());
        for (int row = 0; row < rows; row++) {
            Line old = line(before, row);
            Line now = line(after, row);
            if (!old.equals(now)) {
                out.append(ESC).append(row + 1).append(";1H");
                now.spans().forEach(span -> span(out, span));
                out.append(ESC).append('K');
            }
        }
        return out.toString();
    }

    private static Line line(Screen screen, int row) {
        return row < screen.lines().size() ? screen.lines().get(row) : new Line(List.of());
    }

    private void span(StringBuilder out, Span span) {
        String code = colours ? code(span.role()) : "";
        if (code.isEmpty()) {
            out.append(span.text());
        } else {
            out.append(ESC)
                    .append(code)
                    .append('m')
                    .append(span.text())
                    .append(ESC)
                    .append("0m");
        }
    }

    private static String code(Role role) {
        return switch (role) {
            case PLAIN -> "";
            case HEADING -> "1";
            case ASIDE -> "2";
            case NOTICE -> "33";
            case ALARM -> "1;31";
        };
    }
}
