package dev.nptune.doctor;

import java.util.List;

/// Cases of [TopologyRules].
final class TopologyCases {
    private TopologyCases() {}

    static List<Case> all() {
        return List.of();
    }
}
