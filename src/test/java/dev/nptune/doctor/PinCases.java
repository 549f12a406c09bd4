package dev.nptune.doctor;

import java.util.List;

/// Cases of [PinRules].
final class PinCases {
    private PinCases() {}

    static List<Case> all() {
        return List.of();
    }
}
