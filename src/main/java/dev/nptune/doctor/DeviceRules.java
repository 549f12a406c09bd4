package dev.nptune.doctor;

import java.util.List;

/// Rules about sound, network, USB and TPM.
final class DeviceRules {
    private DeviceRules() {}

    static List<Rule> all() {
        return List.of();
    }
}
