package dev.nptune.doctor;

import java.util.List;

/// Cases of [DiskRules].
final class DiskCases {
    private DiskCases() {}

    static List<Case> all() {
        return List.of();
    }
}
