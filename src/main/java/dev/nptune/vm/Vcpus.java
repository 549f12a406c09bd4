package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import java.util.Optional;

/// The virtual CPUs of a domain.
///
/// @param path XPath relative to `/domain`
/// @param maximum how many there are, enabled or not
/// @param enabled numbers of those the guest starts with; the others are padding and need no pins
/// @param cpuset host CPUs that whatever has no pin of its own floats over (`vcpu/@cpuset`)
public record Vcpus(String path, int maximum, CpuSet enabled, Optional<CpuSet> cpuset) {
    /// The most vCPUs read; QEMU itself stops at this number.
    public static final int MAX = 4096;
}
