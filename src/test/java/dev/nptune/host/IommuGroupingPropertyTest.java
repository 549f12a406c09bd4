package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.ConfigSpace.PortType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Machines made up at random, grouped step by step as Linux does it: each group is explained to the last member, and
/// nothing that is apart is called unproven.
class IommuGroupingPropertyTest {
    private enum Kind {
        ROOT_PORT,
        UPSTREAM,
        DOWNSTREAM,
        TO_PCI,
        CONVENTIONAL_BRIDGE,
        CONVENTIONAL,
        ENDPOINT;

        boolean isBridge() {
            return this != CONVENTIONAL && this != ENDPOINT;
        }
    }

    private record Node(
            int bus, int slot, int function, @Nullable Node parent, Kind kind, boolean acs) {
        String address() {
            return String.format("%02x:%02x.%x", bus, slot, function);
        }

        boolean beside(Node other) {
            return !other.equals(this) && bus == other.bus && slot == other.slot;
        }
    }

    private final List<Node> nodes = new ArrayList<>();
    private int lastBus;

    @Test
    void whatLinuxGroupsIsExplained() {
        SplittableRandom random = new SplittableRandom(0xac5);
        int shared = 0;
        for (int round = 0; round < 300; round++) {
            nodes.clear();
            lastBus = 0;
            populate(random, 0, null, 0);
            List<PciFunction> pci = functions(groups());

            IommuGrouping grouping = IommuGrouping.explain(pci, Fact.known("quiet", "/proc/cmdline"));

            assertThat(grouping.unproven()).as("round %d", round).isEmpty();
            assertThat(grouping.shared()).as("round %d", round).allMatch(IommuGrouping.SharedGroup::complete);
            shared += grouping.shared().size();
        }
        assertThat(shared).isGreaterThan(300);
    }

    private void populate(SplittableRandom random, int bus, @Nullable Node bridge, int depth) {
        List<Node> bridges = new ArrayList<>();
        for (int slot = 0; slot < 1 + random.nextInt(3); slot++) {
            for (int function = 0; function < 1 + random.nextInt(3); function++) {
                Kind kind = kind(random, bridge, depth);
                Node node = new Node(bus, slot, function, bridge, kind, random.nextInt(3) > 0);
                nodes.add(node);
                if (kind.isBridge()) {
                    bridges.add(node);
                }
            }
        }
        for (Node node : bridges) {
            if (lastBus < 0xff) {
                populate(random, ++lastBus, node, depth + 1);
            }
        }
    }

    private static Kind kind(SplittableRandom random, @Nullable Node bridge, int depth) {
        boolean leaf = depth >= 3 || random.nextBoolean();
        if (bridge == null) {
            return leaf ? random.nextBoolean() ? Kind.ENDPOINT : Kind.CONVENTIONAL : Kind.ROOT_PORT;
        }
        return switch (bridge.kind()) {
            case ROOT_PORT, DOWNSTREAM -> leaf ? Kind.ENDPOINT : random.nextBoolean() ? Kind.UPSTREAM : Kind.TO_PCI;
            case UPSTREAM -> Kind.DOWNSTREAM;
            default -> leaf ? Kind.CONVENTIONAL : Kind.CONVENTIONAL_BRIDGE;
        };
    }

    /// Bridges come before what is below them, as Linux finds them.
    private Map<Node, Integer> groups() {
        Map<Node, Integer> groups = new HashMap<>();
        int next = 0;
        for (Node node : nodes) {
            Integer found = group(node, groups);
            groups.put(node, found == null ? next++ : found);
        }
        return groups;
    }

    private @Nullable Integer group(Node node, Map<Node, Integer> groups) {
        for (Node b = node.parent(); b != null; b = b.parent()) {
            if (b.kind() == Kind.TO_PCI || b.kind() == Kind.CONVENTIONAL_BRIDGE) {
                return groups.get(b);
            }
        }
        if (node.parent() != null && !pathIsolates(node.parent())) {
            return groups.get(node.parent());
        }
        if (!isolates(node)) {
            for (Node other : nodes) {
                if (other.beside(node) && !isolates(other) && groups.containsKey(other)) {
                    return groups.get(other);
                }
            }
        }
        return null;
    }

    private boolean pathIsolates(Node bridge) {
        for (Node b = bridge; b != null; b = b.parent()) {
            if (!isolates(b)) {
                return false;
            }
        }
        return true;
    }

    private boolean isolates(Node node) {
        return switch (node.kind()) {
            case ROOT_PORT, DOWNSTREAM -> node.acs();
            case UPSTREAM, ENDPOINT -> node.acs() || nodes.stream().noneMatch(node::beside);
            case TO_PCI, CONVENTIONAL_BRIDGE, CONVENTIONAL -> false;
        };
    }

    /// Group numbers with holes.
    private List<PciFunction> functions(Map<Node, Integer> groups) {
        List<PciFunction> functions = new ArrayList<>();
        for (Node node : nodes) {
            String file = node.address() + "/config";
            functions.add(IommuGroupingTest.function(
                    node.address(),
                    node.parent() == null ? "" : node.parent().address(),
                    3 * groups.getOrDefault(node, -1),
                    Fact.known(ConfigSpace.decode(file, image(node)), file),
                    0x1022,
                    node.kind().isBridge() ? 0x060400 : 0x020000));
        }
        return functions;
    }

    private static byte[] image(Node node) {
        ConfigImage image = node.kind().isBridge()
                ? ConfigImage.bridge(0x1022, 1, node.bus(), 1, 1)
                : ConfigImage.endpoint(0x1022, 1, 0x020000);
        PortType type = switch (node.kind()) {
            case ROOT_PORT -> PortType.ROOT_PORT;
            case UPSTREAM -> PortType.UPSTREAM_PORT;
            case DOWNSTREAM -> PortType.DOWNSTREAM_PORT;
            case TO_PCI -> PortType.PCIE_TO_PCI_BRIDGE;
            case CONVENTIONAL_BRIDGE, CONVENTIONAL -> PortType.UNKNOWN;
            case ENDPOINT -> PortType.ENDPOINT;
        };
        if (type != PortType.UNKNOWN) {
            image.express(type, 1);
            if (node.acs()) {
                image.acs(ConfigImage.KERNEL, ConfigImage.KERNEL);
            }
        }
        return image.bytes();
    }
}
