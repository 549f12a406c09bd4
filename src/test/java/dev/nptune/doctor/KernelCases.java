package dev.nptune.doctor;

import java.util.List;

/// Cases of [KernelRules].
final class KernelCases {
    private KernelCases() {}

    static List<Case> all() {
        return List.of();
    }
}
