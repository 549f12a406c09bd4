package dev.nptune.cli;

import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Binding;
import dev.nptune.plan.Goal;
import dev.nptune.plan.HostRequest;
import dev.nptune.plan.Request;
import dev.nptune.plan.Topic;
import dev.nptune.plan.boot.ArgumentEdit;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a person asks of a plan.
final class RequestOptions {
    private static final long LEAST = 256L << 20;

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

    @Option(
            names = "--bind",
            paramLabel = "WHEN",
            description = "When a passed card goes to vfio-pci: auto (the default), boot or start (of the VM).")
    private Binding bind = Binding.AUTO;

    @Option(
            names = "--single-gpu",
            description =
                    "The VM may have the machine's only graphics card: the desktop ends when the VM starts, with all"
                            + " that is open, and comes back when it stops.")
    private boolean singleGpu;

    @Option(
            names = "--kernel-arg",
            paramLabel = "ARG",
            description = "A kernel argument to add for the next boots, as in iommu=pt; may be repeated.")
    private List<String> kernelArguments = List.of();

    @Option(
            names = "--drop-kernel-arg",
            paramLabel = "ARG",
            description = "A kernel argument to take away: NAME whatever its value, or NAME=VALUE; may be repeated.")
    private List<String> droppedArguments = List.of();

    @Option(
            names = "--latencies",
            paramLabel = "FILE",
            description = "Latencies between the machine's CPUs, measured by 'nptune probe cores -o FILE'; without it"
                    + " those of the last probe here, 'none' for a table.")
    private @Nullable String latencies;

    /// What is asked for, with the latencies that count on a machine.
    ///
    /// @param stored the last probe's; null for another machine than this one
    Request request(Host host, @Nullable StoredLatencies stored) throws UserException {
        Request asked = request();
        if (latencies != null && !latencies.equals("none")) {
            CoreLatencies measured = LatencyFile.read(Path.of(latencies)).latencies();
            CpuSet online = host.cpu().online().get().orElse(CpuSet.of());
            if (!StoredLatencies.cpus(measured).containsAll(online)) {
                throw new UserException(
                        Exit.WRONG_USE,
                        "the latencies in " + Printable.line(latencies) + " are of CPUs "
                                + StoredLatencies.cpus(measured) + "; online on the machine are " + online,
                        "measure them there: nptune probe cores -o cores.json");
            }
            return asked.withLatencies(measured);
        }
        return latencies == null
                        && stored != null
                        && stored.read(host) instanceof StoredLatencies.Lookup.Found found
                        && !found.virtualMachine()
                ? asked.withLatencies(found.latencies())
                : asked;
    }

    /// Whether something is to stay as it is.
    boolean keeps() {
        return !keep.isEmpty();
    }

    Request request() throws UserException {
        Optional<Integer> number =
                vcpus == null ? Optional.empty() : Optional.of(Alternatives.vcpus(vcpus, "--vcpus "));
        Optional<Long> bytes = memory == null ? Optional.empty() : Optional.of(Sizes.bytes(memory, "--memory "));
        if (bytes.filter(b -> b < LEAST).isPresent()) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--memory " + Printable.line(String.valueOf(memory)) + " is too little for a VM to boot",
                    "give it 256M at least");
        }
        if (singleGpu && (keep.contains(Topic.HOST) || keep.contains(Topic.GRAPHICS))) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--single-gpu writes a hook on the host that frees the graphics card, and --keep forbids that",
                    "leave out --single-gpu, or keep neither host nor graphics");
        }
        boolean arguments = !kernelArguments.isEmpty() || !droppedArguments.isEmpty();
        if (keep.contains(Topic.HOST) && (arguments || bind == Binding.BOOT)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    (arguments ? "--kernel-arg and --drop-kernel-arg change" : "--bind boot changes")
                            + " what the host boots with, and --keep host forbids that",
                    "leave out one of them");
        }
        return new Request(goal, number, bytes, keep, virtioDisk, Optional.empty(), host());
    }

    private HostRequest host() throws UserException {
        try {
            // as it will be taken
            new ArgumentEdit(kernelArguments, droppedArguments);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--kernel-arg, --drop-kernel-arg: " + Printable.line(String.valueOf(e.getMessage())),
                    "give each argument by itself, as in: --kernel-arg iommu=pt",
                    e);
        }
        return new HostRequest(bind, singleGpu, kernelArguments, droppedArguments);
    }
}
