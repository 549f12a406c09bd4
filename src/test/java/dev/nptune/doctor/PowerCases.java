package dev.nptune.doctor;

import java.util.List;

/// Cases of [PowerRules].
final class PowerCases {
    private PowerCases() {}

    static List<Case> all() {
        return List.of();
    }
}
