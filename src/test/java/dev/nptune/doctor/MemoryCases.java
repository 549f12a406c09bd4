package dev.nptune.doctor;

import java.util.List;

/// Cases of [MemoryRules].
final class MemoryCases {
    private MemoryCases() {}

    static List<Case> all() {
        return List.of();
    }
}
