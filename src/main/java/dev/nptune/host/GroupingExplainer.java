package dev.nptune.host;

import dev.nptune.host.ConfigSpace.PortType;
import dev.nptune.host.IommuGrouping.Bond;
import dev.nptune.host.IommuGrouping.Cause;
import dev.nptune.host.IommuGrouping.Culprit;
import dev.nptune.host.IommuGrouping.FreePort;
import dev.nptune.host.IommuGrouping.Proof;
import dev.nptune.host.IommuGrouping.SharedGroup;
import dev.nptune.host.IommuGrouping.Unknown;
import dev.nptune.host.IommuGrouping.Unproven;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Goes the way of `pci_device_group` for each function and keeps what it finds as bonds between functions.
///
/// Linux stops at the first bridge that has a group already, and a bridge has one before what is below it; so each
/// function has at most one bond upwards, and bonds sideways only without one upwards.
final class GroupingExplainer {
    private static final String OVERRIDE = "pcie_acs_override";

    private final PciTree tree;
    private final boolean override;
    private final Map<PciAddress, Isolation> isolation = new HashMap<>();
    private final List<Bond> bonds = new ArrayList<>();
    private final Map<PciAddress, List<Unknown>> unknown = new HashMap<>();

    GroupingExplainer(List<PciFunction> pci, Fact<String> commandLine) {
        this.tree = new PciTree(pci);
        this.override =
                commandLine.get().filter(line -> line.contains(OVERRIDE)).isPresent();
    }

    IommuGrouping explain() {
        tree.functions().forEach(this::walk);
        return new IommuGrouping(shared(), unproven());
    }

    private void walk(PciFunction function) {
        List<PciFunction> bridges = tree.bridges(function);
        Optional<Bond> up = conventional(function, bridges).or(() -> upward(function, bridges));
        if (up.isPresent()) {
            bonds.add(up.get());
        } else {
            sideways(function);
        }
    }

    /// Behind a conventional bridge the IOMMU sees one requester: the bridge nearest to the function.
    private Optional<Bond> conventional(PciFunction function, List<PciFunction> bridges) {
        for (PciFunction bridge : bridges) {
            if (takesOwnership(bridge)) {
                return Optional.of(bond(function, bridge, Cause.CONVENTIONAL_BUS, List.of(bridge)));
            }
        }
        return Optional.empty();
    }

    private static boolean takesOwnership(PciFunction bridge) {
        return bridge.config()
                .get()
                .filter(config -> config.express() instanceof Fact.Absent<?>
                        || config.portType().orElse(PortType.UNKNOWN) == PortType.PCIE_TO_PCI_BRIDGE
                        || config.portType().orElse(PortType.UNKNOWN) == PortType.PCI_TO_PCIE_BRIDGE)
                .isPresent();
    }

    /// The bus is shared with the bridge above it unless that bridge and all above it isolate.
    private Optional<Bond> upward(PciFunction function, List<PciFunction> bridges) {
        if (bridges.isEmpty()) {
            return Optional.empty();
        }
        List<PciFunction> open = bridges.stream()
                .filter(b -> isolation(b) instanceof Isolation.Open)
                .toList();
        if (!open.isEmpty()) {
            return Optional.of(bond(function, bridges.getFirst(), Cause.BRIDGE_WITHOUT_ACS, open));
        }
        bridges.forEach(bridge -> noteUnknown(function, bridge));
        return Optional.empty();
    }

    private void sideways(PciFunction function) {
        noteUnknown(function, function);
        for (PciFunction other : tree.siblings(function)) {
            if (isolation(function) instanceof Isolation.Open && isolation(other) instanceof Isolation.Open) {
                if (function.address().compareTo(other.address()) < 0 || !bondsSideways(other)) {
                    bonds.add(bond(function, other, Cause.FUNCTIONS_WITHOUT_ACS, List.of(function, other)));
                }
            } else if (!(isolation(function) instanceof Isolation.Kept)) {
                noteUnknown(function, other);
            }
        }
    }

    /// Whether the pair is already noted from the other's side.
    private boolean bondsSideways(PciFunction other) {
        return bonds.stream()
                .anyMatch(
                        b -> b.cause() == Cause.FUNCTIONS_WITHOUT_ACS && b.one().equals(other.address()));
    }

    private void noteUnknown(PciFunction concerned, PciFunction function) {
        boolean alone = concerned.equals(function) && tree.siblings(function).isEmpty();
        if (!alone && isolation(function) instanceof Isolation.Unknown(String reason)) {
            unknown.computeIfAbsent(concerned.address(), _ -> new ArrayList<>())
                    .add(new Unknown(function.address(), reason));
        }
    }

    private Bond bond(PciFunction one, PciFunction other, Cause cause, List<PciFunction> culprits) {
        return new Bond(
                one.address(),
                other.address(),
                cause,
                culprits.stream()
                        .map(c -> new Culprit(c.address(), why(isolation(c))))
                        .toList());
    }

    private static String why(Isolation isolation) {
        return isolation instanceof Isolation.Open(String why) ? why : "is a conventional PCI bridge";
    }

    private Isolation isolation(PciFunction function) {
        return isolation.computeIfAbsent(
                function.address(),
                _ -> Isolation.of(function, !tree.siblings(function).isEmpty()));
    }

    private List<SharedGroup> shared() {
        Map<Integer, List<PciAddress>> groups = new TreeMap<>();
        for (PciFunction function : tree.functions()) {
            group(function.address())
                    .ifPresent(g ->
                            groups.computeIfAbsent(g, _ -> new ArrayList<>()).add(function.address()));
        }
        List<FreePort> free = freePorts();
        return groups.entrySet().stream()
                .filter(e -> e.getValue().size() > 1)
                .map(e -> shared(e.getKey(), e.getValue(), free))
                .toList();
    }

    private SharedGroup shared(int group, List<PciAddress> members, List<FreePort> free) {
        List<Bond> inside = bonds.stream()
                .filter(b -> members.contains(b.one()) && members.contains(b.other()))
                .toList();
        boolean complete = holdTogether(members, inside);
        List<Unknown> open = complete
                ? List.of()
                : members.stream()
                        .flatMap(m -> unknown.getOrDefault(m, List.of()).stream())
                        .distinct()
                        .sorted(Comparator.comparing(Unknown::address))
                        .toList();
        List<FreePort> elsewhere = free.stream()
                .filter(p -> !members.contains(p.port()) && p.holds().stream().noneMatch(members::contains))
                .toList();
        return new SharedGroup(
                group,
                members,
                inside,
                open,
                complete,
                elsewhere,
                GroupingSentences.shared(group, members, inside, open, complete, elsewhere));
    }

    private static boolean holdTogether(List<PciAddress> members, List<Bond> bonds) {
        Set<PciAddress> reached = new HashSet<>(Set.of(members.getFirst()));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Bond bond : bonds) {
                if (reached.contains(bond.one()) != reached.contains(bond.other())) {
                    grown = reached.addAll(List.of(bond.one(), bond.other()));
                }
            }
        }
        return reached.containsAll(members);
    }

    private List<Unproven> unproven() {
        return bonds.stream()
                .flatMap(bond -> group(bond.one())
                        .flatMap(one -> group(bond.other())
                                .filter(other -> !other.equals(one))
                                .map(other -> new Unproven(
                                        bond,
                                        one,
                                        other,
                                        override,
                                        GroupingSentences.unproven(bond, one, other, override))))
                        .stream())
                .toList();
    }

    private Optional<Integer> group(PciAddress address) {
        return tree.functions().stream()
                .filter(f -> f.address().equals(address))
                .findFirst()
                .flatMap(f -> f.iommuGroup().get());
    }

    private List<FreePort> freePorts() {
        return tree.functions().stream()
                .filter(PciFunction::hasBusBelow)
                .flatMap(port -> freePort(port).stream())
                .toList();
    }

    /// A port isolates if ACS says so. Where that is not known, a card below it that has a group of its own shows it,
    /// unless the kernel was told to make such groups.
    private Optional<FreePort> freePort(PciFunction port) {
        List<PciFunction> below = tree.below(port.address());
        boolean bridgesBelow = below.stream().anyMatch(PciFunction::hasBusBelow);
        List<PciFunction> path =
                Stream.concat(Stream.of(port), tree.bridges(port).stream()).toList();
        boolean open = path.stream().anyMatch(b -> isolation(b) instanceof Isolation.Open || takesOwnership(b));
        if (bridgesBelow || open || port.iommuGroup().get().isEmpty() || isIntegrated(port)) {
            return Optional.empty();
        }
        boolean byAcs = isDownward(port) && path.stream().allMatch(b -> isolation(b) instanceof Isolation.Kept);
        boolean apart = !below.isEmpty() && hasOwnGroups(below);
        if (byAcs ? below.isEmpty() || apart : apart && !override) {
            return Optional.of(freePort(port, below, byAcs ? Proof.ACS : Proof.GROUP));
        }
        return Optional.empty();
    }

    private static FreePort freePort(PciFunction port, List<PciFunction> below, Proof proof) {
        Fact<ConfigSpace> config = port.config();
        return new FreePort(
                port.address(),
                Facts.flat(Facts.flat(config.map(ConfigSpace::express)).map(ConfigSpace.Express::slot)),
                port.link().maxWidth(),
                below.stream().map(PciFunction::address).toList(),
                proof);
    }

    private static boolean isDownward(PciFunction port) {
        PortType type = port.config().get().flatMap(ConfigSpace::portType).orElse(PortType.UNKNOWN);
        return type == PortType.ROOT_PORT || type == PortType.DOWNSTREAM_PORT;
    }

    /// A port that says it leads to no slot holds a part of the board for good.
    private static boolean isIntegrated(PciFunction port) {
        return port.config()
                .get()
                .flatMap(c -> c.express().get())
                .filter(e -> !e.slotImplemented())
                .isPresent();
    }

    private boolean hasOwnGroups(List<PciFunction> below) {
        Set<Integer> groups = new HashSet<>();
        below.forEach(f -> f.iommuGroup().get().ifPresent(groups::add));
        return !groups.isEmpty()
                && tree.functions().stream()
                        .filter(f ->
                                f.iommuGroup().get().filter(groups::contains).isPresent())
                        .allMatch(below::contains);
    }
}
