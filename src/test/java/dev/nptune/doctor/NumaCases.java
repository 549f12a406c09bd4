package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;
import static dev.nptune.doctor.Cores.each;
import static dev.nptune.doctor.Cores.machine;
import static dev.nptune.doctor.Cores.nodes;
import static dev.nptune.doctor.Cores.topology;
import static dev.nptune.doctor.Cores.vm;

import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Memory;
import dev.nptune.host.PciFunction;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [NumaRules].
final class NumaCases {
    private static final String NODE = "/sys/devices/system/node/node";
    private static final String CARD = "/sys/bus/pci/devices/0000:01:00.";
    private static final String ONLINE = "/sys/devices/system/cpu/online";

    private NumaCases() {}

    static List<Case> all() {
        return Stream.of(interleaved(), memoryless(), remote())
                .flatMap(List::stream)
                .toList();
    }

    private static Consumer<TestHost> threadripper(String name, int family, int model) {
        return h -> {
            h.modelName = Fact.known(name, "/proc/cpuinfo");
            h.family = Fact.known(family, "/proc/cpuinfo");
            h.model = Fact.known(model, "/proc/cpuinfo");
        };
    }

    private static List<Case> interleaved() {
        String id = "bios-uma";
        String name = "AMD Ryzen Threadripper 1950X 16-Core Processor";
        Consumer<TestHost> early = threadripper(name, 0x17, 1);
        String found = "/sys/devices/system/node | one node | a node for each die with memory";
        return List.of(
                fires(id, "first generation", early, tuned(), found),
                fires(id, "the last early model", threadripper(name, 0x17, 0xf), tuned(), found),
                clear(id, "two nodes", early.andThen(nodes(cpu -> cpu % 8 / 4)), tuned()),
                clear(id, "a later one has one node by itself", threadripper(name, 0x17, 0x31), tuned()),
                clear(id, "the next model", threadripper(name, 0x17, 0x10), tuned()),
                clear(id, "another family", threadripper(name, 0x19, 8), tuned()),
                clear(id, "no Threadripper", SOUND, tuned()),
                unknown(id, "name", h -> h.modelName = TestHost.unreadable(h.modelName), tuned(), "/proc/cpuinfo"),
                unknown(
                        id,
                        "family",
                        early.andThen(h -> h.family = TestHost.unreadable(h.family)),
                        tuned(),
                        "/proc/cpuinfo"),
                unknown(
                        id,
                        "model",
                        early.andThen(h -> h.model = TestHost.unreadable(h.model)),
                        tuned(),
                        "/proc/cpuinfo"),
                unknown(
                        id,
                        "nodes",
                        early.andThen(each(l -> Cores.node(l, Fact.unreadable(NODE + "0", "no")))),
                        tuned(),
                        NODE + "0"),
                unknown(id, "no CPU read", early.andThen(h -> h.logical = List.of()), tuned(), ONLINE));
    }

    /// A machine of two nodes, node 0 of the first four cores, with so many GiB.
    private static Consumer<TestHost> two(long first, long second) {
        return nodes(cpu -> cpu % 8 / 4).andThen(h -> {
            h.nodes.add(memory(0, Fact.known(first << 30, NODE + "0/meminfo")));
            h.nodes.add(memory(1, Fact.known(second << 30, NODE + "1/meminfo")));
        });
    }

    private static Memory.Node memory(int id, Fact<Long> total) {
        return new Memory.Node(
                id,
                Fact.known(CpuSet.of(), NODE + id + "/cpulist"),
                total,
                Fact.unreadable(NODE + id + "/meminfo", "not in this test"),
                List.of(),
                Fact.unreadable(NODE + id + "/distance", "not in this test"));
    }

    private static List<Case> memoryless() {
        String id = "numa-memoryless";
        String found = NODE + "1/meminfo | 0, under the vCPUs on CPU ";
        return List.of(
                fires(id, "all", two(16, 0), tuned(), found + "4-5,12-13 | a node with memory"),
                fires(
                        id,
                        "half",
                        two(16, 0),
                        vm(topology(1, 1, 2, 2), "3", "11", "4", "12"),
                        found + "4,12 | a node with memory"),
                clear(id, "memory there", two(0, 16), tuned()),
                clear(id, "one node", SOUND, tuned()),
                clear(id, "no pins", two(0, 0), vm("", "", "")),
                unknown(
                        id,
                        "unreadable",
                        nodes(cpu -> cpu % 8 / 4)
                                .andThen(h -> h.nodes.add(memory(1, Fact.unreadable(NODE + "1/meminfo", "no")))),
                        tuned(),
                        NODE + "1/meminfo"),
                unknown(id, "not read", nodes(cpu -> cpu % 8 / 4), tuned(), NODE + "1"),
                unknown(id, "no CPU read", h -> h.logical = List.of(), tuned(), ONLINE, ONLINE));
    }

    private static Consumer<TestHost> card(Fact<Integer> node) {
        return h -> {
            List<PciFunction> functions = new ArrayList<>();
            for (PciFunction f : TestHost.host().pci()) {
                functions.add(new PciFunction(
                        f.address(),
                        f.classCode(),
                        f.vendorId(),
                        f.deviceId(),
                        f.driver(),
                        f.iommuGroup(),
                        f.isDisplay() ? node : Fact.known(0, "the others' node"),
                        f.bootVga(),
                        f.identity(),
                        f.parent(),
                        f.link(),
                        f.resources(),
                        f.state(),
                        f.config(),
                        f.connectors()));
            }
            h.functions = functions;
        };
    }

    private static Domain numatune(Domain domain, String inside) {
        return Domain.parse(domain.xml().replace("<cputune>", "<numatune>" + inside + "</numatune><cputune>"));
    }

    private static List<Case> remote() {
        String id = "numa-remote";
        String numa = CARD + "0/numa_node";
        Consumer<TestHost> both = two(16, 16);
        Domain bound = numatune(tuned(), "<memory mode='strict' nodeset='1'/>");
        Domain over = vm(topology(1, 1, 2, 2), "3", "11", "4", "12");
        Domain withCells =
                vm(topology(1, 1, 2, 2) + "<numa><cell cpus='0-1'/><cell cpus='2-3'/></numa>", "3", "11", "4", "12");
        String emulator = "<emulatorpin cpuset='0,8'/>";
        return List.of(
                fires(
                        id,
                        "memory bound elsewhere",
                        both,
                        numatune(tuned(), "<memory mode='strict' nodeset='0'/>"),
                        "numatune/memory/@nodeset | 0 | 1"),
                fires(
                        id,
                        "memory over both",
                        both,
                        numatune(tuned(), "<memory mode='interleave' nodeset='0-1'/>"),
                        "numatune/memory/@nodeset | 0-1 | 1"),
                fires(
                        id,
                        "unbound, taken where the emulator runs",
                        both,
                        tuned(),
                        "numatune/memory | (absent): QEMU takes memory where it runs, on node 0 | nodeset='1'"),
                fires(
                        id,
                        "unbound, by the domain's cpuset",
                        both,
                        tuned(emulator, "", "placement='static'", "cpuset='2-3'"),
                        "numatune/memory | (absent): QEMU takes memory where it runs, on node 0 | nodeset='1'"),
                fires(
                        id,
                        "unbound, from anywhere",
                        both,
                        tuned(emulator, ""),
                        "numatune/memory | (absent): QEMU takes memory where it runs, on node 0-1 | nodeset='1'"),
                fires(
                        id,
                        "vCPUs over both",
                        both,
                        numatune(over, "<memory mode='strict' nodeset='0-1'/>"),
                        "cputune/vcpupin | nodes 0-1 | one node, or a guest NUMA node for each"),
                fires(
                        id,
                        "the card on the other",
                        both.andThen(card(Fact.known(0, numa))),
                        bound,
                        numa + " | 0 | the vCPUs' node: 1"),
                fires(
                        id,
                        "one half bound",
                        both,
                        numatune(withCells, "<memnode cellid='0' mode='strict' nodeset='0'/>"),
                        "numatune/memnode/@nodeset | 0 | 0-1"),
                clear(id, "all on one", both.andThen(card(Fact.known(1, numa))), bound),
                clear(id, "unbound, but the emulator is there", both, tuned(emulator, "<emulatorpin cpuset='7'/>")),
                clear(id, "a guest node for each", both, numatune(withCells, "<memory nodeset='0-1'/>")),
                clear(
                        id,
                        "a guest node for each, bound one by one",
                        both,
                        numatune(
                                withCells,
                                "<memnode cellid='0' nodeset='0'/><memnode cellid='1' nodeset='1'/><other nodeset='7'/>")),
                clear(id, "numad places it", both, numatune(tuned(), "<memory placement='auto'/>")),
                clear(id, "a card without a node", both.andThen(card(Fact.absent(numa))), bound),
                clear(id, "no memory under the vCPUs is another matter", two(16, 0), tuned()),
                clear(id, "one node", SOUND, tuned()),
                clear(id, "no pins", both, vm("", "", "")),
                unknown(id, "the card's node", both.andThen(card(Fact.unreadable(numa, "no"))), bound, numa),
                unknown(
                        id,
                        "the CPUs' nodes",
                        each(l -> Cores.node(l, Fact.unreadable(NODE + "0", "no"))),
                        tuned(),
                        NODE + "0"),
                unknown(id, "a CPU that is not here", machine(4, 2, 1), vm(topology(1, 1, 1, 2), "3", "8"), ONLINE),
                unknown(
                        id,
                        "the card is not here",
                        both.andThen(h -> h.gpuPresent = false),
                        bound,
                        CARD + "0",
                        CARD + "1"));
    }
}
