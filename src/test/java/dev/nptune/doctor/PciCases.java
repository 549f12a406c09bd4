package dev.nptune.doctor;

import java.util.List;

/// Cases of [PciRules].
final class PciCases {
    private PciCases() {}

    static List<Case> all() {
        return List.of();
    }
}
