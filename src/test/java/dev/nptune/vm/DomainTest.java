package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.Resources;
import dev.nptune.host.CpuSet;
import dev.nptune.host.PciAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainTest {
    private static final String UNTUNED = Resources.text("domain/untuned.xml");

    private static Domain minimal(String inside) {
        return Domain.parse("<domain><name>a</name><memory>1</memory>" + inside + "</domain>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"domain/untuned.xml", "domain/tuned.xml"})
    void parsingKeepsEveryCharacter(String resource) {
        String xml = Resources.text(resource);
        assertThat(Domain.parse(xml).xml()).isEqualTo(xml);
        String dos = xml.replace("\n", "\r\n");
        assertThat(Domain.parse(dos).xml()).isEqualTo(dos);
    }

    @Test
    void readsWhatTheXmlSays() {
        Domain domain = Domain.parse(UNTUNED);
        assertThat(domain.name()).isEqualTo("win10");
        assertThat(domain.memoryBytes()).isEqualTo(8L << 30);
        assertThat(domain.vcpus()).isEqualTo(new Vcpus("vcpu", 8, CpuSet.parse("0-7"), Optional.empty()));
        assertThat(domain.machine()).contains(new Located<>("os/type/@machine", "pc-q35-8.2"));
        assertThat(domain.cpuMode()).contains(new Located<>("cpu/@mode", "host-passthrough"));
        assertThat(domain.memballoon()).isEqualTo(new Memballoon("devices/memballoon", "virtio", false));
        assertThat(domain.hostdevs())
                .containsExactly(
                        new HostDev("devices/hostdev[1]", PciAddress.parse("01:00.0"), false),
                        new HostDev("devices/hostdev[2]", PciAddress.parse("01:00.1"), true));
        assertThat(domain.disks().get(1))
                .isEqualTo(new Disk(
                        "devices/disk[2]",
                        "disk",
                        "file",
                        "sata",
                        "sdb",
                        Optional.of("writeback"),
                        Optional.empty(),
                        false,
                        Optional.of("/var/lib/libvirt/images/games & more.qcow2")));
    }

    @Test
    void readsPinsThreadsAndTopology() {
        Domain domain = Domain.parse(Resources.text("domain/tuned.xml"));
        assertThat(domain.vcpuPins()).hasSize(4).contains(new Pin("cputune/vcpupin[2]", 1, CpuSet.of(12)));
        assertThat(domain.emulatorPin()).contains(new Located<>("cputune/emulatorpin", CpuSet.of(0, 8)));
        assertThat(domain.iothreadPins()).containsExactly(new Pin("cputune/iothreadpin[1]", 1, CpuSet.of(0, 8)));
        assertThat(domain.iothreads()).contains(new Located<>("iothreads", CpuSet.of(1)));
        assertThat(domain.iothreadsInUse()).isEqualTo(CpuSet.of(1));
        assertThat(domain.hugePages()).contains(new HugePages("memoryBacking/hugepages", Optional.empty()));
        assertThat(domain.topology()).contains(new Topology("cpu/topology", 1, 1, 2, 2));
        assertThat(domain.features()).containsExactly(new CpuFeature("cpu/feature[1]", "topoext", "require"));
    }

    @Test
    void disabledVcpusArePadding() {
        Domain domain = minimal("<vcpu current='3'>4</vcpu><vcpus><vcpu id='0' enabled='yes'/>"
                + "<vcpu id='1' enabled='yes'/><vcpu id='2' enabled='no'/><vcpu id='3' enabled='yes'/></vcpus>");
        assertThat(domain.vcpus().enabled()).isEqualTo(CpuSet.of(0, 1, 3));
        assertThat(minimal("<vcpu current='2'>4</vcpu>").vcpus().enabled()).isEqualTo(CpuSet.of(0, 1));
    }

    @Test
    void readsNetworkInterfacesPassedAsHostdev() {
        Domain domain = minimal("<devices><interface type='hostdev' managed='yes'><source><address type='pci'"
                + " domain='0' bus='3' slot='16' function='2'/></source></interface></devices>");
        assertThat(domain.hostdevs())
                .containsExactly(new HostDev("devices/interface[1]", PciAddress.parse("03:10.2"), true));
    }

    @ParameterizedTest
    @CsvSource({
        "1, b, 1",
        "3, bytes, 3",
        "1, KB, 1000",
        "1, k, 1024",
        "1, KiB, 1024",
        "2, MiB, 2097152",
        "2, MB, 2000000",
        "1, g, 1073741824",
        "1, GB, 1000000000",
        "1, TiB, 1099511627776"
    })
    void readsMemoryInEveryUnit(String value, String unit, long bytes) {
        Domain domain =
                Domain.parse("<domain><name>a</name><memory unit='" + unit + "'>" + value + "</memory></domain>");
        assertThat(domain.memoryBytes()).isEqualTo(bytes);
    }

    @Test
    void memoryIsInKibibytesUnlessItSaysOtherwise() {
        assertThat(minimal("").memoryBytes()).isEqualTo(1024);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<vcpu>many</vcpu>",
                "<vcpu>99999</vcpu>",
                "<cputune><vcpupin vcpu='0'/></cputune>",
                "<cputune><vcpupin vcpu='0' cpuset='4-'/></cputune>",
                "<cputune><vcpupin vcpu='0' cpuset='5000'/></cputune>",
                "<devices><hostdev type='pci'><source><address bus='0x100'/></source></hostdev></devices>",
                "<memoryBacking><hugepages><page size='1' unit='parsec'/></hugepages></memoryBacking>",
            })
    void refusesValuesLibvirtWouldNotTake(String inside) {
        assertThatThrownBy(() -> minimal(inside)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMissingBalloonIsAVirtioOne() {
        assertThat(minimal("").memballoon()).isEqualTo(new Memballoon("devices/memballoon", "virtio", true));
    }
}
