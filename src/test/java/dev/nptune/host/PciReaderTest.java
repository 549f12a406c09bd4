package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.host.ConfigSpace.PortType;
import dev.nptune.host.PciResources.Bar;
import dev.nptune.host.PciResources.ResizableBar;
import dev.nptune.host.PciResources.Space;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PciReaderTest {
    private static final String BRIDGE = "/sys/devices/pci0000:00/0000:00:03.1";
    private static final String CARD = BRIDGE + "/0000:09:00.0";
    private static final String SEEN = "/sys/bus/pci/devices/0000:09:00.0";

    @TempDir
    Path root = Path.of("");

    TestTree tree = new TestTree(root);

    @BeforeEach
    void plant() {
        tree = new TestTree(root);
        function(BRIDGE, "0x060400", "0x1022", "0x1453");
        function(CARD, "0x030000", "0x10de", "0x1b81");
    }

    private void function(String directory, String type, String vendor, String device) {
        tree.files(directory, Map.of("class", type, "vendor", vendor, "device", device));
        String name = directory.substring(directory.lastIndexOf('/') + 1);
        tree.link("/sys/bus/pci/devices/" + name, "../../.." + directory.substring("/sys".length()));
    }

    private void bytes(String path, byte[] content) throws IOException {
        tree.file(path, "");
        Files.write(root.resolve(path.substring(1)), content);
    }

    private PciFunction card() {
        Host host = HostReader.read(root);
        assertThat(Json.read(Json.compact(host), Host.class)).isEqualTo(host);
        return host.function(PciAddress.parse("09:00.0")).orElseThrow();
    }

    @Test
    void identityAndNames() {
        tree.files(CARD, Map.of("subsystem_vendor", "0x1043", "subsystem_device", "0x8598", "revision", "0xa1"));

        PciIdentity identity = card().identity();

        assertThat(identity.subsystemVendorId()).isEqualTo(Fact.known(0x1043, SEEN + "/subsystem_vendor"));
        assertThat(identity.subsystemDeviceId().get()).contains(0x8598);
        assertThat(identity.revision().get()).contains(0xa1);
        assertThat(identity.vendor()).isEqualTo(Fact.known("NVIDIA Corporation", "pci.ids"));
        assertThat(identity.device().get()).contains("GP104 [GeForce GTX 1070]");
        assertThat(identity.subsystemVendor().get()).contains("ASUSTeK Computer Inc.");
        assertThat(identity.subsystem()).isEqualTo(Fact.absent("pci.ids"));
        assertThat(identity.className().get()).contains("VGA compatible controller");
    }

    @Test
    void aSubsystemOfZerosIsNone() {
        tree.files(CARD, Map.of("subsystem_vendor", "0x0000", "subsystem_device", "0x0000"));
        assertThat(card().identity().subsystemVendorId()).isInstanceOf(Fact.Absent.class);
        assertThat(card().identity().subsystemDeviceId()).isInstanceOf(Fact.Absent.class);
    }

    @Test
    void theBridgeAbove() {
        Host host = HostReader.read(root);
        assertThat(card().parent()).isEqualTo(Fact.known(PciAddress.parse("00:03.1"), SEEN));
        assertThat(host.pci().getFirst().parent()).isEqualTo(Fact.absent("/sys/bus/pci/devices/0000:00:03.1"));

        PciTree bridges = new PciTree(host.pci());
        assertThat(bridges.roots()).containsExactly(host.pci().getFirst());
        assertThat(bridges.children(PciAddress.parse("00:03.1"))).containsExactly(card());
        assertThat(bridges.bridges(card())).containsExactly(host.pci().getFirst());
    }

    @Test
    void withoutLinksTheBusNumbersTellTheBridge() throws IOException {
        String devices = "/sys/bus/pci/devices/";
        tree.files(devices + "0000:01:00.0", Map.of("class", "0x060400", "vendor", "0x1022", "device", "0x1453"));
        tree.files(devices + "0000:07:00.0", Map.of("class", "0x030000", "vendor", "0x10de", "device", "0x1b81"));
        bytes(
                devices + "0000:01:00.0/config",
                ConfigImage.bridge(0x1022, 0x1453, 1, 7, 7).bytes(64));

        Host host = HostReader.read(root);

        assertThat(host.function(PciAddress.parse("07:00.0")).orElseThrow().parent())
                .isEqualTo(Fact.known(PciAddress.parse("01:00.0"), devices + "0000:01:00.0/config"));
        assertThat(host.function(PciAddress.parse("01:00.0")).orElseThrow().parent())
                .isInstanceOf(Fact.Unreadable.class);
    }

    @Test
    void theLink() {
        tree.files(
                CARD,
                Map.of(
                        "current_link_speed", "2.5 GT/s PCIe",
                        "max_link_speed", "8 GT/s",
                        "current_link_width", "16",
                        "max_link_width", "255"));

        PciLink link = card().link();

        assertThat(link.currentSpeed()).isEqualTo(Fact.known(2.5, SEEN + "/current_link_speed"));
        assertThat(link.maxSpeed().get()).contains(8.0);
        assertThat(link.currentWidth().get()).contains(16);
        assertThat(link.maxWidth()).isInstanceOf(Fact.Unreadable.class);
        assertThatIllegalArgumentException().isThrownBy(() -> PciReader.speed("Unknown speed"));
        assertThat(PciReader.speed("16.0 GT/s PCIe")).isEqualTo(16);
    }

    @Test
    void resources() {
        tree.file(CARD + "/resource", """
                0x00000000f6000000 0x00000000f6ffffff 0x0000000000040200
                0x00000007c0000000 0x00000007cfffffff 0x000000000014220c
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x0000000000000000 0x0000000001ffffff 0x000000002014220c
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x000000000000e000 0x000000000000e07f 0x0000000000040101
                0x00000000000c0000 0x00000000000dffff 0x0000000000000212
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                """);
        tree.file(CARD + "/resource1_resize", "0000000000000fc0\n");

        PciResources resources = card().resources();

        assertThat(resources.bars().get().orElseThrow())
                .containsExactly(
                        new Bar(0, Space.MEMORY, 0xf6000000L, 16 << 20, false, false, true),
                        new Bar(1, Space.MEMORY, 0x7c0000000L, 256 << 20, true, true, true),
                        new Bar(3, Space.MEMORY, 0, 32 << 20, true, true, false),
                        new Bar(5, Space.IO, 0xe000, 128, false, false, true));
        assertThat(resources.rom().get()).contains(new Bar(6, Space.MEMORY, 0xc0000, 128 << 10, false, false, true));
        ResizableBar bar = resources.resizableBars().get().orElseThrow().getFirst();
        assertThat(bar.index()).isEqualTo(1);
        assertThat(bar.sizes()).first().isEqualTo(64L << 20);
        assertThat(bar.sizes()).last().isEqualTo(2L << 30);
        assertThat(bar.current().get()).contains(256L << 20);
    }

    @Test
    void resourcesThatMakeNoSense() {
        for (String text :
                List.of("", "x", "0x1 0x0 0x200", "0x0 0xffffffffffffffff 0x200", "0x0 0x1ffffffffffffffff 0x2")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> PciResourceReader.parse(text));
        }
    }

    @Test
    void whetherABarCanBeResizedIsNotKnownWithoutFilesAndConfigurationSpace() throws IOException {
        assertThat(card().resources().resizableBars()).isInstanceOf(Fact.Absent.class);
        bytes(CARD + "/config", cardImage().bytes(64));
        assertThat(card().resources().resizableBars())
                .isEqualTo(Fact.unreadable(SEEN + "/config", ConfigDecoder.ROOT_SEES_MORE));
        bytes(CARD + "/config", cardImage().bytes());
        assertThat(card().resources().resizableBars()).isEqualTo(Fact.known(List.of(), SEEN + "/config"));
    }

    private static ConfigImage cardImage() {
        ConfigImage image = ConfigImage.endpoint(0x10de, 0x1b81, 0x030000).express(PortType.LEGACY_ENDPOINT, 0);
        image.extended(0x02, 1, 0x150);
        image.extended(CapabilityNames.ATS, 1, 8);
        return image;
    }

    @Test
    void configurationSpaceIsReadPageByPage() throws IOException {
        bytes(CARD + "/config", cardImage().bytes());

        ConfigSpace config = card().config().get().orElseThrow();

        assertThat(config.ats()).isEqualTo(Fact.known(false, SEEN + "/config"));
        assertThat(config.extendedCapabilities().get().orElseThrow())
                .extracting(ConfigSpace.Capability::offset)
                .containsExactly(0x100, 0x250);
    }

    @Test
    void stateOfAFunction() {
        tree.files(
                CARD,
                Map.of(
                        "reset_method", "flr bus",
                        "msi_bus", "1",
                        "power_state", "D3hot",
                        "d3cold_allowed", "1",
                        "power/runtime_status", "suspended"));
        tree.file(CARD + "/msi_irqs/101", "msi").file(CARD + "/msi_irqs/99", "msi");

        PciState state = card().state();

        assertThat(state.resetMethods()).isEqualTo(Fact.known(List.of("flr", "bus"), SEEN + "/reset_method"));
        assertThat(state.msiAllowed().get()).contains(true);
        assertThat(state.msiIrqs().get()).contains(List.of(99, 101));
        assertThat(state.power().get()).contains("D3hot");
        assertThat(state.d3coldAllowed().get()).contains(true);
        assertThat(state.runtimeStatus().get()).contains("suspended");
    }

    @Test
    void anOlderKernelDoesNotNameTheResetMethod() {
        assertThat(card().state().resetMethods()).isInstanceOf(Fact.Absent.class);
        tree.file(CARD + "/reset", "");
        assertThat(card().state().resetMethods())
                .isEqualTo(Fact.unreadable(SEEN + "/reset_method", "this kernel can reset it and does not say how"));
        tree.file(CARD + "/reset_method", "\n");
        assertThat(card().state().resetMethods().get()).contains(List.of());
    }

    @Test
    void connectorsAndTheirMonitors() throws IOException {
        String dp = CARD + "/drm/card1/card1-DP-1";
        String hdmi = CARD + "/drm/card1/card1-HDMI-A-1";
        tree.files(dp, Map.of("status", "connected", "enabled", "enabled"));
        bytes(dp + "/edid", EdidTest.block("DELL U2715H\n"));
        tree.files(hdmi, Map.of("status", "disconnected", "enabled", "disabled", "edid", ""));
        bytes(hdmi + "/edid", new byte[0]);
        tree.file(CARD + "/drm/renderD128/dev", "226:128").file(CARD + "/drm/card1/dev", "226:1");

        String seen = SEEN + "/drm/card1/card1-";
        assertThat(card().connectors())
                .containsExactly(
                        new Connector(
                                "DP-1",
                                "card1",
                                Fact.known("connected", seen + "DP-1/status"),
                                Fact.known(true, seen + "DP-1/enabled"),
                                Fact.known("DELL U2715H", seen + "DP-1/edid")),
                        new Connector(
                                "HDMI-A-1",
                                "card1",
                                Fact.known("disconnected", seen + "HDMI-A-1/status"),
                                Fact.known(false, seen + "HDMI-A-1/enabled"),
                                Fact.absent(seen + "HDMI-A-1/edid")));
    }

    @Test
    void groupsAreThoseOfSysfs() {
        String groups = "/sys/kernel/iommu_groups/";
        tree.directory(groups + "7/devices/0000:09:00.0").directory(groups + "7/devices/AMDI0020:00");
        tree.file(groups + "7/type", "DMA-FQ\n");
        tree.file(groups + "7/reserved_regions", """
                0x00000000fee00000 0x00000000feefffff msi
                0x000000fd00000000 0x000000ffffffffff reserved
                """);
        tree.directory(groups + "31/devices");
        tree.link(CARD + "/iommu_group", "../../../../kernel/iommu_groups/7");
        tree.link(BRIDGE + "/iommu_group", "../../../kernel/iommu_groups/2");

        List<IommuGroup> read = HostReader.read(root).iommuGroups();

        assertThat(read).extracting(IommuGroup::number).containsExactly(2, 7, 31);
        assertThat(read.getFirst().devices())
                .isEqualTo(Fact.known(List.of("0000:00:03.1"), "/sys/bus/pci/devices/*/iommu_group"));
        assertThat(read.get(1).devices().get()).contains(List.of("0000:09:00.0", "AMDI0020:00"));
        assertThat(read.get(1).type().get()).contains("DMA-FQ");
        assertThat(read.get(1).reserved().get().orElseThrow())
                .containsExactly(
                        new IommuGroup.ReservedRegion(0xfee00000L, 0xfeefffffL, "msi"),
                        new IommuGroup.ReservedRegion(0xfd00000000L, 0xffffffffffL, "reserved"));
        assertThat(read.get(2).devices().get()).contains(List.of());
        assertThatIllegalArgumentException().isThrownBy(() -> IommuReader.regions("msi"));
    }
}
