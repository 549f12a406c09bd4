package dev.nptune.watch;

import dev.nptune.host.CpuSet;
import java.util.List;

/// What a recording is of: its first block, as JSON.
///
/// @param schemaVersion version of this record's JSON form and of the file's
/// @param vm the VM's name; empty if it has none
/// @param pid QEMU's process
/// @param started when that process started, in ticks since boot
/// @param kernel the host's release
/// @param hertz how often the vCPUs' run delay is read
/// @param threads QEMU's threads at the beginning, with the CPUs each may run on
/// @param cpus the CPUs on which the vCPUs may run
/// @param sources where numbers come from, and of those that are absent why
public record About(
        int schemaVersion,
        String vm,
        int pid,
        long started,
        String kernel,
        double hertz,
        List<VmThread> threads,
        CpuSet cpus,
        List<Source> sources) {
    public About {
        threads = List.copyOf(threads);
        sources = List.copyOf(sources);
    }
}
