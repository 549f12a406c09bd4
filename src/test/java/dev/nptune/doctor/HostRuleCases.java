package dev.nptune.doctor;

import java.util.List;

/// Cases of [HostRules].
final class HostRuleCases {
    private HostRuleCases() {}

    static List<Case> all() {
        return List.of();
    }
}
