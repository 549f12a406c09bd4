package dev.nptune.bench;

import org.jspecify.annotations.Nullable;

/// What one workload took, on bare metal and in the VM before and after tuning.
///
/// @param name what ran, e.g. `process creation`
/// @param unit unit of the three values, e.g. `ms`; less is better in all of them
/// @param bare on the machine without a hypervisor
/// @param before in the VM as it was found; null if that was not measured
/// @param after in the VM as tuned; null if that was not measured
public record Workload(
        String name,
        String unit,
        double bare,
        @Nullable Double before,
        @Nullable Double after) {}
