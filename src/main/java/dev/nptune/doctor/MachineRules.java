package dev.nptune.doctor;

import java.util.List;

/// Rules about machine types.
final class MachineRules {
    private MachineRules() {}

    static List<Rule> all() {
        return List.of();
    }
}
