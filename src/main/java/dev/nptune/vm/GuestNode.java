package dev.nptune.vm;

import dev.nptune.host.CpuSet;

/// A NUMA node that a guest is shown.
///
/// @param vcpus its vCPU numbers, disabled ones included
/// @param memoryBytes its memory, a whole number of KiB
/// @param hostNode the host's node that the memory is taken from
public record GuestNode(CpuSet vcpus, long memoryBytes, int hostNode) {}
