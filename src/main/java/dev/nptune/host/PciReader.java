package dev.nptune.host;

import dev.nptune.internal.text.Printable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Reads the PCI functions from `/sys/bus/pci/devices`.
final class PciReader {
    private static final String DEVICES = "/sys/bus/pci/devices";

    private final Tree tree;

    private PciReader(Tree tree) {
        this.tree = tree;
    }

    static List<PciFunction> read(Tree tree) {
        PciReader reader = new PciReader(tree);
        return tree.namesOrGap(DEVICES).stream()
                .flatMap(reader::address)
                .map(reader::function)
                .sorted(Comparator.comparing(PciFunction::address))
                .toList();
    }

    private Stream<PciAddress> address(String name) {
        Fact<PciAddress> address =
                Fact.known(name, DEVICES + "/" + Printable.line(name)).map(PciAddress::parse);
        tree.noteGap(address);
        return address.get().stream();
    }

    private PciFunction function(PciAddress address) {
        String directory = DEVICES + "/" + address + "/";
        return new PciFunction(
                address,
                number(directory + "class", PciFunction.UNKNOWN_CLASS),
                number(directory + "vendor", PciFunction.UNKNOWN_ID),
                number(directory + "device", PciFunction.UNKNOWN_ID),
                tree.link(directory + "driver"),
                tree.link(directory + "iommu_group").map(Values::integer),
                Values.absentIf(tree.value(directory + "numa_node").map(Values::integer), node -> node < 0),
                tree.value(directory + "boot_vga").map(Values::bit));
    }

    /// What every function has; without it the function stays in the list as one of unknown kind, beside a gap.
    private int number(String path, int unknown) {
        Fact<Integer> number = tree.value(path).map(Values::hex);
        tree.noteGap(
                number instanceof Fact.Absent<Integer>(String source) ? Fact.unreadable(source, "missing") : number);
        return number.get().orElse(unknown);
    }
}
