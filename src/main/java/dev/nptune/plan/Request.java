package dev.nptune.plan;

import dev.nptune.host.CoreLatencies;
import java.util.Optional;
import java.util.Set;

/// What a person asks of a plan for a VM that exists.
///
/// @param goal what the VM is for
/// @param vcpus how many vCPUs it shall have; empty for as many as it has, or fewer if the host would starve
/// @param memoryBytes how much memory it shall have; empty for as much as it has
/// @param keep what stays as it is
/// @param virtioDisk whether the disks of a Windows guest may move to virtio: its owner says that viostor is installed
/// @param latencies what was measured between the host's CPUs; empty for a table
/// @param singleGpu whether the desktop may end while the VM runs, so that the VM can have the machine's only card
public record Request(
        Goal goal,
        Optional<Integer> vcpus,
        Optional<Long> memoryBytes,
        Set<Topic> keep,
        boolean virtioDisk,
        Optional<CoreLatencies> latencies,
        boolean singleGpu) {
    /// Nothing special.
    public static final Request DEFAULT =
            new Request(Goal.GAMING, Optional.empty(), Optional.empty(), Set.of(), false, Optional.empty());

    public Request {
        keep = Set.copyOf(keep);
        if (vcpus.filter(v -> v < 1).isPresent()
                || memoryBytes.filter(m -> m < 1).isPresent()) {
            throw new IllegalArgumentException("a VM has at least one vCPU and some memory");
        }
    }

    /// One that leaves the desktop alone.
    public Request(
            Goal goal,
            Optional<Integer> vcpus,
            Optional<Long> memoryBytes,
            Set<Topic> keep,
            boolean virtioDisk,
            Optional<CoreLatencies> latencies) {
        this(goal, vcpus, memoryBytes, keep, virtioDisk, latencies, false);
    }

    /// The same for another goal.
    public Request withGoal(Goal other) {
        return new Request(other, vcpus, memoryBytes, keep, virtioDisk, latencies, singleGpu);
    }

    /// The same with a number of vCPUs asked for.
    public Request withVcpus(int number) {
        return new Request(goal, Optional.of(number), memoryBytes, keep, virtioDisk, latencies, singleGpu);
    }

    /// The same with a size of memory asked for.
    public Request withMemoryBytes(long bytes) {
        return new Request(goal, vcpus, Optional.of(bytes), keep, virtioDisk, latencies, singleGpu);
    }

    /// The same with latencies that were measured.
    public Request withLatencies(CoreLatencies measured) {
        return new Request(goal, vcpus, memoryBytes, keep, virtioDisk, Optional.of(measured), singleGpu);
    }

    /// The same with leave to move the disks of a Windows guest to virtio.
    public Request withVirtioDisk(boolean allowed) {
        return new Request(goal, vcpus, memoryBytes, keep, allowed, latencies, singleGpu);
    }

    /// The same with leave to end the desktop while the VM runs.
    public Request withSingleGpu(boolean allowed) {
        return new Request(goal, vcpus, memoryBytes, keep, virtioDisk, latencies, allowed);
    }
}
