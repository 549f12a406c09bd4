package dev.nptune.doctor;

import java.util.List;

/// Rules about what a version of the kernel does wrong.
final class KernelRules {
    private KernelRules() {}

    static List<Rule> all() {
        return List.of();
    }
}
