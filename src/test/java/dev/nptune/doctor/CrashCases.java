package dev.nptune.doctor;

import java.util.List;

/// Cases of [CrashRules].
final class CrashCases {
    private CrashCases() {}

    static List<Case> all() {
        return List.of();
    }
}
