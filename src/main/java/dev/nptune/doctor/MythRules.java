package dev.nptune.doctor;

import java.util.List;

/// Rules about common advice that does not hold.
final class MythRules {
    private MythRules() {}

    static List<Rule> all() {
        return List.of();
    }
}
