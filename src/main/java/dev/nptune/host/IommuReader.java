package dev.nptune.host;

import dev.nptune.host.IommuGroup.ReservedRegion;
import dev.nptune.internal.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the IOMMU groups from `/sys/kernel/iommu_groups`, and those that only a PCI function's link tells of.
final class IommuReader {
    static final String GROUPS = "/sys/kernel/iommu_groups";

    private static final Pattern REGION = Pattern.compile("0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,16}) (\\S{1,40})");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private IommuReader() {}

    /// Groups in number order; none where no IOMMU is in use.
    static List<IommuGroup> read(Tree tree, List<PciFunction> pci) {
        TreeSet<Integer> numbers = new TreeSet<>();
        tree.namesOrGap(GROUPS).stream()
                .filter(name -> NUMBER.matcher(name).matches())
                .forEach(name -> numbers.add(Integer.valueOf(name)));
        pci.forEach(f -> f.iommuGroup().get().ifPresent(numbers::add));
        return numbers.stream().map(number -> group(tree, number, pci)).toList();
    }

    private static IommuGroup group(Tree tree, int number, List<PciFunction> pci) {
        String directory = GROUPS + "/" + number;
        Fact<List<String>> devices = tree.names(directory + "/devices").map(IommuReader::printable);
        return new IommuGroup(
                number,
                devices instanceof Fact.Known<List<String>> ? devices : fromLinks(number, pci),
                tree.value(directory + "/type"),
                tree.text(directory + "/reserved_regions").map(IommuReader::regions));
    }

    private static List<String> printable(List<String> names) {
        return names.stream().map(Printable::line).toList();
    }

    /// Snapshots often lack the groups' own directories.
    private static Fact<List<String>> fromLinks(int number, List<PciFunction> pci) {
        List<String> names = pci.stream()
                .filter(f -> f.iommuGroup().get().filter(g -> g == number).isPresent())
                .map(f -> f.address().toString())
                .toList();
        return names.isEmpty()
                ? Fact.unreadable(GROUPS + "/" + number + "/devices", "neither the list nor a link to it was found")
                : Fact.known(names, PciReader.DEVICES + "/*/iommu_group");
    }

    static List<ReservedRegion> regions(String text) {
        List<ReservedRegion> regions = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Matcher m = REGION.matcher(line);
            if (!m.matches()) {
                throw new IllegalArgumentException("no reserved region: '" + Values.brief(line) + "'");
            }
            regions.add(new ReservedRegion(
                    Long.parseUnsignedLong(m.group(1), 16), Long.parseUnsignedLong(m.group(2), 16), m.group(3)));
        }
        return regions;
    }
}
