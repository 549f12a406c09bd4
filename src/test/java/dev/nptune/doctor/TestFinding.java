package dev.nptune.doctor;

import java.util.List;

/// Findings for tests that care for their words alone.
public final class TestFinding {
    private TestFinding() {}

    public static Finding of(
            String rule,
            Severity severity,
            String title,
            List<Evidence> evidence,
            String effect,
            String fix,
            String risk,
            String source) {
        return new Finding(rule, Category.KVM, severity, false, title, evidence, effect, fix, risk, source, List.of());
    }
}
