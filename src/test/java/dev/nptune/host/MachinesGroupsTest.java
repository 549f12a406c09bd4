package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The groups of the machines follow from their config space as they follow in Linux: a device shares the group of what
/// lies above up to the last bridge from which on all have ACS, and of other functions of its device without ACS.
class MachinesGroupsTest extends MachineFolder {
    @SuppressWarnings("UnusedVariable") // read by name
    private static final List<String> NAMES =
            Machines.ALL.stream().filter(n -> !n.equals(Machines.NO_IOMMU)).toList();

    /// Source validation, request and completion redirect, upstream forwarding: what Linux wants for isolation.
    private static final int WANTED = 0x1d;

    /// Root complexes and IOMMUs of Zen, Zen 2 and Zen 4 by device and vendor.
    private static final Set<Integer> OUTSIDE =
            Set.of(0x14501022, 0x14511022, 0x14801022, 0x14811022, 0x14d81022, 0x14d91022);

    @ParameterizedTest
    @FieldSource("NAMES")
    void theyFollowFromAcs(String name) throws IOException {
        Machines.unpack(name, root);
        String commandLine = Files.readString(root.resolve("proc/cmdline"));

        assertThat(predicted(commandLine.contains("pcie_acs_override=downstream,multifunction")))
                .isEqualTo(stated());
    }

    @Test
    void withoutTheOverrideTheVegaWouldShareItsGroup() throws IOException {
        Machines.unpack(Machines.VEGA, root);

        assertThat(stated()).contains(Set.of("0000:09:00.0"));
        assertThat(predicted(false))
                .doesNotContain(Set.of("0000:09:00.0"))
                .anySatisfy(group -> assertThat(group)
                        .contains("0000:00:03.0", "0000:00:03.1", "0000:07:00.0", "0000:09:00.0", "0000:09:00.1"));
    }

    private Set<Set<String>> stated() throws IOException {
        Set<Set<String>> groups = new HashSet<>();
        try (Stream<Path> all = Files.list(root.resolve("sys/kernel/iommu_groups"))) {
            for (Path group : all.toList()) {
                try (Stream<Path> members = Files.list(group.resolve("devices"))) {
                    groups.add(members.map(m -> m.getFileName().toString()).collect(Collectors.toSet()));
                }
            }
        }
        return groups;
    }

    private Set<Set<String>> predicted(boolean override) throws IOException {
        Map<String, Node> nodes = nodes(override);
        Map<String, Set<String>> groups = new TreeMap<>();
        for (Node node : nodes.values()) {
            if (node.outsideTheIommu()) {
                continue;
            }
            Node base = node;
            for (Node bridge = node.above(nodes); bridge != null; bridge = bridge.above(nodes)) {
                if (bridge.isolatedUpTo(nodes)) {
                    break;
                }
                base = bridge;
            }
            groups.computeIfAbsent(base.slot(), _ -> new TreeSet<>()).add(node.address());
        }
        return Set.copyOf(groups.values());
    }

    private Map<String, Node> nodes(boolean override) throws IOException {
        Map<String, Node> nodes = new TreeMap<>();
        try (Stream<Path> devices = Files.list(root.resolve("sys/bus/pci/devices"))) {
            for (Path device : devices.sorted().toList()) {
                Path real = device.toRealPath();
                ByteBuffer config = ByteBuffer.wrap(Files.readAllBytes(device.resolve("config")))
                        .order(ByteOrder.LITTLE_ENDIAN);
                nodes.put(
                        real.getFileName().toString(),
                        new Node(
                                real.getFileName().toString(),
                                real.getName(real.getNameCount() - 2).toString(),
                                config,
                                override));
            }
        }
        return nodes;
    }

    /// A function, as far as groups depend on it.
    private record Node(String address, String parent, ByteBuffer config, boolean override) {
        /// AMD's root complex and the IOMMU itself are in no group.
        boolean outsideTheIommu() {
            return OUTSIDE.contains(config.getInt(0));
        }

        @Nullable
        Node above(Map<String, Node> nodes) {
            return nodes.get(parent);
        }

        boolean isolatedUpTo(Map<String, Node> nodes) {
            Node above = above(nodes);
            return acs() && (above == null || above.isolatedUpTo(nodes));
        }

        /// One that isolates itself is a place of its own; those that do not share their slot.
        String slot() {
            return acs() ? address : address.substring(0, 10);
        }

        private boolean acs() {
            int express = express();
            if (express == 0) {
                return false;
            }
            int type = config.getShort(express + 2) >> 4 & 0xf;
            if (type == 7) { // to conventional PCI
                return false;
            }
            boolean port = type == 4 || type == 6;
            boolean several = (config.get(0x0e) & 0x80) != 0;
            for (int at = 0x100; at != 0; at = config.getInt(at) >>> 20) {
                if ((config.getShort(at) & 0xffff) == 0x0d) {
                    int wanted = WANTED & config.getShort(at + 4);
                    return (config.getShort(at + 6) & wanted) == wanted;
                }
            }
            return override || !(port || several);
        }

        private int express() {
            for (int at = config.get(0x34) & 0xff; at != 0; at = config.get(at + 1) & 0xff) {
                if (config.get(at) == 0x10) {
                    return at;
                }
            }
            return 0;
        }
    }
}
