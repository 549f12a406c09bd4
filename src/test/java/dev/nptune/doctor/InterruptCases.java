package dev.nptune.doctor;

import java.util.List;

/// Cases of [InterruptRules].
final class InterruptCases {
    private InterruptCases() {}

    static List<Case> all() {
        return List.of();
    }
}
