package dev.nptune.doctor;

import java.util.List;

/// Cases of [MachineRules].
final class MachineCases {
    private MachineCases() {}

    static List<Case> all() {
        return List.of();
    }
}
