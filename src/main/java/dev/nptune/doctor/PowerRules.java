package dev.nptune.doctor;

import java.util.List;

/// Rules about frequency and idle states.
final class PowerRules {
    private PowerRules() {}

    static List<Rule> all() {
        return List.of();
    }
}
