package dev.nptune.cli;

import dev.nptune.internal.text.UserException;
import dev.nptune.plan.Goal;
import dev.nptune.plan.Request;
import dev.nptune.plan.Topic;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a person asks of a plan.
final class RequestOptions {
    @Option(
            names = "--for",
            paramLabel = "GOAL",
            description = "What the VM is for: gaming (the default), latency or throughput.")
    private Goal goal = Goal.GAMING;

    @Option(names = "--vcpus", paramLabel = "N", description = "How many vCPUs the VM shall have.")
    private @Nullable String vcpus;

    @Option(names = "--memory", paramLabel = "SIZE", description = "How much memory the VM shall have, as in 16G.")
    private @Nullable String memory;

    @Option(
            names = "--keep",
            split = ",",
            paramLabel = "TOPIC",
            description = "What stays as it is, with commas: ${COMPLETION-CANDIDATES}.")
    private Set<Topic> keep = Set.of();

    @Option(
            names = "--virtio-disk",
            description = "Move a Windows guest's disks to virtio: its viostor driver is installed.")
    private boolean virtioDisk;

    /// Whether something is to stay as it is.
    boolean keeps() {
        return !keep.isEmpty();
    }

    Request request() throws UserException {
        Optional<Integer> number =
                vcpus == null ? Optional.empty() : Optional.of(Alternatives.vcpus(vcpus, "--vcpus "));
        Optional<Long> bytes = memory == null ? Optional.empty() : Optional.of(Sizes.bytes(memory, "--memory "));
        return new Request(goal, number, bytes, keep, virtioDisk, Optional.empty());
    }
}
