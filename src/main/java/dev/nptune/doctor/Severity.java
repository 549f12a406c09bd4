package dev.nptune.doctor;

/// How much a finding matters, worst first.
public enum Severity {
    /// Does not start, loses data, or is slow beyond use.
    CRITICAL,
    /// Plainly felt.
    HIGH,
    /// A risk rather than a cost.
    SECURITY,
    /// Measurable.
    MEDIUM,
    /// Small.
    LOW,
    /// Worth knowing.
    INFORMATION
}
