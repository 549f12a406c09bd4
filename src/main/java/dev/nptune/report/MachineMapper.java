package dev.nptune.report;

import dev.nptune.host.Cpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.internal.text.ByteSize;
import dev.nptune.report.MachineMap.Box;
import dev.nptune.report.MachineMap.Core;
import dev.nptune.report.MachineMap.Device;
import dev.nptune.report.MachineMap.Kind;
import dev.nptune.report.MachineMap.Vm;
import dev.nptune.report.MachineMap.VmThread;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Located;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Puts a machine's CPUs into boxes: each package, node, die and L3 goes into the smallest that holds all its CPUs, so
/// that a die of two nodes and a node of two dies both come out right.
public final class MachineMapper {
    private final Host host;
    private final CpuTopology topology;
    private final List<String> notes = new ArrayList<>();

    private MachineMapper(Host host) {
        this.host = host;
        this.topology = CpuTopology.of(host.cpu());
    }

    /// Maps a machine and the VMs on it.
    public static MachineMap map(Host host, List<Domain> domains) {
        return new MachineMapper(host).map(domains);
    }

    private MachineMap map(List<Domain> domains) {
        List<Group> groups = groups();
        Group machine = new Group(Kind.PACKAGE, "", "", topology.cpus());
        groups.forEach(group -> machine.place(group, notes));
        cores().forEach(machine::place);
        List<Device> elsewhere = new ArrayList<>();
        for (PciFunction function : host.pci()) {
            if (isWorthShowing(function)) {
                nodeOf(function, groups).map(g -> g.devices).orElse(elsewhere).add(device(function));
            }
        }
        List<Box> boxes = machine.inside.stream().map(Group::box).toList();
        if (!machine.cores.isEmpty()) {
            boxes = new ArrayList<>(boxes);
            boxes.add(new Box(
                    Kind.PACKAGE, "CPUs", "in no known package", machine.cpus, List.of(), machine.cores, List.of()));
        }
        notes();
        return new MachineMap(title(), boxes, elsewhere, vms(domains), notes);
    }

    /// A box that is being filled.
    private static final class Group {
        private final Kind kind;
        private final String title;
        private final String detail;
        private final CpuSet cpus;
        private final List<Group> inside = new ArrayList<>();
        private final List<Core> cores = new ArrayList<>();
        private final List<Device> devices = new ArrayList<>();

        Group(Kind kind, String title, String detail, CpuSet cpus) {
            this.kind = kind;
            this.title = title;
            this.detail = detail;
            this.cpus = cpus;
        }

        /// Puts a group, no larger than those before it, into the innermost that holds it.
        void place(Group group, List<String> notes) {
            for (Group child : inside) {
                if (child.cpus.containsAll(group.cpus)) {
                    child.place(group, notes);
                    return;
                }
                if (group.cpus.intersects(child.cpus)) {
                    notes.add(group.title + " (CPUs " + group.cpus + ") lies across " + child.title + " (CPUs "
                            + child.cpus + ") and is not drawn");
                    return;
                }
            }
            inside.add(group);
        }

        void place(Core core) {
            for (Group child : inside) {
                if (child.cpus.containsAll(core.cpus())) {
                    child.place(core);
                    return;
                }
            }
            cores.add(core);
        }

        Box box() {
            return new Box(
                    kind, title, detail, cpus, inside.stream().map(Group::box).toList(), cores, devices);
        }
    }

    private List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        String model = host.cpu().modelName().get().orElse("");
        topology.packages()
                .forEach(p -> groups.add(new Group(Kind.PACKAGE, numbered("Package", p.id()), model, p.cpus())));
        topology.nodes().forEach(n -> groups.add(new Group(Kind.NODE, nodeTitle(n.id()), memory(n.id()), n.cpus())));
        if (topology.dies().size() > topology.packages().size()) {
            topology.dies().forEach(d -> groups.add(new Group(Kind.DIE, numbered("Die", d.id()), "", d.cpus())));
        }
        topology.l3()
                .forEach(c -> groups.add(new Group(
                        Kind.L3,
                        numbered("L3", c.id()),
                        c.bytes().map(ByteSize::of).orElse("") + (c.x3d() ? ", stacked (X3D)" : ""),
                        c.cpus())));
        groups.sort(Comparator.<Group>comparingInt(g -> -g.cpus.size())
                .thenComparing(g -> g.kind)
                .thenComparingInt(g -> g.cpus.first().orElse(0)));
        return groups;
    }

    private static String numbered(String name, Optional<Integer> id) {
        return id.map(i -> name + " " + i).orElse(name);
    }

    private static String nodeTitle(int id) {
        return "NUMA node " + id;
    }

    private String memory(int node) {
        return host.memory().nodes().stream()
                .filter(n -> n.id() == node)
                .flatMap(n -> n.total().get().stream())
                .map(ByteSize::of)
                .findFirst()
                .orElse("");
    }

    private List<Core> cores() {
        List<Integer> ranks = topology.preferred().stream()
                .flatMap(core -> core.highestPerf().stream())
                .distinct()
                .toList();
        return topology.cores().stream()
                .map(core -> new Core(core.cpus(), mark(core, ranks)))
                .toList();
    }

    /// `P`, `E` or `LP` where there are several kinds; `#1` for the cores the firmware ranks highest where it does.
    private static String mark(CpuTopology.Core core, List<Integer> ranks) {
        String kind = core.kind()
                .map(k -> switch (k) {
                    case PERFORMANCE -> "P";
                    case EFFICIENT -> "E";
                    case LOW_POWER -> "LP";
                })
                .orElse("");
        String rank = ranks.size() < 2
                ? ""
                : core.highestPerf()
                        .map(perf -> "#" + (ranks.indexOf(perf) + 1))
                        .orElse("");
        return (kind + " " + rank).strip();
    }

    private Optional<Group> nodeOf(PciFunction function, List<Group> groups) {
        List<Group> nodes = groups.stream().filter(g -> g.kind == Kind.NODE).toList();
        if (nodes.size() == 1) {
            return Optional.of(nodes.getFirst());
        }
        return function.numaNode()
                .get()
                .flatMap(node -> nodes.stream()
                        .filter(g -> g.title.equals(nodeTitle(node)))
                        .findFirst());
    }

    /// Storage, network, display, and USB: what somebody would pass through or keep near a VM.
    private static boolean isWorthShowing(PciFunction function) {
        int base = function.classCode() >> 16;
        return base == 0x01 || base == 0x02 || base == 0x03 || function.classCode() >> 8 == 0x0c03;
    }

    private static Device device(PciFunction function) {
        String driver = told(function.driver(), name -> name, "no driver", "driver unknown");
        String group = told(function.iommuGroup(), number -> "group " + number, "no group", "group unknown");
        return new Device(
                function.address(),
                function.identity().device().get().orElse(function.id()),
                driver + ", " + group + (function.bootVga().get().orElse(false) ? ", boot display" : ""));
    }

    private static <T> String told(Fact<T> fact, Function<T, String> known, String absent, String unknown) {
        return switch (fact) {
            case Fact.Known<T>(T value, String _) -> known.apply(value);
            case Fact.Absent<T> _ -> absent;
            case Fact.Unreadable<T> _ -> unknown;
        };
    }

    private static List<Vm> vms(List<Domain> domains) {
        return domains.stream()
                .map(domain -> new Vm(domain.name(), threads(domain)))
                .filter(vm -> !vm.threads().isEmpty())
                .toList();
    }

    private static List<VmThread> threads(Domain domain) {
        List<VmThread> threads = new ArrayList<>();
        domain.vcpuPins()
                .forEach(pin -> threads.add(new VmThread("vCPU " + pin.thread(), "v" + pin.thread(), pin.cpus())));
        domain.emulatorPin().map(Located::value).ifPresent(cpus -> threads.add(new VmThread("emulator", "em", cpus)));
        domain.iothreadPins()
                .forEach(pin -> threads.add(new VmThread("iothread " + pin.thread(), "io" + pin.thread(), pin.cpus())));
        return threads;
    }

    private String title() {
        return host.cpu().modelName().get().orElse("unknown processor")
                + host.kernel()
                        .release()
                        .get()
                        .map(release -> ", Linux " + release)
                        .orElse("");
    }

    private void notes() {
        host.cpu()
                .offline()
                .get()
                .filter(cpus -> !cpus.isEmpty())
                .ifPresent(cpus -> notes.add("CPUs " + cpus + " are offline"));
        host.cpu()
                .isolated()
                .get()
                .filter(cpus -> !cpus.isEmpty())
                .ifPresent(cpus -> notes.add("CPUs " + cpus + " are isolated from the scheduler (isolcpus)"));
        host.cpu().coreClasses().get().orElse(List.of()).stream()
                .filter(Cpu.CoreClass::inferred)
                .findFirst()
                .ifPresent(c -> notes.add("which cores are P and which E is inferred from " + c.basis()));
        topology.disagreements().forEach(notes::add);
    }
}
