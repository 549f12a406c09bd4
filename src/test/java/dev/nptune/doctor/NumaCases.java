package dev.nptune.doctor;

import java.util.List;

/// Cases of [NumaRules].
final class NumaCases {
    private NumaCases() {}

    static List<Case> all() {
        return List.of();
    }
}
