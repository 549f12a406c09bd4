package dev.nptune.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The tree that bridges make of PCI functions.
public final class PciTree {
    /// Buses have eight bits: no path has more bridges.
    private static final int MAX_DEPTH = 256;

    private final Map<PciAddress, PciFunction> functions = new TreeMap<>();
    private final Map<PciAddress, List<PciFunction>> children = new TreeMap<>();
    private final List<PciFunction> roots = new ArrayList<>();

    /// Places functions in their tree; in address order wherever several are beside each other.
    public PciTree(List<PciFunction> pci) {
        pci.stream().sorted((a, b) -> a.address().compareTo(b.address())).forEach(f -> functions.put(f.address(), f));
        functions
                .values()
                .forEach(f -> parent(f)
                        .ifPresentOrElse(
                                p -> children.computeIfAbsent(p.address(), _ -> new ArrayList<>())
                                        .add(f),
                                () -> roots.add(f)));
    }

    /// All, in address order.
    public List<PciFunction> functions() {
        return List.copyOf(functions.values());
    }

    /// Those on a root bus, and those whose bridge is not known.
    public List<PciFunction> roots() {
        return List.copyOf(roots);
    }

    /// Those directly below a bridge.
    public List<PciFunction> children(PciAddress bridge) {
        return List.copyOf(children.getOrDefault(bridge, List.of()));
    }

    /// All those below a bridge, at any depth.
    public List<PciFunction> below(PciAddress bridge) {
        List<PciFunction> all = new ArrayList<>(children(bridge));
        for (int i = 0; i < all.size() && all.size() <= functions.size(); i++) {
            all.addAll(children(all.get(i).address()));
        }
        return all;
    }

    /// The bridge above a function.
    public Optional<PciFunction> parent(PciFunction function) {
        return function.parent().get().map(functions::get);
    }

    /// The bridges above a function, the nearest first.
    public List<PciFunction> bridges(PciFunction function) {
        List<PciFunction> bridges = new ArrayList<>();
        Optional<PciFunction> bridge = parent(function);
        while (bridge.isPresent() && bridges.size() < MAX_DEPTH && !bridges.contains(bridge.get())) {
            bridges.add(bridge.get());
            bridge = parent(bridge.get());
        }
        return bridges;
    }

    /// The other functions of the same device.
    public List<PciFunction> siblings(PciFunction function) {
        return functions.values().stream()
                .filter(f -> f.address().sameDevice(function.address()) && !f.equals(function))
                .toList();
    }
}
