package dev.nptune.doctor;

import java.util.List;

/// Rules about crashes and their traces in the log.
final class CrashRules {
    private CrashRules() {}

    static List<Rule> all() {
        return List.of();
    }
}
