package dev.nptune.report;

import dev.nptune.host.Cpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Puts a machine's CPUs into boxes: each package, node, die and L3 goes into the smallest that holds all its CPUs, so
/// that a die of two nodes and a node of two dies both come out right.
public final class MachineMapper {
    private final Host host;
    private final List<String> notes = new ArrayList<>();

    private MachineMapper(Host host) {
        this.host = host;
    }

    /// Maps a machine and the VMs on it.
    public static MachineMap map(Host host, List<Domain> domains) {
        return new MachineMapper(host).map(domains);
    }

    private MachineMap map(List<Domain> domains) {
        List<Group> groups = groups();
        Group machine = new Group(Kind.PACKAGE, "", "", online());
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
                if (group.cpus.minus(child.cpus).isEmpty()) {
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
                if (core.cpus().minus(child.cpus).isEmpty()) {
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

    private CpuSet online() {
        return CpuSet.of(
                host.cpu().logical().stream().mapToInt(Cpu.LogicalCpu::id).toArray());
    }

    private List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        by(Cpu.LogicalCpu::packageId)
                .forEach((id, cpus) -> groups.add(new Group(
                        Kind.PACKAGE,
                        "Package " + id,
                        host.cpu().modelName().get().orElse(""),
                        cpus)));
        by(Cpu.LogicalCpu::node).forEach((id, cpus) -> groups.add(new Group(Kind.NODE, "NUMA node " + id, "", cpus)));
        Map<CpuSet, String> caches = new TreeMap<>(
                Comparator.comparingInt(set -> set.stream().findFirst().orElse(0)));
        for (Cpu.LogicalCpu cpu : host.cpu().logical()) {
            cpu.l3Sharing()
                    .get()
                    .ifPresent(sharing -> caches.putIfAbsent(
                            sharing.and(online()),
                            cpu.l3Bytes().get().map(MachineMapper::size).orElse("")));
        }
        caches.forEach((cpus, bytes) -> groups.add(new Group(Kind.L3, "L3", bytes, cpus)));
        groups.sort(Comparator.<Group>comparingInt(g -> -g.cpus.size())
                .thenComparing(g -> g.kind)
                .thenComparingInt(g -> g.cpus.stream().findFirst().orElse(0)));
        return groups;
    }

    private Map<Integer, CpuSet> by(Function<Cpu.LogicalCpu, Fact<Integer>> id) {
        Map<Integer, CpuSet> groups = new TreeMap<>();
        for (Cpu.LogicalCpu cpu : host.cpu().logical()) {
            id.apply(cpu).get().ifPresent(i -> groups.merge(i, CpuSet.of(cpu.id()), CpuSet::or));
        }
        return groups;
    }

    private List<Core> cores() {
        return host.cpu().logical().stream()
                .map(cpu -> cpu.threadSiblings()
                        .get()
                        .map(siblings -> siblings.and(online()))
                        .orElse(CpuSet.of(cpu.id())))
                .distinct()
                .map(cpus -> new Core(cpus, ""))
                .toList();
    }

    private Optional<Group> nodeOf(PciFunction function, List<Group> groups) {
        List<Group> nodes = groups.stream().filter(g -> g.kind == Kind.NODE).toList();
        if (nodes.size() == 1) {
            return Optional.of(nodes.getFirst());
        }
        return function.numaNode()
                .get()
                .flatMap(node -> nodes.stream()
                        .filter(g -> g.title.equals("NUMA node " + node))
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
                function.id(),
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
                .isolated()
                .get()
                .filter(cpus -> !cpus.isEmpty())
                .ifPresent(cpus -> notes.add("CPUs " + cpus + " are isolated from the scheduler (isolcpus)"));
    }

    private static String size(long bytes) {
        return bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB" : (bytes >> 10) + " KiB";
    }
}
