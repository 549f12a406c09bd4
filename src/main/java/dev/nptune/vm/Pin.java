package dev.nptune.vm;

import dev.nptune.host.CpuSet;

/// A thread of a domain bound to host CPUs.
///
/// @param path XPath relative to `/domain`
/// @param thread number of the vCPU (from 0) or of the iothread (from 1)
/// @param cpus the host CPUs it may run on
public record Pin(String path, int thread, CpuSet cpus) {}
