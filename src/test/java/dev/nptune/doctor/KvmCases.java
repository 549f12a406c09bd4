package dev.nptune.doctor;

import java.util.List;

/// Cases of [KvmRules].
final class KvmCases {
    private KvmCases() {}

    static List<Case> all() {
        return List.of();
    }
}
