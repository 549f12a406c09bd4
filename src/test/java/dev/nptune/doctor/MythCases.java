package dev.nptune.doctor;

import java.util.List;

/// Cases of [MythRules].
final class MythCases {
    private MythCases() {}

    static List<Case> all() {
        return List.of();
    }
}
