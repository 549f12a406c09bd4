package dev.nptune.doctor;

import java.util.List;

/// Rules about interrupts and AVIC.
final class InterruptRules {
    private InterruptRules() {}

    static List<Rule> all() {
        return List.of();
    }
}
