package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestVms;
import dev.nptune.host.Fact;
import dev.nptune.host.PciAddress;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.vm.Domain;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What is said of the functions that a VM has.
class DomainDevicesTest {
    private static final int NVME = 0x010802;

    /// A VM with functions such as `01:00.0`, and disks such as `/dev/sda`.
    private static Domain vm(String... devices) {
        return Domain.parse(xml("win", devices));
    }

    private static String xml(String name, String... devices) {
        return "<domain><name>" + name + "</name><memory>1</memory><devices>"
                + Arrays.stream(devices).map(DomainDevicesTest::device).collect(Collectors.joining())
                + "</devices></domain>";
    }

    private static String device(String device) {
        if (device.startsWith("/")) {
            return "<disk type='block'><source dev='" + device + "'/><target dev='vda'/></disk>";
        }
        PciAddress a = PciAddress.parse(device);
        return "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='" + a.bus()
                + "' slot='" + a.slot() + "' function='" + a.function() + "'/></source></hostdev>";
    }

    private static Desk desk() {
        return new Desk().card("01:00.0", "10de:1b80", "nouveau").card("02:00.0", "10de:1b81", "nouveau");
    }

    private static Devices devices(Desk desk, String... devices) {
        DeviceAdvice advice = DeviceAdvisor.forDomain(desk.host(), vm(devices));
        assertThat(advice).isInstanceOf(Devices.class);
        return (Devices) advice;
    }

    private static String refused(Desk desk, String... devices) {
        DeviceAdvice advice = DeviceAdvisor.forDomain(desk.host(), vm(devices));
        assertThat(advice).isInstanceOf(Refusal.class);
        return ((Refusal) advice).reason();
    }

    @Test
    void aVmThatHasAllItNeeds() {
        Devices devices = devices(desk(), "01:00.0", "01:00.1");

        assertThat(devices.passed())
                .extracting(f -> f.address() + " " + f.id())
                .containsExactly("0000:01:00.0 10de:1b80", "0000:01:00.1 10de:aaf0");
        assertThat(devices.along()).isEmpty();
        assertThat(devices.gone()).isEmpty();
        assertThat(devices.warnings()).isEmpty();
    }

    @Test
    void aVmWithoutDevices() {
        Devices devices = devices(desk().usb("03:00.0", 9));

        assertThat(devices.passed()).isEmpty();
        assertThat(devices.choices()).isEmpty();
        assertThat(devices.offers()).hasSize(1);
    }

    @Test
    void theRestOfACard() {
        Desk desk = desk().usb("01:00.2").group("01:00.2", 10);
        desk.with("01:00.3", 0x0c8000, "10de:1ad9", "").group("01:00.3", 10);

        Devices devices = devices(desk, "01:00.0");

        assertThat(devices.along())
                .extracting(f -> f.address().toString())
                .containsExactly("0000:01:00.1", "0000:01:00.2", "0000:01:00.3");
        assertThat(devices.choices()).anyMatch(c -> c.what().equals("pass 0000:01:00.1 (10de:aaf0) too"));
    }

    @Test
    void whatSharesTheGroup() {
        Desk desk =
                desk().with("03:00.0", 0x040300, "1022:1457", "snd_hda_intel").group("03:00.0", 10);
        assertThat(devices(desk, "01:00.0", "01:00.1").along())
                .containsExactly(new PassedFunction(PciAddress.parse("03:00.0"), "1022:1457"));

        desk.with("04:00.0", 0x0c0500, "1022:790b", "piix4_smbus").group("04:00.0", 10);
        assertThat(refused(desk, "01:00.0", "01:00.1")).contains("0000:04:00.0 (1022:790b)");

        Desk unread = desk().with("03:00.0", 0x040300, "1022:1457", "snd_hda_intel");
        unread.group("03:00.0", Fact.unreadable("/sys/x/iommu_group", "permission denied"));
        assertThat(devices(unread, "01:00.0", "01:00.1").warnings())
                .anyMatch(w -> w.startsWith("not known: what shares the IOMMU groups of 0000:01:00.0"));
    }

    @Test
    void whatIsGone() {
        Devices devices = devices(desk(), "01:00.0", "01:00.1", "09:00.0");

        assertThat(devices.gone()).containsExactly(PciAddress.parse("09:00.0"));
        assertThat(devices.passed()).hasSize(2);
        assertThat(devices.warnings()).anyMatch(w -> w.startsWith("the machine has no 0000:09:00.0"));
        assertThat(devices(new Desk(), "01:00.0").gone()).as("nothing was read").isEmpty();
        assertThat(devices(new Desk(), "01:00.0").warnings()).anyMatch(w -> w.startsWith("not known: whether"));
    }

    @Test
    void whatCouldNotBeIdentified() {
        Desk desk = desk().with("03:00.0", 0x0c0330, "ffff:ffff", "vfio-pci");

        Devices devices = devices(desk, "03:00.0");

        assertThat(devices.passed()).isEmpty();
        assertThat(devices.warnings()).anyMatch(w -> w.startsWith("not known: what 0000:03:00.0 is"));
    }

    @Test
    void whatIsGivenTwice() {
        Devices devices = devices(desk(), "01:00.0", "01:00.1", "01:00.0");

        assertThat(devices.passed()).hasSize(2);
        assertThat(devices.warnings()).anyMatch(w -> w.contains("0000:01:00.0 twice"));
    }

    @Test
    void aDriveTheHostHasMounted() {
        Desk desk = desk().with("05:00.0", NVME, "144d:a808", "nvme").drive("05:00.0", "nvme0n1", "259:0");
        assertThat(devices(desk, "05:00.0").warnings()).isEmpty();

        desk.volume("nvme0n1p2", "259:2", "nvme0n1").mount("259:2", "/home");
        assertThat(refused(desk, "05:00.0"))
                .isEqualTo("the VM is given what the host needs: 0000:05:00.0 (144d:a808): nvme0n1p2 is mounted at"
                        + " /home");
        desk.unread = true;
        assertThat(devices(desk, "05:00.0").warnings())
                .anyMatch(w -> w.startsWith("not known: whether the host needs 0000:05:00.0"));
    }

    @Test
    void aDriveTheHostDoesWithout() {
        Desk desk = desk().with("05:00.0", NVME, "144d:a808", "nvme").drive("05:00.0", "nvme0n1", "259:0");
        desk.volume("nvme0n1p2", "259:2", "nvme0n1").mount("259:2", "/mnt/games");

        assertThat(devices(desk, "05:00.0").warnings())
                .anyMatch(w -> w.contains("nvme0n1p2 is mounted at /mnt/games") && w.contains("Unmount it"));
    }

    @Test
    void whatIsKeptIsWarnedOf() {
        Desk desk = desk().with("05:00.0", NVME, "144d:a808", "nvme").drive("05:00.0", "nvme0n1", "259:0");
        desk.volume("nvme0n1p2", "259:2", "nvme0n1").mount("259:2", "/");

        assertThat(DeviceAdvisor.forDomain(desk.host(), vm("05:00.0"), true, false))
                .isInstanceOfSatisfying(
                        Devices.class,
                        d -> assertThat(d.warnings())
                                .anyMatch(w ->
                                        w.startsWith("kept as it is, though the VM is given what the host needs")));
    }

    @Test
    void aPartOfTheCardInAGroupOfItsOwn() {
        Desk desk = desk().with("01:00.3", 0x0c8000, "10de:1ad9", "nvidia-gpu");

        Devices devices = devices(desk, "01:00.0", "01:00.1");
        assertThat(devices.along()).isEmpty();
        assertThat(devices.offers()).anyMatch(o -> o.choice().what().startsWith("0000:01:00.3"));

        desk.usb("01:00.2", 1).group("01:00.2", 10);
        assertThat(refused(desk, "01:00.0", "01:00.1")).contains("0000:01:00.2", "only keyboard");
    }

    @Test
    void theOnlyNetworkCard() {
        Desk desk = desk().with("05:00.0", 0x020000, "8086:1539", "igb").net("05:00.0", "enp5s0");

        assertThat(devices(desk, "05:00.0").warnings()).anyMatch(w -> w.contains("it is the only network card"));
    }

    @Test
    void theOnlyKeyboard() {
        Desk desk = desk().usb("03:00.0", 1);

        assertThat(devices(desk, "03:00.0").warnings()).anyMatch(w -> w.contains("has the host's only keyboard"));
        assertThat(devices(desk.usb("04:00.0", 1), "03:00.0").warnings()).isEmpty();
    }

    @Test
    void aDiskAndItsController() {
        Desk desk = desk().with("05:00.0", NVME, "144d:a808", "nvme").drive("05:00.0", "nvme0n1", "259:0");

        assertThat(devices(desk, "05:00.0", "/dev/nvme0n1").warnings())
                .anyMatch(w -> w.startsWith("the VM has /dev/nvme0n1 as a disk and is given its controller"));
        assertThat(devices(desk, "/dev/nvme0n1").offers()).hasSize(1);
        assertThat(devices(desk.drive("06:00.0", "nvme0n10", "259:9"), "05:00.0", "/dev/nvme0n10")
                        .warnings())
                .isEmpty();
        assertThat(devices(desk, "05:00.0", "/dev/disk/by-id/nvme-x").warnings())
                .anyMatch(w -> w.startsWith("not known: whether /dev/disk/by-id/nvme-x"));
    }

    @Test
    void anotherVmWithTheSame() {
        Desk desk = desk().usb("03:00.0");
        String other = xml("other", "01:00.0", "03:00.0");
        desk.machine.virtualization = TestVms.defined(
                new DomainFile("other", Fact.known(other, "x")),
                new DomainFile("win", Fact.known(xml("win", "01:00.0"), "x")),
                new DomainFile("odd", Fact.known("<odd/>", "x")));

        assertThat(devices(desk, "01:00.0", "01:00.1", "03:00.0").warnings())
                .containsExactly(
                        "the VM 'other' is given 0000:01:00.0 too: only one of them can run at a time",
                        "the VM 'other' is given some of 0000:03:00.0 too: only one of them can run at a time");
    }

    @Test
    void anIommuThatIsOff() {
        Desk desk = new Desk().with("01:00.0", 0x030000, "10de:1b81", "vfio-pci");
        desk.group("01:00.0", Fact.absent("/sys/x/iommu_group"));

        assertThat(refused(desk, "01:00.0")).startsWith("the IOMMU is off");
    }

    @Test
    void theOnlyCardWithoutAHook() {
        Desk desk = new Desk().card("01:00.0", "10de:1b80", "nouveau").holder("01:00.0", "Xorg");

        assertThat(refused(desk, "01:00.0", "01:00.1")).startsWith("The machine's only graphics card");
    }
}
