package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nptune.host.ConfigSpace.AcsControl;
import dev.nptune.host.ConfigSpace.PortType;
import dev.nptune.host.IommuGrouping.Bond;
import dev.nptune.host.IommuGrouping.Cause;
import dev.nptune.host.IommuGrouping.FreePort;
import dev.nptune.host.IommuGrouping.Proof;
import dev.nptune.host.IommuGrouping.SharedGroup;
import dev.nptune.internal.json.Json;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IommuGroupingTest {
    private static final Set<AcsControl> NONE = EnumSet.noneOf(AcsControl.class);
    private static final Fact<String> QUIET = Fact.known("quiet iommu=pt", "/proc/cmdline");
    private static final Fact<String> PATCHED =
            Fact.known("quiet pcie_acs_override=downstream,multifunction", "/proc/cmdline");

    private final List<PciFunction> pci = new ArrayList<>();
    private int readable = ConfigImage.SIZE;

    private static PciAddress at(String address) {
        return PciAddress.parse(address);
    }

    private void add(String address, String parent, int group, ConfigImage image, int vendor, int classCode) {
        String file = "/sys/bus/pci/devices/0000:" + address + "/config";
        Fact<ConfigSpace> config = readable == 0
                ? Fact.unreadable(file, "not in the snapshot")
                : Fact.known(image.bytes(readable), file).map(b -> ConfigSpace.decode(file, b));
        pci.add(function(address, parent, group, config, vendor, classCode));
    }

    /// A function of which the groups' explanation sees all there is to see.
    ///
    /// @param parent the bridge's address; empty on the root bus
    /// @param group negative without an IOMMU
    static PciFunction function(
            String address, String parent, int group, Fact<ConfigSpace> config, int vendor, int classCode) {
        String directory = "/sys/bus/pci/devices/0000:" + address;
        PciFunction basics = PciFunction.ofBasics(
                at(address),
                classCode,
                vendor,
                0x1453,
                Fact.absent(directory + "/driver"),
                group < 0 ? Fact.absent(directory) : Fact.known(group, directory + "/iommu_group"),
                "not in this test");
        return new PciFunction(
                basics.address(),
                classCode,
                vendor,
                basics.deviceId(),
                basics.driver(),
                basics.iommuGroup(),
                basics.numaNode(),
                basics.bootVga(),
                basics.identity(),
                parent.isEmpty() ? Fact.absent(directory) : Fact.known(at(parent), directory),
                basics.link(),
                basics.resources(),
                basics.state(),
                config,
                List.of());
    }

    private static ConfigImage port(PortType type, int secondary, int slot, boolean acs) {
        ConfigImage image =
                ConfigImage.bridge(0x1022, 0x1453, 0, secondary, secondary).express(type, slot);
        return acs ? image.acs(ConfigImage.KERNEL, ConfigImage.KERNEL) : image;
    }

    private void port(String address, String parent, int group, PortType type, int secondary, boolean acs) {
        add(address, parent, group, port(type, secondary, secondary, acs), 0x1022, 0x060400);
    }

    private void card(String address, String parent, int group) {
        ConfigImage image = ConfigImage.endpoint(0x10de, 0x1b81, 0x030000).express(PortType.LEGACY_ENDPOINT, 0);
        add(address, parent, group, image, 0x10de, 0x030000);
    }

    private void conventional(String address, String parent, int group, boolean bridge, int secondary) {
        ConfigImage image = bridge
                ? ConfigImage.bridge(0x1b21, 0x1080, 0, secondary, secondary)
                : ConfigImage.endpoint(0x1022, 0x790b, 0x0c0500);
        add(address, parent, group, image, 0x1022, bridge ? 0x060400 : 0x0c0500);
    }

    private IommuGrouping explain(Fact<String> commandLine) {
        IommuGrouping grouping = IommuGrouping.explain(pci, commandLine);
        assertThat(Json.read(Json.compact(grouping), IommuGrouping.class)).isEqualTo(grouping);
        return grouping;
    }

    /// A first-generation AM4 board with a small chipset: the processor's slot at 00:03.1, and the chipset's switch,
    /// without ACS, below 00:01.3 with a SATA controller, a network card and a second slot with a graphics card.
    private void b350(int chipset, int groupOfSecondCard) {
        conventional("00:01.0", "", 0, false, 0);
        port("00:01.3", "", 1, PortType.ROOT_PORT, 2, true);
        conventional("00:03.0", "", 2, false, 0);
        port("00:03.1", "", 3, PortType.ROOT_PORT, 9, true);
        ConfigImage upstream =
                ConfigImage.bridge(0x1022, 0x43b2, 2, 3, 8).multifunction().express(PortType.UPSTREAM_PORT, 0);
        ConfigImage sata =
                ConfigImage.endpoint(0x1022, 0x43b7, 0x010601).multifunction().express(PortType.LEGACY_ENDPOINT, 0);
        add("02:00.1", "00:01.3", chipset, sata, 0x1022, 0x010601);
        add("02:00.2", "00:01.3", chipset, upstream, 0x1022, 0x060400);
        port("03:00.0", "02:00.2", chipset, PortType.DOWNSTREAM_PORT, 4, false);
        port("03:04.0", "02:00.2", chipset, PortType.DOWNSTREAM_PORT, 6, false);
        card("04:00.0", "03:00.0", chipset);
        card("06:00.0", "03:04.0", groupOfSecondCard);
        card("09:00.0", "00:03.1", 12);
        card("09:00.1", "00:03.1", 12);
    }

    @Test
    void aCardInTheChipsetsSlotSharesWithEverythingThere() {
        b350(5, 5);

        IommuGrouping grouping = explain(QUIET);

        assertThat(grouping.unproven()).isEmpty();
        SharedGroup group = grouping.of(at("06:00.0")).orElseThrow();
        assertThat(group.group()).isEqualTo(5);
        assertThat(group.members()).hasSize(6);
        assertThat(group.complete()).isTrue();
        assertThat(group.unknown()).isEmpty();
        assertThat(group.bonds())
                .extracting(Bond::one, Bond::other, Bond::cause)
                .contains(
                        tuple(at("02:00.1"), at("02:00.2"), Cause.FUNCTIONS_WITHOUT_ACS),
                        tuple(at("03:04.0"), at("02:00.2"), Cause.BRIDGE_WITHOUT_ACS),
                        tuple(at("06:00.0"), at("03:04.0"), Cause.BRIDGE_WITHOUT_ACS));
        Bond card = group.bonds().stream()
                .filter(b -> b.one().equals(at("06:00.0")))
                .findFirst()
                .orElseThrow();
        assertThat(card.culprits())
                .extracting(IommuGrouping.Culprit::address, IommuGrouping.Culprit::why)
                .containsExactly(
                        tuple(at("03:04.0"), "is a downstream switch port without ACS"),
                        tuple(at("02:00.2"), "is an upstream switch port without ACS"));
        assertThat(group.elsewhere())
                .extracting(FreePort::port, FreePort::holds, FreePort::proof)
                .containsExactly(tuple(at("00:03.1"), List.of(at("09:00.0"), at("09:00.1")), Proof.ACS));
        assertThat(group.elsewhere().getFirst().slot().get()).contains(9);
        assertThat(group.sentence())
                .contains("0000:03:04.0 is a downstream switch port without ACS")
                .contains("A card below 0000:00:03.1 (slot 9, holds 0000:09:00.0, 0000:09:00.1 now) would have a");
    }

    @Test
    void functionsOfOneCardShareBecauseTheyHaveNoAcs() {
        b350(5, 5);
        SharedGroup group = explain(QUIET).of(at("09:00.1")).orElseThrow();

        assertThat(group.bonds())
                .singleElement()
                .satisfies(b -> assertThat(b.cause()).isEqualTo(Cause.FUNCTIONS_WITHOUT_ACS));
        assertThat(group.complete()).isTrue();
    }

    @Test
    void thePatchClaimsWhatNobodyProved() {
        b350(5, 27);

        IommuGrouping patched = explain(PATCHED);
        assertThat(patched.of(at("06:00.0"))).isEmpty();
        assertThat(patched.unproven()).singleElement().satisfies(u -> {
            assertThat(u.bond().one()).isEqualTo(at("06:00.0"));
            assertThat(u.group()).isEqualTo(27);
            assertThat(u.otherGroup()).isEqualTo(5);
            assertThat(u.override()).isTrue();
            assertThat(u.sentence()).contains("claims an isolation that nobody proved");
        });
        assertThat(explain(QUIET).unproven())
                .singleElement()
                .satisfies(u -> assertThat(u.sentence()).contains("unless the kernel knows this device to isolate"));
    }

    @Test
    void rootPortsOfOneDeviceWithoutAcs() {
        ConfigImage first = port(PortType.ROOT_PORT, 1, 1, false).multifunction();
        ConfigImage second = port(PortType.ROOT_PORT, 2, 2, false).multifunction();
        add("00:01.0", "", 1, first, 0x8086, 0x060400);
        add("00:01.1", "", 1, second, 0x8086, 0x060400);
        card("01:00.0", "00:01.0", 1);
        card("02:00.0", "00:01.1", 1);

        SharedGroup group = explain(QUIET).shared().getFirst();

        assertThat(group.complete()).isTrue();
        assertThat(group.bonds())
                .extracting(Bond::cause)
                .containsExactly(Cause.FUNCTIONS_WITHOUT_ACS, Cause.BRIDGE_WITHOUT_ACS, Cause.BRIDGE_WITHOUT_ACS);
        assertThat(group.elsewhere()).isEmpty();
    }

    @Test
    void oneOfTwoRootPortsWithAcsStandsAlone() {
        add("00:01.0", "", 1, port(PortType.ROOT_PORT, 1, 1, false).multifunction(), 0x8086, 0x060400);
        add("00:01.1", "", 2, port(PortType.ROOT_PORT, 2, 2, true).multifunction(), 0x8086, 0x060400);
        card("01:00.0", "00:01.0", 1);
        card("02:00.0", "00:01.1", 3);

        IommuGrouping grouping = explain(QUIET);

        assertThat(grouping.shared()).singleElement().satisfies(g -> {
            assertThat(g.members()).containsExactly(at("00:01.0"), at("01:00.0"));
            assertThat(g.complete()).isTrue();
            assertThat(g.elsewhere()).extracting(FreePort::port).containsExactly(at("00:01.1"));
        });
        assertThat(grouping.unproven()).isEmpty();
    }

    @Test
    void acsThatIsOffDoesNotIsolate() {
        ConfigImage image = ConfigImage.bridge(0x1022, 1, 0, 1, 1).express(PortType.ROOT_PORT, 1);
        image.acs(ConfigImage.KERNEL, NONE);
        add("00:01.0", "", 1, image, 0x1022, 0x060400);
        card("01:00.0", "00:01.0", 1);

        assertThat(explain(QUIET).shared().getFirst().sentence())
                .contains("0000:00:01.0 is a root port with ACS, of which source validation, request redirect,"
                        + " completion redirect, upstream forwarding are off");
    }

    @Test
    void whatCannotBeSwitchedCountsAsOn() {
        ConfigImage image = ConfigImage.bridge(0x1022, 1, 0, 1, 1).express(PortType.ROOT_PORT, 1);
        image.acs(NONE, NONE);
        add("00:01.0", "", 1, image, 0x1022, 0x060400);
        card("01:00.0", "00:01.0", 2);

        IommuGrouping grouping = explain(QUIET);
        assertThat(grouping.shared()).isEmpty();
        assertThat(grouping.unproven()).isEmpty();
    }

    @Test
    void allBehindAConventionalBridgeIsOne() {
        port("00:1c.0", "", 1, PortType.ROOT_PORT, 3, true);
        add(
                "03:00.0",
                "00:1c.0",
                4,
                ConfigImage.bridge(0x1b21, 0x1080, 3, 4, 4).express(PortType.PCIE_TO_PCI_BRIDGE, 0),
                0x1b21,
                0x060400);
        conventional("04:00.0", "03:00.0", 4, false, 0);
        conventional("04:01.0", "03:00.0", 4, false, 0);

        SharedGroup group = explain(QUIET).shared().getFirst();

        assertThat(group.complete()).isTrue();
        assertThat(group.bonds()).extracting(Bond::cause).containsOnly(Cause.CONVENTIONAL_BUS);
        assertThat(group.sentence())
                .contains("0000:03:00.0 is a PCI Express to PCI bridge and can have no ACS, so that the IOMMU takes all"
                        + " behind it for one: 0000:04:00.0, 0000:04:01.0.");
    }

    @Test
    void aDeviceThatSharesForNoVisibleReason() {
        card("01:00.0", "", 7);
        card("02:00.0", "", 7);

        SharedGroup group = explain(QUIET).shared().getFirst();

        assertThat(group.complete()).isFalse();
        assertThat(group.bonds()).isEmpty();
        assertThat(group.sentence()).contains("Nothing in configuration space explains it");
    }

    @Test
    void withoutRootsRightsTheReasonCannotBeTold() {
        readable = 64;
        b350(5, 5);

        IommuGrouping grouping = explain(QUIET);

        SharedGroup group = grouping.of(at("06:00.0")).orElseThrow();
        assertThat(grouping.unproven()).isEmpty();
        assertThat(group.complete()).isFalse();
        assertThat(group.unknown())
                .extracting(IommuGrouping.Unknown::address)
                .contains(at("03:04.0"), at("02:00.2"), at("00:01.3"));
        assertThat(group.sentence())
                .contains("cannot be told", "only 64 bytes of configuration space could be read", "Read as root");
        assertThat(group.elsewhere())
                .extracting(FreePort::port, FreePort::proof)
                .containsExactly(tuple(at("00:03.1"), Proof.GROUP));
    }

    @Test
    void groupsMadeByThePatchProveNoPort() {
        readable = 0;
        b350(5, 27);

        SharedGroup group = explain(PATCHED).shared().getFirst();

        assertThat(group.elsewhere()).isEmpty();
        assertThat(group.sentence()).contains("not in the snapshot");
    }

    @Test
    void withoutAnIommuThereIsNothingToExplain() {
        card("01:00.0", "", -1);
        card("01:00.1", "", -1);
        assertThat(explain(QUIET)).isEqualTo(new IommuGrouping(List.of(), List.of()));
    }

    @Test
    void bridgesInACircleEnd() {
        port("00:01.0", "02:00.0", 1, PortType.ROOT_PORT, 1, false);
        port("02:00.0", "00:01.0", 1, PortType.ROOT_PORT, 2, true);
        port("03:00.0", "03:00.0", 1, PortType.ROOT_PORT, 3, false);

        assertThat(explain(QUIET).shared()).hasSize(1);
        assertThat(new PciTree(pci).below(at("00:01.0"))).isNotEmpty();
    }
}
