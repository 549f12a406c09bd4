package dev.nptune.host;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// A running VM as the kernel sees it, without asking QEMU or the guest.
///
/// @param schemaVersion version of this record's JSON form
/// @param pid QEMU's process
/// @param name what `-name` says; absent if it has none
/// @param statistics KVM's counters since the VM started, by name; of several VMs in one process the sums
/// @param memory what its memory is made of
/// @param traceEvents how many of KVM's events the kernel can trace
/// @param unseen what is not to be seen from outside, and why
public record LiveVm(
        int schemaVersion,
        int pid,
        Fact<String> name,
        Fact<Map<String, Long>> statistics,
        QemuMemory memory,
        Fact<Integer> traceEvents,
        List<Unseen> unseen) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    public LiveVm {
        Objects.requireNonNull(name);
        Objects.requireNonNull(memory);
        Objects.requireNonNull(traceEvents);
        statistics = statistics.map(all -> Collections.unmodifiableMap(new TreeMap<>(all)));
        unseen = List.copyOf(unseen);
    }

    /// What is not to be seen.
    ///
    /// @param what in a few words
    /// @param why what it would take
    public record Unseen(String what, String why) {}

    /// Reads it.
    ///
    /// @param root the machine's root directory
    /// @throws IllegalArgumentException if there is no QEMU of that number
    public static LiveVm read(Path root, int pid) {
        return LiveVmReader.read(new Tree(root), pid);
    }
}
