package dev.nptune.doctor;

import java.util.List;

/// Cases of [HypervisorRules].
final class HypervisorCases {
    private HypervisorCases() {}

    static List<Case> all() {
        return List.of();
    }
}
