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
/// @param host what is asked of the host
public record Request(
        Goal goal,
        Optional<Integer> vcpus,
        Optional<Long> memoryBytes,
        Set<Topic> keep,
        boolean virtioDisk,
        Optional<CoreLatencies> latencies,
        HostRequest host) {
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

    /// One that asks nothing special of the host.
    public Request(
            Goal goal,
            Optional<Integer> vcpus,
            Optional<Long> memoryBytes,
            Set<Topic> keep,
            boolean virtioDisk,
            Optional<CoreLatencies> latencies) {
        this(goal, vcpus, memoryBytes, keep, virtioDisk, latencies, HostRequest.DEFAULT);
    }

    /// The same for another goal.
    public Request withGoal(Goal other) {
        return new Request(other, vcpus, memoryBytes, keep, virtioDisk, latencies, host);
    }

    /// The same with a number of vCPUs asked for.
    public Request withVcpus(int number) {
        return new Request(goal, Optional.of(number), memoryBytes, keep, virtioDisk, latencies, host);
    }

    /// The same with a size of memory asked for.
    public Request withMemoryBytes(long bytes) {
        return new Request(goal, vcpus, Optional.of(bytes), keep, virtioDisk, latencies, host);
    }

    /// The same with latencies that were measured.
    public Request withLatencies(CoreLatencies measured) {
        return new Request(goal, vcpus, memoryBytes, keep, virtioDisk, Optional.of(measured), host);
    }

    /// The same with leave to move the disks of a Windows guest to virtio.
    public Request withVirtioDisk(boolean allowed) {
        return new Request(goal, vcpus, memoryBytes, keep, allowed, latencies, host);
    }

    /// The same with something asked of the host.
    public Request withHost(HostRequest asked) {
        return new Request(goal, vcpus, memoryBytes, keep, virtioDisk, latencies, asked);
    }
}
