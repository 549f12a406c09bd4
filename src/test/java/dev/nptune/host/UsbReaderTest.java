package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.nptune.host.UsbController.UsbDevice;
import dev.nptune.internal.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsbReaderTest {
    private static final String CONTROLLER = "/sys/devices/pci0000:00/0000:00:14.0";
    private static final String SEEN = "/sys/bus/pci/devices/0000:00:14.0";

    @TempDir
    Path root = Path.of("");

    TestTree tree = new TestTree(root);

    @BeforeEach
    void plant() {
        tree = new TestTree(root);
        tree.pci("0000:00:14.0", "0x0c0330", "0x8086", "0x51ed", "xhci_hcd", 9);
    }

    private void device(String place, String vendor, String product, String type) {
        tree.files(
                CONTROLLER + "/" + place,
                Map.of("idVendor", vendor, "idProduct", product, "bDeviceClass", type, "speed", "480"));
    }

    private List<UsbController> read() {
        Host host = HostReader.read(root);
        assertThat(Json.read(Json.compact(host), Host.class)).isEqualTo(host);
        return host.usb();
    }

    @Test
    void whatHangsOnAController() {
        device("usb1/1-10", "8087", "0033", "e0");
        device("usb1/1-2", "05e3", "0610", "09");
        device("usb1/1-2/1-2.4", "046d", "c24a", "00");
        tree.files(
                CONTROLLER + "/usb1/1-2/1-2.4",
                Map.of("manufacturer", "Logitech", "product", "G600", "serial", "SECRET"));
        String mouse = CONTROLLER + "/usb1/1-2/1-2.4/1-2.4:1.0";
        tree.files(mouse, Map.of("bInterfaceClass", "03", "bInterfaceSubClass", "01", "bInterfaceProtocol", "02"));
        tree.link(mouse + "/driver", "../../../../../../bus/usb/drivers/usbhid");
        tree.directory(CONTROLLER + "/usb1/1-0:1.0").directory(CONTROLLER + "/usb1/1-2:1.0");
        device("usb2/2-3", "0781", "5583", "00");

        UsbController controller = read().getFirst();

        assertThat(controller.address()).isEqualTo(PciAddress.parse("00:14.0"));
        assertThat(controller.devices())
                .extracting(UsbDevice::place, UsbDevice::vendorId, UsbDevice::productId)
                .containsExactly(
                        tuple("1-2", 0x05e3, 0x0610),
                        tuple("1-2.4", 0x046d, 0xc24a),
                        tuple("1-10", 0x8087, 0x0033),
                        tuple("2-3", 0x0781, 0x5583));
        UsbDevice device = controller.devices().get(1);
        String seen = SEEN + "/usb1/1-2/1-2.4";
        assertThat(device.product()).isEqualTo(Fact.known("G600", seen + "/product"));
        assertThat(device.manufacturer().get()).contains("Logitech");
        assertThat(device.megabits().get()).contains(480.0);
        assertThat(device.deviceClass().get()).contains(0);
        assertThat(device.interfaces())
                .containsExactly(new UsbController.UsbInterface(
                        0,
                        Fact.known(3, seen + "/1-2.4:1.0/bInterfaceClass"),
                        Fact.known(1, seen + "/1-2.4:1.0/bInterfaceSubClass"),
                        Fact.known(2, seen + "/1-2.4:1.0/bInterfaceProtocol"),
                        Fact.known("usbhid", seen + "/1-2.4:1.0/driver")));
        assertThat(Json.compact(read())).doesNotContain("SECRET");
    }

    @Test
    void aControllerWithoutDevices() {
        assertThat(read()).containsExactly(new UsbController(PciAddress.parse("00:14.0"), List.of()));
    }

    @Test
    void aDeviceWithoutNumbersStaysInTheListBesideAGap() {
        tree.directory(CONTROLLER + "/usb1/1-1");

        Host host = HostReader.read(root);

        assertThat(host.usb().getFirst().devices())
                .singleElement()
                .satisfies(d -> assertThat(d.vendorId()).isEqualTo(PciFunction.UNKNOWN_ID));
        assertThat(host.gap(SEEN + "/usb1/1-1")).isPresent();
    }

    @Test
    void moreHubsThanThereCanBe() {
        String place = "usb1/1-1";
        String name = "1-1";
        for (int depth = 0; depth < 12; depth++) {
            device(place, "05e3", "0610", "09");
            name += ".1";
            place += "/" + name;
        }
        tree.link(CONTROLLER + "/usb1/1-1/1-1.1/1-9", "../..");

        Host host = HostReader.read(root);

        assertThat(host.usb().getFirst().devices()).hasSizeBetween(7, 100);
        assertThat(host.gaps()).anyMatch(g -> g.reason().startsWith("more hubs"));
    }

    @Test
    void speeds() {
        assertThat(UsbReader.megabits("1.5")).isEqualTo(1.5);
        assertThatIllegalArgumentException().isThrownBy(() -> UsbReader.megabits("fast"));
    }
}
