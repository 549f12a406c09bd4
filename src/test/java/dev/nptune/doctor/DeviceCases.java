package dev.nptune.doctor;

import java.util.List;

/// Cases of [DeviceRules].
final class DeviceCases {
    private DeviceCases() {}

    static List<Case> all() {
        return List.of();
    }
}
