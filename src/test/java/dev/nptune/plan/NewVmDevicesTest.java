package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestVms;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.host.Virtualization;
import dev.nptune.host.Virtualization.Descriptor;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.host.Virtualization.Firmware;
import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.plan.DeviceAdvice.Offer;
import dev.nptune.vm.Domain;
import dev.nptune.vm.GuestKind;
import dev.nptune.vm.NewDisk.Kind;
import dev.nptune.vm.NewInput;
import dev.nptune.vm.NewNetwork;
import dev.nptune.vm.NewScreen;
import dev.nptune.vm.NewSound;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a new VM may be given of the machine: drives, functions, programs.
class NewVmDevicesTest {
    private static final int NVME = 0x010802;
    private static final String BY_ID = "/dev/disk/by-id/nvme-Samsung_SSD_970";

    private static Desk desk() {
        return new Desk()
                .with("05:00.0", NVME, "144d:a808", "nvme")
                .drive("05:00.0", "nvme0n1", "259:0")
                .with("06:00.0", NVME, "144d:a808", "nvme")
                .drive("06:00.0", "nvme1n1", "259:5");
    }

    private static NewVm wish(NewVm.Disk... disks) {
        return new NewVm(
                "new",
                GuestKind.WINDOWS_11,
                Goal.GAMING,
                Optional.empty(),
                List.of(disks),
                List.of(),
                Optional.of(4),
                Optional.of(4L << 30),
                new NewNetwork.Network("default"),
                new NewInput.Virtio(),
                new NewSound.Spice(),
                new NewScreen.Viewer(NewScreen.Video.VGA),
                Optional.empty());
    }

    private static NewVm.Disk drive(String path) {
        return new NewVm.Disk(Kind.BLOCK, path);
    }

    private static Optional<String> against(Desk desk, NewVm.Disk disk) {
        return DriveUse.against(desk.host(), wish(disk)).map(Refusal::reason);
    }

    @Test
    void theRootDiskByAnyName() {
        Desk desk = desk().volume("nvme0n1p2", "259:2", "nvme0n1").mount("259:2", "/");

        assertThat(against(desk, new NewVm.Disk(Kind.BLOCK, BY_ID, "/dev/nvme0n1", Set.of())))
                .contains("the host needs " + BY_ID + " (/dev/nvme0n1): nvme0n1p2 is mounted at /");
        assertThat(against(desk, drive(BY_ID)).orElseThrow()).contains("is not known");
        assertThat(against(desk, new NewVm.Disk(Kind.BLOCK, BY_ID, "/dev/nvme1n1", Set.of())))
                .isEmpty();
        assertThat(against(desk, new NewVm.Disk(Kind.RAW, "/images/x.img", "/dev/nvme0n1", Set.of())))
                .as("an image that is a link to the drive")
                .isPresent();
    }

    @Test
    void aDriveThatIsOpenThoughNothingIsMounted() {
        Desk desk = desk().volume("nvme0n1p2", "259:2", "nvme0n1").volume("dm-0", "253:0", "nvme0n1p2");

        assertThat(against(desk, drive("/dev/nvme0n1")))
                .contains("the host needs /dev/nvme0n1: dm-0, a volume on nvme0n1p2, is active");
        assertThat(against(desk, drive("/dev/dm-0"))).as("the volume itself").isEmpty();
    }

    @Test
    void whatIsNotKnownIsNotFree() {
        Desk desk = desk();
        desk.unread = true;

        assertThat(against(desk, drive("/dev/nvme1n1")).orElseThrow())
                .startsWith("whether the host needs /dev/nvme1n1 is not known");
    }

    @Test
    void aDriveOfAnotherVm() {
        Desk desk = desk().volume("nvme1n1p1", "259:6", "nvme1n1");
        String xml = "<domain><name>old</name><memory>1</memory><devices><disk type='block' device='disk'>"
                + "<source dev='/dev/nvme1n1p1'/><target dev='vda'/></disk><disk type='file' device='disk'>"
                + "<source file='/images/link.qcow2'/><target dev='vdb'/></disk></devices></domain>";
        desk.machine.virtualization = TestVms.defined(
                new DomainFile("old", Fact.known(xml, "x")), new DomainFile("odd", Fact.known("<odd", "x")));

        assertThat(against(desk, drive("/dev/nvme1n1")).orElseThrow())
                .startsWith("the VM 'old' has /dev/nvme1n1p1 as a disk");
        assertThat(against(
                                desk,
                                new NewVm.Disk(
                                        Kind.QCOW2, "/images/a.qcow2", "/images/a.qcow2", Set.of("/images/link.qcow2")))
                        .orElseThrow())
                .startsWith("the VM 'old' has /images/link.qcow2");
        assertThat(against(desk, drive("/dev/nvme0n1"))).isEmpty();
        assertThat(against(desk, new NewVm.Disk(Kind.QCOW2, "/images/b.qcow2"))).isEmpty();
    }

    @Test
    void aDriveWhoseControllerIsPassed() {
        PassedFunction controller = new PassedFunction(PciAddress.parse("06:00.0"), "144d:a808");

        assertThat(DriveUse.passedToo(desk().host(), wish(drive("/dev/nvme1n1")), List.of(controller)))
                .hasValueSatisfying(r -> {
                    assertThat(r.reason()).startsWith("/dev/nvme1n1 cannot be a disk: its controller 0000:06:00.0");
                    assertThat(r.next()).contains("--pass 0000:06:00.0");
                });
        assertThat(DriveUse.passedToo(desk().host(), wish(drive("/dev/nvme0n1")), List.of(controller)))
                .isEmpty();
    }

    private static DeviceAdvice pass(Desk desk, String... addresses) {
        return DeviceAdvisor.forNew(
                desk.host(),
                Optional.empty(),
                Arrays.stream(addresses).map(PciAddress::parse).toList(),
                Set.of());
    }

    @Test
    void functionsAskedFor() {
        Desk desk = desk().volume("nvme0n1p2", "259:2", "nvme0n1").mount("259:2", "/");

        assertThat(pass(desk, "06:00.0"))
                .isInstanceOfSatisfying(
                        Devices.class,
                        d -> assertThat(d.passed())
                                .containsExactly(new PassedFunction(PciAddress.parse("06:00.0"), "144d:a808")));
        assertThat(pass(desk, "05:00.0"))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.reason()).contains("nvme0n1p2 is mounted at /"));
        assertThat(pass(desk, "09:00.0"))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.reason()).contains("no such device"));
        desk.usb("03:00.0", 1, 2).usb("04:00.0", 1, 2);
        assertThat(pass(desk, "03:00.0")).isInstanceOf(Devices.class);
        assertThat(pass(desk, "03:00.0", "04:00.0"))
                .as("both together are all keyboards")
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.reason()).contains("only keyboard"));
    }

    private static List<Offer> offers(Desk desk) {
        return DeviceOffers.of(desk.host(), List.of(), Set.of());
    }

    @Test
    void anInputDeviceThatTellsNotWhatItIs() {
        assertThat(offers(new Desk().usb("03:00.0", 0)))
                .as("the last one with input")
                .isEmpty();
        assertThat(offers(new Desk().usb("03:00.0", 0).usb("04:00.0", 1, 2))).hasSize(1);
        assertThat(offers(new Desk().usb("03:00.0", 9))).hasSize(1);
    }

    @Test
    void ofTwoControllersWithKeyboardsOneStays() {
        List<Offer> offers = offers(new Desk().usb("03:00.0", 1, 2).usb("04:00.0", 1, 2));

        assertThat(offers)
                .hasSize(2)
                .allSatisfy(o -> assertThat(o.words())
                        .contains("one of 0000:03:00.0 and 0000:04:00.0 must stay", "the host loses these ports"));
    }

    @Test
    void theCardsOwnUsbControllerIsJudgedToo() {
        Desk desk = new Desk().card("02:00.0", "10de:1b81", "nouveau").card("01:00.0", "10de:1e84", "vfio-pci");
        desk.usb("01:00.2", 1).group("01:00.2", 12);

        assertThat(desk.card("01:00.0"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        r -> assertThat(r.reason())
                                .startsWith("0000:01:00.2")
                                .contains("has the host's only keyboard on USB"));
    }

    @Test
    void aBridgeWithADriverIsInTheWay() {
        Desk desk = new Desk().card("02:00.0", "10de:1b81", "nouveau").card("01:00.0", "10de:1e84", "vfio-pci");
        desk.with("00:1f.0", 0x060100, "8086:7a84", "lpc_ich").group("00:1f.0", 12);
        assertThat(desk.card("01:00.0"))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.reason()).contains("0000:00:1f.0"));

        desk.with("00:1f.0", 0x060100, "8086:7a84", "").group("00:1f.0", 12);
        desk.with("00:01.0", 0x060400, "8086:460d", "pcieport").group("00:01.0", 12);
        assertThat(desk.card("01:00.0")).isInstanceOf(Devices.class);
    }

    @Test
    void neitherProcessorsNorBoardsGraphicsUnasked() {
        Desk desk = new Desk()
                .with("00:02.0", 0x030000, "8086:4680", "i915", c -> c.parent = Fact.absent("/sys"))
                .with("03:00.0", 0x030000, "102b:0538", "mgag200");

        assertThat(desk.auto()).isInstanceOfSatisfying(Refusal.class, r -> {
            assertThat(r.reason()).contains("the processor's own");
            assertThat(r.next()).contains("--gpu 0000:00:02.0").doesNotContain("03:00.0");
        });
        assertThat(desk.card("00:02.0")).isInstanceOf(Devices.class);
        assertThat(desk.card("03:00.0"))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.reason()).contains("management controller"));
    }

    private static Virtualization software(Fact<String> swtpm, Firmware... firmware) {
        Virtualization v = TestVms.hooks();
        return new Virtualization(
                v.domains(),
                v.running(),
                v.processes(),
                v.daemons(),
                v.hooks(),
                v.qemuConf(),
                List.of(firmware),
                v.firmwareFiles(),
                swtpm,
                v.kvm(),
                v.lookingGlass(),
                v.groups(),
                v.logs());
    }

    private static Firmware firmware(String kind, String... features) {
        Descriptor descriptor = new Descriptor(
                "", List.of(kind), "/x.fd", "", List.of(features), Map.of("x86_64", List.of("pc-q35-*")));
        return new Firmware("50.json", Fact.known(descriptor, "50.json"));
    }

    private static String missing(Virtualization virtualization) {
        Desk desk = desk();
        desk.machine.virtualization = virtualization;
        return NewVmSoftware.missing(desk.host(), wish()).map(Refusal::reason).orElse("");
    }

    @Test
    void whatIsNotInstalled() {
        Fact<String> swtpm = Fact.known("/usr/bin/swtpm", "x");
        assertThat(missing(software(swtpm, firmware("uefi", "secure-boot")))).isEmpty();
        assertThat(missing(software(Fact.absent("x"), firmware("uefi", "secure-boot"))))
                .startsWith("swtpm is not installed");
        assertThat(missing(software(swtpm, firmware("bios")))).startsWith("QEMU has no UEFI firmware");
        assertThat(missing(software(swtpm, firmware("uefi")))).contains("Secure Boot");
        Desk desk = desk();
        assertThat(NewVmSoftware.notes(desk.host(), wish()))
                .anyMatch(n -> n.startsWith("not known: whether QEMU's UEFI firmware"))
                .anyMatch(n -> n.startsWith("not known: whether swtpm"))
                .anyMatch(n -> n.contains("NetKVM"));
    }

    @Test
    void programsThatAreTooOld() {
        Desk desk = desk();
        desk.machine.libvirt = Fact.known("6.0.0", "libvirtd --version");
        assertThat(NewVmPlanner.plan(desk.host(), wish(), Map.of()))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        r -> assertThat(r.reason()).isEqualTo("a new VM needs libvirt 7.4, and this is 6.0.0"));

        desk.machine.libvirt = Fact.known("9.0.0", "libvirtd --version");
        desk.machine.qemu = Fact.known("4.0.0", "qemu-system-x86_64 --version");
        assertThat(xml(desk)).doesNotContain("<hyperv");
        desk.machine.qemu = Fact.known("7.2.0", "qemu-system-x86_64 --version");
        assertThat(xml(desk)).contains("<hyperv");
    }

    private static String xml(Desk desk) {
        Host host = desk.host();
        Plan plan = (Plan) NewVmPlanner.plan(host, wish(), Map.of());
        return Domain.parse(((Change.DefineDomain) plan.changes().getLast()).after())
                .xml();
    }
}
