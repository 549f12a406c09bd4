package dev.nptune.doctor;

import java.util.List;

/// Cases of [TimeRules].
final class TimeCases {
    private TimeCases() {}

    static List<Case> all() {
        return List.of();
    }
}
