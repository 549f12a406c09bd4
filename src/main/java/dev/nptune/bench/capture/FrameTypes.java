package dev.nptune.bench.capture;

import java.util.Locale;
import java.util.Set;

/// PresentMon's FrameType. What it does not know it writes as the application's in releases, and as it is otherwise.
final class FrameTypes {
    private static final Set<String> OWN = Set.of("application", "notset", "unspecified", "repeated", "na", "");

    private FrameTypes() {}

    /// Whether it names somebody who makes frames between those of the program, such as `Intel XeSS-FG`.
    static boolean foreign(String type) {
        return !OWN.contains(type.strip().toLowerCase(Locale.ROOT));
    }
}
