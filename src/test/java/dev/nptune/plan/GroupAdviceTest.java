package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.plan.DeviceAdvice.Devices;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What may go with a card because it shares the IOMMU group, and what may not.
class GroupAdviceTest {
    private static final int NVME = 0x010802;
    private static final int SATA = 0x010601;
    private static final int NETWORK = 0x020000;

    /// A card at 01:00 in group 10.
    private static Desk desk() {
        return new Desk().card("01:00.0", "10de:1b81", "nouveau");
    }

    private static Devices along(DeviceAdvice advice, String... addresses) {
        assertThat(advice).isInstanceOf(Devices.class);
        Devices devices = (Devices) advice;
        assertThat(devices.along()).extracting(f -> f.address().toString()).containsExactly(addresses);
        assertThat(devices.passed()).hasSize(2);
        return devices;
    }

    private static void refused(DeviceAdvice advice, String... words) {
        assertThat(advice).isInstanceOf(Refusal.class);
        assertThat(((Refusal) advice).reason()).contains(words);
    }

    private static Desk beside(int code, String id, String driver) {
        return desk().with("03:00.0", code, id, driver).group("03:00.0", 10);
    }

    @Test
    void soundGoesAlong() {
        Devices devices = along(beside(0x040300, "1022:1457", "snd_hda_intel").auto(), "0000:03:00.0");

        assertThat(devices.choices()).anySatisfy(c -> {
            assertThat(c.what()).isEqualTo("pass 0000:03:00.0 (1022:1457) along");
            assertThat(c.costs()).contains("the host is without it");
        });
    }

    @Test
    void bridgesAndWhatHasNoDriverStay() {
        along(beside(0x060400, "1022:1453", "pcieport").auto());
        along(beside(0x0c0500, "1022:790b", "").auto());
        along(beside(0x060100, "1022:790e", "").auto());
    }

    @Test
    void whatNobodyKnowsToBeHarmlessStaysAndSoDoesTheCard() {
        refused(beside(0x0c0500, "1022:790b", "piix4_smbus").auto(), "0000:03:00.0", "nothing the host is known");
        refused(beside(0x030000, "1002:67df", "amdgpu").card("01:00.0"), "a graphics card of its own");
        refused(beside(0xffffff, "ffff:ffff", "x").auto(), "could not be read");
    }

    @Test
    void aMountedDrive() {
        Desk desk = beside(NVME, "144d:a808", "nvme").drive("03:00.0", "nvme0n1", "259:0");
        desk.volume("dm-0", "253:0", "nvme0n1").mount("253:0", "/");

        refused(desk.auto(), "0000:03:00.0 (144d:a808) is needed: dm-0 is mounted at /");
        assertThat(((Refusal) desk.auto()).next())
                .contains("pcie_acs_override")
                .contains("past the IOMMU")
                .contains("NPTune never sets it");
    }

    @Test
    void aDriveThatIsNotMounted() {
        Desk desk = beside(SATA, "1022:7901", "ahci").drive("03:00.0", "sda", "8:0");

        refused(desk.auto(), "a controller of drives (sda) that the VM is not asked to have");
        DeviceAdvice asked = DeviceAdvisor.forCard(desk.host(), new CardRequest.Auto(), Set.of("/dev/sda"));
        Devices devices = along(asked, "0000:03:00.0");
        assertThat(devices.choices()).anyMatch(c -> c.why().contains("has the VM's own disk"));

        desk.drive("03:00.0", "sdb", "8:16");
        refused(DeviceAdvisor.forCard(desk.host(), new CardRequest.Auto(), Set.of("/dev/sda")), "sda, sdb");
        refused(beside(SATA, "1022:7901", "ahci").auto(), "controller of drives that");
    }

    @Test
    void networkCards() {
        Desk only = beside(NETWORK, "8086:1539", "igb").net("03:00.0", "enp3s0");
        refused(only.auto(), "it is the only network card");

        Desk spare = only.with("04:00.0", NETWORK, "8086:15f3", "igc").net("04:00.0", "enp4s0");
        along(spare.auto(), "0000:03:00.0");
    }

    @Test
    void whatCouldNotBeReadIsNotUnused() {
        Desk drive = beside(NVME, "144d:a808", "nvme");
        drive.unread = true;
        refused(drive.auto(), "may be needed: its drives are not known (/sys/class/block: not in this test)");
        Desk network = beside(NETWORK, "8086:1539", "igb");
        network.unread = true;
        refused(network.auto(), "may be needed: its interfaces are not known");
        Desk sound = beside(0x040300, "1022:1457", "snd_hda_intel");
        sound.unread = true;
        along(sound.auto(), "0000:03:00.0");
    }

    @Test
    void usbControllers() {
        Desk spare = desk().usb("03:00.0", 9).group("03:00.0", 10);
        along(spare.auto(), "0000:03:00.0");

        Desk keyboard = desk().usb("03:00.0", 1).group("03:00.0", 10);
        refused(keyboard.auto(), "has the host's only keyboard on USB");
        keyboard.usb("04:00.0", 2);
        refused(keyboard.auto(), "has the host's only keyboard on USB");
        keyboard.usb("05:00.0", 1);
        along(keyboard.auto(), "0000:03:00.0");

        Desk unread = desk().with("03:00.0", 0x0c0330, "1b73:1100", "xhci_hcd").group("03:00.0", 10);
        refused(unread.auto(), "what is plugged into it could not be read");
    }

    @Test
    void groupsThatCouldNotBeRead() {
        Desk desk = desk().with("03:00.0", 0x040300, "1022:1457", "snd_hda_intel");
        desk.group("03:00.0", Fact.unreadable("/sys/x/iommu_group", "permission denied"));
        refused(desk.auto(), "is not known (/sys/x/iommu_group: permission denied)");

        Desk none = new Desk().with("01:00.0", 0x030000, "10de:1b81", "nouveau");
        none.group("01:00.0", Fact.unreadable("/sys/x/iommu_group", "permission denied"));
        refused(none.auto(), "is not known");
    }

    @Test
    void anIommuThatIsOff() {
        Desk desk = new Desk().with("01:00.0", 0x030000, "10de:1b81", "nouveau");
        desk.group("01:00.0", Fact.absent("/sys/x/iommu_group"));
        desk.machine.commandLine = Fact.known("amd_iommu=off quiet", "/proc/cmdline");

        assertThat(desk.auto())
                .isEqualTo(new Refusal(
                        "the IOMMU is off: the machine has no IOMMU groups, so that no device can be passed",
                        "Turn on IOMMU (AMD-Vi) and SVM in the firmware; the kernel uses it without being told,"
                                + " amd_iommu=on is no value it knows; take amd_iommu=off from the kernel's command"
                                + " line."));

        desk.machine.commandLine = Fact.known("quiet", "/proc/cmdline");
        desk.machine.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo");
        assertThat(((Refusal) desk.auto()).next())
                .isEqualTo("Turn on VT-d in the firmware, and boot with intel_iommu=on.");
        desk.machine.commandLine = Fact.known("intel_iommu=on", "/proc/cmdline");
        assertThat(((Refusal) desk.auto()).next()).isEqualTo("Turn on VT-d in the firmware.");
        desk.machine.vendor = TestHost.unreadable(desk.machine.vendor);
        assertThat(((Refusal) desk.auto()).next()).startsWith("On AMD turn on").contains("; on Intel turn on VT-d");
    }

    @Test
    void aCardInNoGroupOnAMachineWithGroups() {
        Desk desk = desk().group("01:00.0", Fact.absent("/sys/x/iommu_group"));

        refused(desk.auto(), "0000:01:00.0 (10de:1b81) is in no IOMMU group");
    }
}
