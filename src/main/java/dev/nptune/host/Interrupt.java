package dev.nptune.host;

import java.util.List;

/// An interrupt line of a device, as a row of `/proc/interrupts` shows it.
///
/// @param number the kernel's number
/// @param actions who asked for it, in the drivers' words: `nvme0q1`, `vfio-msi[0](0000:01:00.0)`; several where they
///     share the line, none where nobody did
/// @param count how often it came since the start, on all CPUs that are online
/// @param effectiveAffinity the CPUs it really goes to; known and empty for one that goes nowhere yet, absent before
///     Linux 4.13
public record Interrupt(int number, List<String> actions, long count, Fact<CpuSet> effectiveAffinity) {
    public Interrupt {
        actions = List.copyOf(actions);
    }
}
