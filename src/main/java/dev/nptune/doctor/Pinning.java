package dev.nptune.doctor;

import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology;
import dev.nptune.host.CpuTopology.Core;
import dev.nptune.host.CpuTopology.L3;
import dev.nptune.host.CpuTopology.Node;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Pin;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// Where a domain's vCPUs are bound and what a machine has there, for the rules about CPUs.
final class Pinning {
    private static final int SHOWN = 4;

    private Pinning() {}

    /// The pins of the enabled vCPUs by the vCPU's number, which may have holes.
    static NavigableMap<Integer, Pin> of(Domain domain) {
        NavigableMap<Integer, Pin> pins = new TreeMap<>();
        domain.vcpuPins().stream()
                .filter(p -> domain.vcpus().enabled().contains(p.thread()))
                .forEach(p -> pins.put(p.thread(), p));
        return pins;
    }

    /// The vCPUs of some pins as a list.
    static CpuSet vcpus(List<Pin> pins) {
        return CpuSet.of(pins.stream().mapToInt(Pin::thread).toArray());
    }

    /// The host CPUs of some pins.
    static CpuSet cpus(List<Pin> pins) {
        return pins.stream().map(Pin::cpus).reduce(CpuSet.of(), CpuSet::or);
    }

    /// The first of many, and how many more there are.
    static String brief(List<String> all) {
        String shown = String.join("; ", all.subList(0, Math.min(SHOWN, all.size())));
        return all.size() > SHOWN ? shown + "; " + (all.size() - SHOWN) + " more" : shown;
    }

    /// The cores; noted if it is not known which core some of these CPUs belong to.
    static List<Core> cores(Host host, CpuTopology topology, CpuSet of, Examination notes) {
        CpuSet known = all(topology.cores().stream().map(Core::cpus));
        explain(host, of.minus(known), notes, List.of(LogicalCpu::threadSiblings, LogicalCpu::coreId));
        return topology.cores();
    }

    /// The L3 caches; noted if it is not known which some of these CPUs have.
    static List<L3> l3(Host host, CpuTopology topology, CpuSet of, Examination notes) {
        CpuSet known = all(topology.l3().stream().map(L3::cpus));
        explain(host, of.minus(known), notes, List.of(LogicalCpu::l3Id, LogicalCpu::l3Sharing));
        return topology.l3();
    }

    /// The NUMA nodes that have CPUs; noted if it is not known which some of these CPUs are on.
    static List<Node> nodes(Host host, CpuTopology topology, CpuSet of, Examination notes) {
        CpuSet known = all(topology.nodes().stream().map(Node::cpus));
        explain(host, of.minus(known), notes, List.of(LogicalCpu::node));
        return topology.nodes();
    }

    private static CpuSet all(Stream<CpuSet> sets) {
        return sets.reduce(CpuSet.of(), CpuSet::or);
    }

    /// Notes of the first such CPU what could not be read; a machine without the thing itself has nothing to note.
    private static void explain(Host host, CpuSet left, Examination notes, List<Function<LogicalCpu, Fact<?>>> facts) {
        left.first()
                .ifPresent(first -> host.cpu().logical().stream()
                        .filter(l -> l.id() == first)
                        .findFirst()
                        .ifPresentOrElse(
                                l -> facts.forEach(f -> notes.read(f.apply(l))),
                                () -> notes.missing(
                                        host.cpu().online().source(),
                                        "CPU " + first + " is not online on this machine")));
    }
}
