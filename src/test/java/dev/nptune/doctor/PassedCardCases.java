package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.ConfigSpace;
import dev.nptune.host.Fact;
import dev.nptune.host.PciAddress;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [PciRules] about where a passed card sits and what shares its group.
final class PassedCardCases {
    private static final String SOURCE_END = "function='0x0'/>\n      </source>";
    private static final String SECOND = "/sys/bus/pci/devices/0000:01:00.1";

    private PassedCardCases() {}

    static List<Case> all() {
        return Stream.of(rootPorts(), boards(), groups(), drivers())
                .flatMap(List::stream)
                .toList();
    }

    /// The card at an address in the guest.
    private static Domain at(String address, String... more) {
        String[] all = new String[more.length + 2];
        all[0] = SOURCE_END;
        all[1] = SOURCE_END + "<address " + address + "/>";
        System.arraycopy(more, 0, all, 2, more.length);
        return tuned(all);
    }

    private static Domain below(String model, String index) {
        return at(
                "type='pci' bus='0x07' slot='0x01'",
                "</devices>",
                "<controller type='pci' index='" + index + "' model='" + model + "'/></devices>");
    }

    /// One whose only card is in the processor.
    private static void integrated(TestHost h) {
        h.functions = List.of(new TestCard("00:02.0", 0x030000).function(h.gpuDriver, h.gpuGroup));
    }

    private static List<Case> rootPorts() {
        String id = "gpu-not-rootport";
        String path = "devices/hostdev[1]/address/@bus | ";
        String wanted = " | the bus of a pcie-root-port";
        String root = path + "0x00, the root complex" + wanted;
        return List.of(
                fires(id, "on the root complex", SOUND, at("type='pci' bus='0x00' slot='0x05'"), root),
                clear(
                        id,
                        "a conventional card",
                        h -> h.gpu.maxWidth = Fact.absent(TestCard.GPU + "/max_link_width"),
                        at("type='pci' bus='0x00' slot='0x05'")),
                fires(id, "no bus is bus 0", SOUND, at("type='pci' slot='0x05'"), root),
                fires(id, "q35 by its bare name", SOUND, at("type='pci' bus='0'", "pc-q35-8.2", "q35"), root),
                fires(
                        id,
                        "behind a bridge to PCI",
                        SOUND,
                        below("pcie-to-pci-bridge", "7"),
                        path + "0x07, a pcie-to-pci-bridge" + wanted),
                fires(
                        id,
                        "behind a PCI bridge",
                        SOUND,
                        below("pci-bridge", "0x7"),
                        path + "0x07, a pci-bridge" + wanted),
                clear(id, "on a root port", SOUND, below("pcie-root-port", "7")),
                clear(id, "another bus has a bridge", SOUND, below("pcie-to-pci-bridge", "8")),
                clear(id, "a controller with a number of its own", SOUND, below("pci-bridge", "seven")),
                clear(
                        id,
                        "another kind of controller",
                        SOUND,
                        at(
                                "type='pci' bus='0x07'",
                                "</devices>",
                                "<controller type='scsi' index='7' model='pci-bridge'/></devices>")),
                clear(id, "libvirt finds a place", SOUND, tuned()),
                clear(id, "an address of another kind", SOUND, at("type='usb' bus='0'")),
                clear(
                        id,
                        "i440fx has no other place",
                        SOUND,
                        at("type='pci' bus='0x00'", "pc-q35-8.2", "pc-i440fx-8.2")),
                clear(
                        id,
                        "no card",
                        h -> h.functions = List.of(TestHost.function("01:00.0", 0x0c0330, h.gpuDriver, h.gpuGroup)),
                        at("type='pci' bus='0x00'")),
                clear(
                        id,
                        "a card in the processor has no port on the host either",
                        PassedCardCases::integrated,
                        tuned(
                                SOURCE_END,
                                SOURCE_END + "<address type='pci' bus='0x00' slot='0x02'/>",
                                "bus='0x01' slot='0x00'",
                                "bus='0x00' slot='0x02'",
                                "function='0x1'",
                                "function='0x0'")),
                unknown(
                        id,
                        "the card is not here",
                        h -> h.gpuPresent = false,
                        at("type='pci' bus='0x00'"),
                        TestCard.GPU));
    }

    private static List<Case> boards() {
        String id = "i440fx-gpu";
        String machine = "os/type/@machine | ";
        return List.of(
                fires(id, "versioned", SOUND, tuned("pc-q35-8.2", "pc-i440fx-2.11"), machine + "pc-i440fx-2.11 | q35"),
                fires(
                        id,
                        "by a distribution",
                        SOUND,
                        tuned("pc-q35-8.2", "pc-i440fx-bionic"),
                        machine + "pc-i440fx-bionic | q35"),
                fires(id, "by its bare name", SOUND, tuned("pc-q35-8.2", "pc"), machine + "pc | q35"),
                fires(id, "unsaid", SOUND, tuned(" machine='pc-q35-8.2'", ""), machine + "(absent): i440fx | q35"),
                clear(id, "q35", SOUND, tuned()),
                clear(id, "the newest q35", SOUND, tuned("pc-q35-8.2", "q35")),
                clear(id, "another kind of machine", SOUND, tuned("pc-q35-8.2", "microvm")),
                clear(id, "sound alone", SOUND, tuned("pc-q35-8.2", "pc", "function='0x0'", "function='0x1'")),
                clear(
                        id,
                        "a card in the processor",
                        PassedCardCases::integrated,
                        tuned(
                                "pc-q35-8.2",
                                "pc",
                                "bus='0x01' slot='0x00'",
                                "bus='0x00' slot='0x02'",
                                "function='0x1'",
                                "function='0x0'")),
                unknown(
                        id,
                        "the card is not here",
                        h -> h.gpuPresent = false,
                        tuned("pc-q35-8.2", "pc"),
                        TestCard.GPU,
                        SECOND));
    }

    private static List<Case> groups() {
        String id = "group-shared";
        Domain first = tuned("function='0x1'", "function='0x0'");
        Consumer<TestHost> sound = h -> {
            h.functions = List.of(
                    h.gpu.function(h.gpuDriver, h.gpuGroup),
                    TestHost.function("01:00.1", 0x040300, TestHost.driver("01:00.1", "snd_hda_intel"), h.gpuGroup));
        };
        String other = "/sys/kernel/iommu_groups/13/devices/0000:01:00.1 | 1002:67df on snd_hda_intel"
                + " | a group without it for 0000:01:00.0";
        String disk = "/sys/kernel/iommu_groups/13/devices/0000:02:00.0 | 1002:67df on nvme"
                + " | a group without it for 0000:01:00.0";
        return List.of(
                fires(id, "the card's own sound, left to the host", sound, first, other, other),
                fires(
                        id,
                        "behind an old bridge, which explains it",
                        PassedCardCases::conventional,
                        tuned("function='0x1'", "function='0x0'"),
                        disk,
                        disk,
                        "/sys/kernel/iommu_groups/13 | Group 13 holds 0000:00:1e.0, 0000:01:00.0, 0000:02:00.0."
                                + " 0000:00:1e.0 is a conventional PCI bridge and can have no ACS, so that the IOMMU takes all behind it for one:"
                                + " 0000:01:00.0, 0000:02:00.0. | only what the VM is given"),
                clear(id, "on vfio-pci without being passed", SOUND, first),
                clear(
                        id,
                        "on a driver of vfio's kin",
                        h -> {
                            h.nvmeGroup = TestHost.group("02:00.0", 13);
                            h.nvmeDriver = TestHost.driver("02:00.0", "mlx5-vfio-pci");
                        },
                        tuned()),
                clear(
                        id,
                        "on pci-stub",
                        h -> {
                            h.nvmeGroup = TestHost.group("02:00.0", 13);
                            h.nvmeDriver = TestHost.driver("02:00.0", "pci-stub");
                        },
                        tuned()));
    }

    /// A card and a drive behind a bridge that is no PCI Express device.
    private static void conventional(TestHost host) {
        TestCard bridge = new TestCard("00:1e.0", 0x060400);
        TestCard drive = new TestCard("02:00.0", 0x010802);
        for (TestCard card : List.of(bridge, host.gpu, drive)) {
            card.config = Fact.known(ConfigSpace.decode("config", new byte[256]), "config");
        }
        host.gpu.parent = Fact.known(PciAddress.parse("00:1e.0"), "..");
        drive.parent = host.gpu.parent;
        host.functions = List.of(
                bridge.function(Fact.absent("driver"), TestHost.group("00:1e.0", 13)),
                host.gpu.function(host.gpuDriver, host.gpuGroup),
                drive.function(host.nvmeDriver, TestHost.group("02:00.0", 13)));
    }

    private static List<Case> drivers() {
        String id = "wrong-driver";
        String driver = TestCard.GPU + "/driver";
        Domain unmanaged = tuned("managed='yes'", "managed='no'");
        Consumer<TestHost> amdgpu = h -> h.gpuDriver = TestHost.driver("01:00.0", "amdgpu");
        return List.of(
                fires(
                        id,
                        "a hook may bind it",
                        amdgpu.andThen(hook(0755, "virsh nodedev-detach pci_0000_01_00_0")),
                        unmanaged,
                        driver + " | amdgpu; a hook may bind it | vfio-pci",
                        "devices/hostdev[1]/@managed | no | yes"),
                fires(
                        id,
                        "a hook may load it",
                        amdgpu.andThen(hook(0755, "modprobe vfio-pci")),
                        unmanaged,
                        driver + " | amdgpu; a hook may bind it | vfio-pci",
                        "devices/hostdev[1]/@managed | no | yes"),
                fires(
                        id,
                        "a hook about something else",
                        amdgpu.andThen(hook(0755, "systemctl stop gdm")),
                        unmanaged,
                        driver + " | amdgpu | vfio-pci",
                        "devices/hostdev[1]/@managed | no | yes"),
                fires(
                        id,
                        "a hook that nobody runs",
                        amdgpu.andThen(hook(0644, "modprobe vfio-pci")),
                        unmanaged,
                        driver + " | amdgpu | vfio-pci",
                        "devices/hostdev[1]/@managed | no | yes"),
                clear(
                        id,
                        "a driver of vfio's kin",
                        h -> h.gpuDriver = TestHost.driver("01:00.0", "nvgrace-gpu-vfio-pci"),
                        unmanaged));
    }

    private static Consumer<TestHost> hook(int mode, String text) {
        return h -> h.virtualization = TestVms.hooks(TestVms.hook("/etc/libvirt/hooks/qemu.d/bind.sh", mode, text));
    }
}
