package dev.nptune.plan;

/// What a VM is for, which decides how the parts of a layout's cost are weighed.
public enum Goal {
    /// Frames, and even ones: cache and boost count.
    GAMING,
    /// Short and even reaction times, for sound and the like: quiet CPUs count before fast ones.
    LATENCY,
    /// Work done: clock and cache per vCPU count before nearness.
    THROUGHPUT
}
