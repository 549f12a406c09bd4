package dev.nptune.doctor;

import java.util.List;

/// Rules about the host around the VM.
final class HostRules {
    private HostRules() {}

    static List<Rule> all() {
        return List.of();
    }
}
