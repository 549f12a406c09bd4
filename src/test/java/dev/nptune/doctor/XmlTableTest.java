package dev.nptune.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.doctor.LibvirtSchema.Place;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.vm.DomainSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Holds the table against the schema of the libvirt that is installed.
class XmlTableTest {
    /// What came after libvirt 9.0, the oldest that the tests are run with.
    private static final Set<String> NEWER = Set.of(
            "cpu/@deprecated_features",
            "topology/@clusters",
            "maxphysaddr/@limit",
            "hyperv/emsr_bitmap",
            "hyperv/xmm_input",
            "tlbflush/direct",
            "tlbflush/extended",
            "driver/iothreads",
            "iothreads/iothread",
            "loader/@format",
            "driver/@discard_no_unref",
            "driver/@model",
            "driver/@iommufd",
            "sound/driver",
            "shmem/driver",
            "tpm/driver",
            "crypto/driver",
            "devices/crypto");

    private Map<Place, Set<String>> schema = Map.of();

    @BeforeEach
    void readsTheSchema() {
        Path folder = Path.of(DomainSchema.FOLDER);
        assumeTrue(Files.exists(folder.resolve("domain.rng")), "libvirt's schemas are not installed");
        schema = LibvirtSchema.places(folder);
    }

    @Test
    void theSchemaWasUnderstood() {
        assertThat(schema).hasSizeGreaterThan(400);
        assertThat(schema.get(new Place("cputune", "vcpupin"))).containsExactlyInAnyOrder("vcpu", "cpuset");
        assertThat(schema.get(new Place("cpu", "topology"))).contains("sockets", "dies", "cores", "threads");
    }

    @Test
    void noPlaceThatLibvirtAllowsIsCalledWrong() {
        Set<Place> wrong = new TreeSet<>();
        for (Place place : schema.keySet()) {
            List<String> parents = XmlTable.parents(place.element());
            if (!parents.isEmpty() && !parents.contains(place.parent())) {
                wrong.add(place);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void noAttributeThatLibvirtKnowsIsCalledUnknown() {
        Set<String> wrong = new TreeSet<>();
        schema.forEach((place, attributes) -> XmlTable.attributes(place.parent(), place.element())
                .ifPresent(known ->
                        attributes.stream().filter(a -> !known.contains(a)).forEach(a -> wrong.add(place + "/@" + a))));
        assertThat(wrong).isEmpty();
    }

    @Test
    void noElementThatLibvirtKnowsIsCalledMisspelt() {
        Set<String> wrong = new TreeSet<>();
        for (Place place : schema.keySet()) {
            if (!XmlTable.knows(place.element())) {
                NearMiss.of(place.element(), XmlTable.children(place.parent()))
                        .forEach(near -> wrong.add(place + " for " + near));
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void whatTheTableSaysIsInTheSchemaOrNewer() {
        Set<String> wrong = new TreeSet<>();
        for (String element : XmlTable.elements()) {
            for (String parent : XmlTable.parents(element)) {
                Set<String> attributes = schema.get(new Place(parent, element));
                if (attributes == null) {
                    wrong.add(parent + "/" + element);
                    continue;
                }
                XmlTable.attributes(parent, element).orElse(List.of()).stream()
                        .filter(a -> !attributes.contains(a))
                        .forEach(a -> wrong.add(element + "/@" + a));
            }
        }
        wrong.removeAll(NEWER);
        assertThat(wrong).isEmpty();
    }
}
