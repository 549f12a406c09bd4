package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Hwloc.Item;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Whether this program and hwloc make the same sets of CPUs of a machine, at every level.
public final class HwlocAgreement {
    private HwlocAgreement() {}

    /// Fails where they differ.
    ///
    /// @param xml what `lstopo --of xml` prints
    public static void check(CpuTopology found, String xml) throws IOException {
        check(found, Hwloc.xml(xml), false);
    }

    static void check(CpuTopology found, Hwloc expected, boolean withoutInstructionCaches) {
        assertThat(found.cpus()).isEqualTo(expected.cpus());
        assertThat(packages(found)).containsExactlyInAnyOrderElementsOf(expected(expected, "Package"));
        assertThat(cores(found)).containsExactlyInAnyOrderElementsOf(expected(expected, "Core"));
        assertThat(nodes(found)).containsExactlyInAnyOrderElementsOf(expected(expected, "NUMANode"));
        assertThat(caches(found, withoutInstructionCaches))
                .containsExactlyInAnyOrderElementsOf(expected(expected, "L\\d[di]?Cache"));
    }

    private static List<Item> expected(Hwloc hwloc, String type) {
        return hwloc.objects().stream()
                .filter(o -> o.type().matches(type))
                .map(o -> item(o.type(), o.id(), o.cpus(), o.bytes(), o.lineBytes(), o.ways()))
                .toList();
    }

    private static Item item(
            String type,
            Optional<Integer> id,
            CpuSet cpus,
            Optional<Long> bytes,
            Optional<Integer> lineBytes,
            Optional<Integer> ways) {
        return new Item(type, id, cpus, bytes, lineBytes, ways, Optional.empty());
    }

    private static Item item(String type, Optional<Integer> id, CpuSet cpus) {
        return item(type, id, cpus, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static List<Item> packages(CpuTopology found) {
        return found.packages().stream()
                .map(p -> item("Package", p.id(), p.cpus()))
                .toList();
    }

    private static List<Item> cores(CpuTopology found) {
        return found.cores().stream().map(c -> item("Core", c.id(), c.cpus())).toList();
    }

    private static List<Item> nodes(CpuTopology found) {
        return found.nodes().stream()
                .map(n -> item("NUMANode", Optional.of(n.id()), n.cpus()))
                .toList();
    }

    private static List<Item> caches(CpuTopology found, boolean withoutInstructionCaches) {
        return found.caches().stream()
                .map(c -> item(Hwloc.type(c), c.id(), c.cpus(), c.bytes(), c.lineBytes(), c.ways()))
                .filter(c -> !withoutInstructionCaches || !c.type().endsWith("iCache"))
                .toList();
    }
}
