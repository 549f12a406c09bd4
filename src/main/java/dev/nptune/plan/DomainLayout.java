package dev.nptune.plan;

import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.plan.CostFunction.GuestMemory;
import dev.nptune.vm.Domain;
import dev.nptune.vm.HostDev;
import dev.nptune.vm.Pin;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// How the threads and the memory of a domain are laid out, as its XML says.
final class DomainLayout {
    private DomainLayout() {}

    /// The node of the first passed card whose node is known.
    static Optional<Integer> gpuNode(Host host, Domain domain) {
        return domain.hostdevs().stream()
                .map(HostDev::address)
                .flatMap(address -> host.function(address).stream())
                .filter(PciFunction::isDisplay)
                .flatMap(f -> f.numaNode().get().stream())
                .findFirst();
    }

    /// Where each vCPU of a domain may run.
    static List<CpuSet> pins(Domain domain, CpuSet online) {
        CpuSet floating = domain.vcpus().cpuset().orElse(online);
        return domain.vcpus().enabled().stream()
                .mapToObj(vcpu -> domain.vcpuPins().stream()
                        .filter(pin -> pin.thread() == vcpu)
                        .findFirst()
                        .map(Pin::cpus)
                        .orElse(floating))
                .toList();
    }

    /// The nodes a domain's memory is bound to; all that have memory where nothing binds it. A guest with
    /// nodes of its own is taken to have them where its vCPUs are.
    static GuestMemory memory(Domain domain, CpuModel machine) {
        Set<Integer> bound = new TreeSet<>();
        domain.root().all("numatune/memory").stream()
                .flatMap(e -> e.attribute("nodeset").stream())
                .forEach(text -> {
                    try {
                        CpuSet.parse(text).stream().forEach(bound::add);
                    } catch (IllegalArgumentException _) {
                        // libvirt would refuse it; then nothing is bound
                    }
                });
        boolean cells = domain.root().find("cpu/numa").isPresent();
        return new GuestMemory(bound.isEmpty() ? machine.memoryBytes().keySet() : bound, cells);
    }
}
