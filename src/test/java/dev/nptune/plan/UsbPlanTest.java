package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.vm.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsbPlanTest {
    private static final String OLD = """
                <controller type='usb'  index="0" model="ich9-ehci1">
                  <address type='pci' domain='0x0000' bus='0x00' slot='0x1d' function='0x7'/>
                </controller>
                <controller type='sata' index='0'/>
                <controller type='usb' index='0' model='ich9-uhci1'>
                  <master startport='0'/>
                  <address type='pci' domain='0x0000' bus='0x00' slot='0x1d' function='0x0' multifunction='on'/>
                </controller>
                <controller type='usb' index='0' model='ich9-uhci2'>
                  <master startport='2'/>
                  <address type='pci' domain='0x0000' bus='0x00' slot='0x1d' function='0x1'/>
                </controller>
            """;
    private static final String TABLET = """
                <input type='tablet' bus='usb'>
                  <address type='usb' bus='0' port='6'/>
                </input>
            """;
    private static final String KEYBOARD = "    <input type='keyboard' bus='usb'/>\n";
    private static final String XHCI = """
                <controller type='usb'  index="0" model="qemu-xhci" ports="15"/>
                <controller type='sata' index='0'/>
            """;
    private static final String CARD = """
                <hostdev mode='subsystem' type='pci' managed='yes'>
                  <source>
                    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
                  </source>
                </hostdev>
            """;
    private static final String WINDOWS = """
              <metadata>
                <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
                  <libosinfo:os id="http://microsoft.com/win/%s"/>
                </libosinfo:libosinfo>
              </metadata>
            """;

    /// The VM with its vCPUs pinned, so that a passed card makes no rule but those about devices fire.
    private static Domain pinned(String devices) {
        return Plans.domain("""
                  <cputune>
                    <vcpupin vcpu='0' cpuset='4'/>
                    <vcpupin vcpu='1' cpuset='5'/>
                    <emulatorpin cpuset='0,8'/>
                  </cputune>
                """, devices);
    }

    @Test
    void aControllerAndItsCompanionsBecomeOne() {
        assertThat(Plans.edited(Plans.domain("", OLD + TABLET), Plans.SOUND))
                .isEqualTo(Plans.domain("", XHCI + TABLET));
    }

    @Test
    void oneWithoutADeviceSleepsAnyway() {
        assertThat(Plans.of(Plans.domain("", OLD), Plans.SOUND).changes()).isEmpty();
    }

    @Test
    void severalControllersWithDevices() {
        String second = """
                    <controller type='usb' index='1' model='piix3-uhci'/>
                    <controller type='usb' index='2' model='piix4-uhci'/>
                    <hostdev mode='subsystem' type='usb'>
                      <source>
                        <vendor id='0x1234'/>
                        <product id='0x5678'/>
                      </source>
                      <address type='usb' bus='1' port='1'/>
                    </hostdev>
                """;
        assertThat(Plans.edited(Plans.domain("", OLD + second + TABLET), Plans.SOUND))
                .isEqualTo(Plans.domain(
                        "", XHCI + second.replace("model='piix3-uhci'/>", "model='qemu-xhci' ports='15'/>") + TABLET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "xp", "vista", "2k8r2"})
    void aWindowsWithoutADriverForItKeepsItsMouse(String release) {
        Plan plan = Plans.of(Plans.domain(WINDOWS.formatted(release), OLD + TABLET), Plans.SOUND);
        assertThat(plan.changes()).noneMatch(c -> c.rules().contains("usb-legacy"));
        assertThat(Plans.notes(plan, "usb-legacy")).singleElement().asString().contains("no driver for xHCI");
    }

    @Test
    void aWindowsOfUnknownReleaseToo() {
        Plan plan = Plans.of(Plans.domain("  <clock offset='localtime'/>\n", OLD + TABLET), Plans.SOUND);
        assertThat(plan.changes()).noneMatch(c -> c.rules().contains("usb-legacy"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "10", "11", "2k19"})
    void aNewerOneDoesNot(String release) {
        Domain after = Plans.edited(Plans.domain(WINDOWS.formatted(release), OLD + TABLET), Plans.SOUND);
        assertThat(after.xml()).contains(XHCI + TABLET);
    }

    @Test
    void theTabletGoesOnlyWhereNothingButThePassedCardShowsThePicture() {
        assertThat(Plans.edited(pinned(OLD + TABLET + KEYBOARD + CARD), Plans.SOUND))
                .isEqualTo(pinned(XHCI + KEYBOARD + CARD));
        String spice = "    <graphics type='spice'/>\n";
        assertThat(Plans.edited(pinned(OLD + TABLET + CARD + spice), Plans.SOUND))
                .isEqualTo(pinned(XHCI + TABLET + CARD + spice));
        Domain sound = pinned(OLD + TABLET + CARD.replace("function='0x0'", "function='0x1'"));
        assertThat(Plans.edited(sound, Plans.SOUND).xml()).contains("tablet");
        assertThat(Plans.edited(pinned(OLD + TABLET + CARD), h -> h.gpuPresent = false)
                        .xml())
                .contains("tablet");
    }

    @Test
    void macOsIsLeftAlone() {
        Domain domain = Domain.parse(Plans.domain("", OLD + TABLET)
                .xml()
                .replace(
                        "<domain type='kvm'>",
                        "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>")
                .replace("</devices>", """
                        </devices>
                          <qemu:commandline>
                            <qemu:arg value='-device'/>
                            <qemu:arg value='isa-applesmc,osk=x'/>
                          </qemu:commandline>"""));
        assertThat(Plans.of(domain, Plans.SOUND).changes()).isEmpty();
    }
}
