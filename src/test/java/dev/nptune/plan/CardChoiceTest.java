package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.doctor.TestCard;
import dev.nptune.host.Fact;
import dev.nptune.host.Kernel;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciResources.ResizableBar;
import dev.nptune.plan.DeviceAdvice.Devices;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which card is chosen.
class CardChoiceTest {
    private static final String ONE = "10de:1b81";
    private static final String OTHER = "1002:67df";

    private static Devices devices(DeviceAdvice advice) {
        assertThat(advice).isInstanceOf(Devices.class);
        return (Devices) advice;
    }

    private static Refusal refusal(DeviceAdvice advice) {
        assertThat(advice).isInstanceOf(Refusal.class);
        return (Refusal) advice;
    }

    /// The first of two cards at 01:00 and 02:00 is chosen, for a reason.
    private static void first(Desk desk, String why) {
        Devices devices = devices(desk.auto());
        assertThat(devices.passed())
                .extracting(f -> f.address().toString())
                .containsExactly("0000:01:00.0", "0000:01:00.1");
        assertThat(devices.choices().getFirst().why()).isEqualTo("0000:02:00.0 (1002:67df) " + why + ".");
    }

    private static Desk two(Consumer<TestCard> first, Consumer<TestCard> second) {
        return new Desk().card("01:00.0", ONE, "nouveau", first).card("02:00.0", OTHER, "amdgpu", second);
    }

    private static void plain(TestCard card) {
        assertThat(card.connectors).isEmpty();
    }

    @Test
    void setAsideForVfio() {
        first(
                new Desk()
                        .card("01:00.0", ONE, "vfio-pci", c -> c.bootVga = known(true))
                        .card("02:00.0", OTHER, ""),
                "is not on vfio-pci already");
    }

    @Test
    void notTheOneWithTheMonitor() {
        first(two(c -> c.bootVga = known(true), c -> c.connectors = List.of(Desk.monitor("DP-1"))), "drives a monitor");
    }

    @Test
    void notTheOneTheFirmwareDrawsOn() {
        first(two(CardChoiceTest::plain, c -> c.bootVga = known(true)), "is what the firmware draws on");
    }

    @Test
    void notTheOneThatProgramsHold() {
        first(
                two(CardChoiceTest::plain, CardChoiceTest::plain).holder("02:00.0", "Xorg"),
                "is held open by programs of the host");
    }

    @Test
    void notThePartOfTheProcessor() {
        String why = "is part of the processor";
        Desk desk = new Desk()
                .card("01:00.0", ONE, "nouveau", c -> c.bootVga = known(true))
                .with("00:02.0", 0x030000, "8086:3e92", "i915", c -> c.parent = Fact.absent("/sys"));
        assertThat(devices(desk.auto()).choices().getFirst().why()).isEqualTo("0000:00:02.0 (8086:3e92) " + why + ".");

        Desk raphael =
                two(c -> c.bootVga = known(true), CardChoiceTest::plain).with("02:00.2", 0x108000, "1022:1649", "ccp");
        first(raphael, why);
    }

    @Test
    void moreMemoryThenTheWiderLink() {
        List<Long> sizes = List.of(256L << 20, 8L << 30);
        Fact<List<ResizableBar>> large = Fact.known(List.of(new ResizableBar(0, sizes, Fact.absent("x"))), "config");
        first(two(c -> c.resizable = large, CardChoiceTest::plain), "has less memory as far as its BARs tell");
        first(two(c -> link(c, 16), c -> link(c, 8)), "has the narrower link");
        assertThat(two(c -> link(c, 16), c -> link(c, 16)).auto()).isInstanceOf(Refusal.class);
    }

    private static void link(TestCard card, int lanes) {
        card.maxSpeed = Fact.known(8.0, "max_link_speed");
        card.width = Fact.known(lanes, "current_link_width");
    }

    @Test
    void notTheOneInAGroupWithOthers() {
        Desk desk = two(CardChoiceTest::plain, CardChoiceTest::plain)
                .with("03:00.0", 0x040300, "1022:1457", "snd_hda_intel");
        first(desk.group("03:00.0", 12), "shares its IOMMU group");

        Desk blocked = two(c -> c.bootVga = known(true), CardChoiceTest::plain)
                .with("03:00.0", 0x0c0500, "1022:790b", "piix4_smbus");
        first(blocked.group("03:00.0", 12), "cannot be given away with its IOMMU group");
    }

    @Test
    void whatIsNotKnownOfOneDecidesNothing() {
        Fact<Boolean> unread = Fact.unreadable("boot_vga", "permission denied");
        Refusal refusal = refusal(
                two(c -> c.bootVga = unread, c -> c.bootVga = known(true)).auto());

        assertThat(refusal.next())
                .isEqualTo("Say which: --gpu 0000:01:00.0 for 0000:01:00.0 (10de:1b81), or --gpu 0000:02:00.0 for"
                        + " 0000:02:00.0 (1002:67df).");
    }

    @Test
    void theManagementControllersDisplayIsNoCard() {
        Desk desk = new Desk().with("05:00.0", 0x030000, "1a03:2000", "ast", c -> c.bootVga = known(true));
        assertThat(refusal(desk.auto()).reason()).contains("management controller");

        desk.card("01:00.0", ONE, "nouveau");
        assertThat(devices(desk.auto()).choices().getFirst().why())
                .isEqualTo("It is the only card that can be chosen.");
    }

    @Test
    void aMachineWithoutCards() {
        assertThat(refusal(new Desk().usb("03:00.0").auto()).reason()).isEqualTo("the machine has no graphics card");
        assertThat(refusal(new Desk().auto()).reason()).isEqualTo("no PCI device of the machine was read");
    }

    @Test
    void twins() {
        Desk desk = new Desk().card("01:00.0", ONE, "vfio-pci").card("02:00.0", ONE, "nouveau");

        Refusal refusal = refusal(desk.card(ONE));
        assertThat(refusal.reason()).contains("2 cards 10de:1b81");
        assertThat(refusal.next()).contains("--gpu 0000:01:00.0 for").contains("--gpu 0000:02:00.0 for");

        Devices devices = devices(desk.card("02:00.0"));
        assertThat(devices.passed().getFirst()).isEqualTo(new PassedFunction(address("02:00.0"), ONE));
        assertThat(devices.choices()).anySatisfy(c -> {
            assertThat(c.what()).contains("nothing by id alone");
            assertThat(c.why()).contains("By id alone, 0000:01:00.0 would be taken too");
        });
        assertThat(devices.warnings()).noneMatch(w -> w.contains("binds vfio-pci to"));
    }

    @Test
    void twinsThatAreBoundByIdAlready() {
        Desk desk = new Desk().card("01:00.0", ONE, "vfio-pci").card("02:00.0", ONE, "nouveau");
        desk.machine.options.add(
                new Kernel.ModuleOption("/etc/modprobe.d/vfio.conf", 3, "vfio_pci", List.of("ids=10DE:1B81")));
        desk.machine.commandLine = Fact.known("vfio-pci.ids=10de:1b81,10de:10f0", "/proc/cmdline");

        assertThat(devices(desk.card("02:00.0")).warnings())
                .anyMatch(w -> w.startsWith("/etc/modprobe.d/vfio.conf line 3 binds vfio-pci to 10de:1b81"))
                .anyMatch(w -> w.startsWith("/proc/cmdline binds vfio-pci to 10de:1b81"));

        Desk one = new Desk().card("01:00.0", ONE, "vfio-pci");
        one.machine.options = desk.machine.options;
        assertThat(devices(one.card(ONE)).warnings()).noneMatch(w -> w.contains("binds vfio-pci to"));
    }

    @Test
    void byIdAndByAddress() {
        Desk desk = two(CardChoiceTest::plain, CardChoiceTest::plain);

        assertThat(devices(desk.card(OTHER)).passed().getFirst().address()).isEqualTo(address("02:00.0"));
        assertThat(devices(desk.card("0000:02:00.1")).passed().getFirst().address())
                .as("by its sound")
                .isEqualTo(address("02:00.0"));
        assertThat(refusal(desk.card("03:00.0")).reason()).isEqualTo("no graphics card is at 0000:03:00.0");
        assertThat(refusal(desk.card("1234:5678")).next()).startsWith("Say which: --gpu 0000:01:00.0");
    }

    @Test
    void allFunctionsOfACard() {
        Desk turing = new Desk().card("01:00.0", "10de:1e87", "nouveau");
        turing.usb("01:00.2").group("01:00.2", 10);
        turing.with("01:00.3", 0x0c8000, "10de:1ad9", "nvidia-gpu").group("01:00.3", 10);
        assertThat(devices(turing.auto()).passed()).hasSize(4);

        Desk apu = new Desk().card("0e:00.0", "1002:164e", "amdgpu");
        apu.with("0e:00.2", 0x108000, "1022:1649", "ccp").with("0e:00.3", 0x0c0330, "1022:15b6", "xhci_hcd");
        Devices devices = devices(apu.card("0e:00.0"));
        assertThat(devices.passed()).as("not the rest of the processor").hasSize(2);
        assertThat(devices.warnings()).anyMatch(w -> w.contains("is part of the processor"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AUTO", "01:00", "10de", "10de:1b8", "10de:1b811", "01:00.8", "zz:00.0"})
    void requestsThatAreNone(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CardRequest.parse(text));
    }

    @Test
    void requests() {
        assertThat(CardRequest.parse("auto")).isEqualTo(new CardRequest.Auto());
        assertThat(CardRequest.parse("10DE:1B81")).isEqualTo(new CardRequest.OfKind("10de:1b81"));
        assertThat(CardRequest.parse("0a:00.0")).isEqualTo(new CardRequest.At(address("0000:0a:00.0")));
    }

    private static PciAddress address(String text) {
        return PciAddress.parse(text);
    }

    private static Fact<Boolean> known(boolean value) {
        return Fact.known(value, TestCard.GPU + "/boot_vga");
    }

    @Test
    void whatIsSaidOfNvidia() {
        assertThat(devices(two(CardChoiceTest::plain, CardChoiceTest::plain).card(ONE))
                        .choices())
                .anyMatch(c -> c.why().contains("R465"));
        assertThat(devices(two(CardChoiceTest::plain, CardChoiceTest::plain).card(OTHER))
                        .choices())
                .noneMatch(c -> c.why().contains("R465"));
    }
}
