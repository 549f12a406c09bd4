package dev.nptune.doctor;

import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology;
import dev.nptune.host.CpuTopology.Node;
import dev.nptune.host.Host;
import dev.nptune.host.Memory;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import dev.nptune.vm.HostDev;
import java.util.List;
import java.util.Optional;

/// Rules about which NUMA node CPUs, memory and cards are on.
final class NumaRules {
    private static final int ZEN_FAMILY = 0x17;
    /// Models up to this one of that family are the first two Threadripper generations.
    private static final int LAST_EARLY_MODEL = 0x0f;

    private NumaRules() {}

    static List<Rule> all() {
        return List.of(BIOS_UMA, NUMA_MEMORYLESS, NUMA_REMOTE);
    }

    private static final Rule BIOS_UMA = Rule.of(
                    "bios-uma", Category.NUMA, Severity.MEDIUM, Need.PROCESSOR, Need.TOPOLOGY, Need.NUMA)
            .title("The firmware hides that this Threadripper has several NUMA nodes")
            .effect("Memory is interleaved over all dies: half of the guest's accesses go to another die, whatever"
                    + " the pins.")
            .fix("Set Memory Interleaving to Channel in the firmware; then pin CPUs and memory to one node.")
            .risk("PCI addresses and CPU numbers may change: look at hostdevs and pins again.")
            .source("tripleback.net, \"qemu numa performance revisited\"")
            .when(NumaRules::biosUma);

    private static void biosUma(Host host, Domain domain, Examination notes) {
        if (notes.read(host.cpu().modelName())
                        .filter(n -> n.contains("Threadripper"))
                        .isEmpty()
                || notes.read(host.cpu().family()).filter(f -> f == ZEN_FAMILY).isEmpty()
                || notes.read(host.cpu().model())
                        .filter(m -> m <= LAST_EARLY_MODEL)
                        .isEmpty()) {
            return;
        }
        CpuTopology topology = HostFacts.topology(host, notes);
        if (Pinning.nodes(host, topology, topology.cpus(), notes).size() == 1) {
            notes.found("/sys/devices/system/node", "one node", "a node for each die with memory");
        }
    }

    private static final Rule NUMA_MEMORYLESS = Rule.of(
                    "numa-memoryless", Category.NUMA, Severity.HIGH, Need.DOMAIN, Need.TOPOLOGY, Need.NUMA)
            .title("vCPUs run on a NUMA node that has no memory")
            .effect("Every access to memory goes to another node.")
            .fix("Pin the vCPUs to a node with memory of its own: 0 or 2 on a 2970WX or 2990WX.")
            .risk("Fewer cores to choose from.")
            .source("bitsum.com on Threadripper 2990WX")
            .when(NumaRules::numaMemoryless);

    private static void numaMemoryless(Host host, Domain domain, Examination notes) {
        for (Node node : nodesOfPins(host, domain, notes)) {
            Optional<Memory.Node> memory = memory(host, node.id());
            if (memory.isEmpty()) {
                notes.missing(path(node.id()), "the node's memory was not read");
            }
            memory.map(Memory.Node::total)
                    .filter(total ->
                            notes.read(total).filter(bytes -> bytes == 0).isPresent())
                    .ifPresent(total -> notes.found(
                            total.source(),
                            "0, under the vCPUs on CPU " + node.cpus().and(HostFacts.pinned(domain)),
                            "a node with memory"));
        }
    }

    private static final Rule NUMA_REMOTE = Rule.of(
                    "numa-remote", Category.NUMA, Severity.HIGH, Need.DOMAIN, Need.TOPOLOGY, Need.NUMA, Need.PCI)
            .after("numa-memoryless")
            .title("vCPUs, memory and graphics card are not on one NUMA node")
            .effect("Accesses to memory and card cross to another node: slower, and not evenly so.")
            .fix("Pin to the card's node N, and add <numatune><memory mode='strict' nodeset='N'/></numatune>.")
            .risk("With strict, the VM does not start, or is killed, if the node's memory does not suffice.")
            .source("Red Hat Enterprise Linux 7 Virtualization Tuning and Optimization Guide, 9.3.2")
            .when(NumaRules::numaRemote);

    /// A guest with nodes of its own may span the host's.
    private static void numaRemote(Host host, Domain domain, Examination notes) {
        List<Integer> pinned = nodesOfPins(host, domain, notes).stream()
                .map(Node::id)
                .filter(id -> memory(host, id)
                        .flatMap(n -> n.total().get())
                        .filter(bytes -> bytes == 0)
                        .isEmpty())
                .toList();
        if (pinned.isEmpty()) {
            return;
        }
        CpuSet wanted = set(pinned);
        if (pinned.size() > 1 && TopologyRules.cells(domain).size() < 2) {
            notes.found("cputune/vcpupin", "nodes " + wanted, "one node, or a guest NUMA node for each");
        }
        memoryElsewhere(host, domain, wanted, notes);
        for (HostDev card : HostFacts.passedDisplays(host, domain, notes)) {
            HostFacts.passed(host, card, notes)
                    .map(f -> f.numaNode())
                    .ifPresent(node -> notes.read(node)
                            .filter(n -> !pinned.contains(n))
                            .ifPresent(n -> notes.found(node.source(), "" + n, "the vCPUs' node: " + wanted)));
        }
    }

    /// Where nothing binds it, memory is taken where QEMU's main thread runs.
    private static void memoryElsewhere(Host host, Domain domain, CpuSet wanted, Examination notes) {
        Optional<Element> tune = domain.root().find("numatune");
        List<Element> bound = tune.stream()
                .flatMap(t -> t.children().stream())
                .filter(e -> e.name().equals("memory") || e.name().equals("memnode"))
                .toList();
        if (bound.stream().anyMatch(e -> e.has("placement", "auto"))) {
            return;
        }
        CpuSet nodeset = bound.stream()
                .flatMap(e -> e.attribute("nodeset").stream())
                .flatMap(text -> TopologyRules.numbers(text).stream())
                .reduce(CpuSet.of(), CpuSet::or);
        if (!nodeset.isEmpty()) {
            if (!nodeset.equals(wanted)) {
                notes.found(bound.getFirst().path() + "/@nodeset", nodeset.toString(), wanted.toString());
            }
            return;
        }
        CpuTopology topology = HostFacts.topology(host, notes);
        CpuSet main = domain.emulatorPin()
                .map(pin -> pin.value())
                .or(() -> domain.vcpus().cpuset())
                .orElse(topology.cpus());
        CpuSet from = set(topology.nodes().stream()
                .filter(n -> n.cpus().intersects(main))
                .map(Node::id)
                .toList());
        if (!from.equals(wanted)) {
            notes.found(
                    "numatune/memory",
                    "(absent): QEMU takes memory where it runs, on node " + from,
                    "nodeset='" + wanted + "'");
        }
    }

    /// The nodes under the pinned vCPUs of a machine that has several; empty where it has not.
    private static List<Node> nodesOfPins(Host host, Domain domain, Examination notes) {
        CpuSet pinned = HostFacts.pinned(domain);
        if (pinned.isEmpty()) {
            return List.of();
        }
        List<Node> nodes = Pinning.nodes(host, HostFacts.topology(host, notes), pinned, notes);
        return nodes.size() < 2
                ? List.of()
                : nodes.stream().filter(n -> n.cpus().intersects(pinned)).toList();
    }

    private static Optional<Memory.Node> memory(Host host, int id) {
        return host.memory().nodes().stream().filter(n -> n.id() == id).findFirst();
    }

    private static String path(int node) {
        return "/sys/devices/system/node/node" + node;
    }

    private static CpuSet set(List<Integer> nodes) {
        return CpuSet.of(nodes.stream().mapToInt(i -> i).toArray());
    }
}
