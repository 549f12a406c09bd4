package dev.nptune.plan;

import dev.nptune.doctor.TestCard;
import dev.nptune.doctor.TestHost;
import dev.nptune.doctor.TestVms;
import dev.nptune.host.Connector;
import dev.nptune.host.Fact;
import dev.nptune.host.Graphics;
import dev.nptune.host.Graphics.Holder;
import dev.nptune.host.Host;
import dev.nptune.host.Network;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.host.Storage;
import dev.nptune.host.Storage.Block;
import dev.nptune.host.Storage.Mount;
import dev.nptune.host.UsbController;
import dev.nptune.host.UsbController.UsbDevice;
import dev.nptune.host.UsbController.UsbInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A machine on a desk whose PCI functions a test adds, each in a group of its own unless told; root has read it all.
final class Desk {
    final TestHost machine = new TestHost();
    private final Map<String, TestCard> functions = new TreeMap<>();
    private final Map<String, Fact<String>> drivers = new TreeMap<>();
    private final Map<String, Fact<Integer>> groups = new TreeMap<>();
    private final List<Holder> holders = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final List<Mount> mounts = new ArrayList<>();
    private final List<Network.Interface> interfaces = new ArrayList<>();
    private int nextGroup = 10;

    /// Whether drives and network could not be read.
    boolean unread;

    Desk() {
        machine.virtualization = TestVms.hooks();
    }

    /// A function of a class, `0x030000`, an id and a driver; a blank driver is none.
    Desk with(String address, int code, String id, String driver, Consumer<TestCard> change) {
        TestCard card = new TestCard(address, code);
        card.vendor = Integer.parseInt(id.substring(0, 4), 16);
        card.device = Integer.parseInt(id.substring(5), 16);
        card.parent = Fact.known(PciAddress.parse("00:1c." + functions.size() % 8), "/sys/devices");
        change.accept(card);
        functions.put(address, card);
        drivers.put(
                address, driver.isEmpty() ? Fact.absent(path(address) + "/driver") : TestHost.driver(address, driver));
        return group(address, nextGroup++);
    }

    Desk with(String address, int code, String id, String driver) {
        return with(address, code, id, driver, _ -> {});
    }

    /// A card with its sound beside it, in one group.
    Desk card(String address, String id, String driver, Consumer<TestCard> change) {
        String sound = address.replace(".0", ".1");
        with(address, 0x030000, id, driver, change);
        with(sound, 0x040300, id.substring(0, 5) + "aaf0", driver);
        return group(sound, nextGroup - 2);
    }

    Desk card(String address, String id, String driver) {
        return card(address, id, driver, _ -> {});
    }

    Desk group(String address, int group) {
        return group(address, TestHost.group(address, group));
    }

    Desk group(String address, Fact<Integer> group) {
        groups.put(address, group);
        return this;
    }

    Desk holder(String address, String process) {
        return holder(address, process, "/dev/dri/card0");
    }

    Desk holder(String address, String process, String device) {
        Fact<List<PciAddress>> held = Fact.known(List.of(PciAddress.parse(address)), "/proc/77/fd");
        holders.add(new Holder(77, process, device, held));
        return this;
    }

    static Connector monitor(String name) {
        return new Connector(
                name,
                "card0",
                Fact.known("connected", "status"),
                Fact.known(true, "enabled"),
                Fact.known("XL2411Z", "edid"));
    }

    Desk drive(String address, String name, String number) {
        blocks.add(new Block(
                name, Fact.known(number, "dev"), Fact.known(List.of(PciAddress.parse(address)), "block"), List.of()));
        return this;
    }

    Desk volume(String name, String number, String... on) {
        blocks.add(new Block(name, Fact.known(number, "dev"), Fact.known(List.of(), "block"), List.of(on)));
        return this;
    }

    Desk mount(String number, String at) {
        mounts.add(new Mount(number, "ext4", "/dev/x", at));
        return this;
    }

    Desk net(String address, String name) {
        interfaces.add(new Network.Interface(
                name, Fact.known(List.of(PciAddress.parse(address)), "net"), Fact.known("up", "operstate"), List.of()));
        return this;
    }

    /// A controller with devices: each keyboard (1) or mouse (2), or anything else.
    Desk usb(String address, int... protocols) {
        with(address, 0x0c0330, "1b73:1100", "xhci_hcd");
        List<UsbDevice> devices = new ArrayList<>();
        for (int protocol : protocols) {
            String place = "1-" + (devices.size() + 1);
            devices.add(new UsbDevice(
                    place,
                    0x046d,
                    0xc000 + protocol,
                    Fact.known(0, place),
                    Fact.absent(place),
                    Fact.known(protocol == 1 ? "Keyboard" : protocol == 2 ? "Mouse" : "Camera", place),
                    Fact.known(480.0, place),
                    List.of(new UsbInterface(
                            0,
                            Fact.known(protocol > 2 ? 0x0e : 3, place),
                            Fact.known(1, place),
                            Fact.known(protocol, place),
                            Fact.known("usbhid", place)))));
        }
        machine.usb.add(new UsbController(PciAddress.parse(address), devices));
        return this;
    }

    Host host() {
        Fact<List<Graphics.AddressRange>> none = Fact.known(List.of(), "/proc/iomem");
        machine.graphics = new Graphics(List.of(), holders, List.of(), List.of(), none);
        if (unread) {
            machine.storage = Storage.unread("not in this test");
            machine.network = Network.unread("not in this test");
        } else {
            machine.storage = new Storage(
                    Fact.known(blocks, "/sys/class/block"),
                    Fact.known(mounts, "/proc/self/mountinfo"),
                    Fact.known(List.of(), "/proc/swaps"),
                    Fact.known(List.of(), "/sys/fs/btrfs"));
            machine.network =
                    new Network(Fact.known(interfaces, "/sys/class/net"), Fact.known(List.of(), "/proc/net/route"));
        }
        List<PciFunction> all = new ArrayList<>();
        functions.forEach((address, card) -> all.add(card.function(
                Objects.requireNonNull(drivers.get(address)), Objects.requireNonNull(groups.get(address)))));
        machine.functions = all;
        return machine.build();
    }

    DeviceAdvice auto() {
        return DeviceAdvisor.forCard(host(), new CardRequest.Auto());
    }

    DeviceAdvice card(String request) {
        return DeviceAdvisor.forCard(host(), CardRequest.parse(request));
    }

    private static String path(String address) {
        return "/sys/bus/pci/devices/0000:" + address;
    }
}
