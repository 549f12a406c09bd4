package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestHost;
import dev.nptune.doctor.TestVms;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Gap;
import dev.nptune.host.PciAddress;
import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.plan.DeviceAdvice.Offer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is said of a card that is chosen, and what is offered besides.
class DeviceWarningsTest {
    private static final String HOOK = "/etc/libvirt/hooks/qemu";

    private static Devices devices(DeviceAdvice advice) {
        assertThat(advice).isInstanceOf(Devices.class);
        return (Devices) advice;
    }

    /// A card for the VM at 01:00 and another one for the host.
    private static Desk desk(String id) {
        return new Desk().card("01:00.0", id, "nouveau").card("02:00.0", "10de:1b81", "nouveau");
    }

    private static List<String> warnings(Desk desk) {
        return devices(desk.card("01:00.0")).warnings();
    }

    private static Fact<Boolean> boot() {
        return Fact.known(true, "boot_vga");
    }

    @Test
    void nothingIsSaidOfAnIdleCard() {
        assertThat(warnings(desk("10de:1b80"))).isEmpty();
        assertThat(devices(desk("10de:1b80").card("01:00.0")).hook()).isFalse();
    }

    @Test
    void theCardTheFirmwareDrawsOn() {
        Desk desk = new Desk()
                .card("01:00.0", "10de:1b80", "nouveau", c -> c.bootVga = boot())
                .card("02:00.0", "10de:1b81", "nouveau");
        assertThat(warnings(desk))
                .anyMatch(w -> w.contains("the host's screen goes dark when the VM starts; make another card"))
                .anyMatch(w -> w.startsWith("rom-bad: ") && w.contains("Dump the card's ROM"));

        Desk aside = new Desk()
                .card("01:00.0", "10de:1b80", "vfio-pci", c -> c.bootVga = boot())
                .card("02:00.0", "10de:1b81", "nouveau");
        assertThat(warnings(aside)).noneMatch(w -> w.contains("goes dark")).anyMatch(w -> w.startsWith("rom-bad: "));

        Desk unread = new Desk()
                .card("01:00.0", "10de:1b80", "nouveau", c -> c.bootVga = TestHost.unreadable(c.bootVga))
                .card("02:00.0", "10de:1b81", "nouveau");
        assertThat(warnings(unread)).anyMatch(w -> w.startsWith("not known: whether the firmware draws on"));
    }

    @Test
    void aCardTheHostUsesNeedsAHook() {
        Desk held = desk("10de:1b80").holder("01:00.0", "Xorg");
        Devices without = devices(held.card("01:00.0"));
        assertThat(without.hook()).isTrue();
        assertThat(without.warnings())
                .anyMatch(w -> w.contains("Xorg has /dev/dri/card0 open") && w.contains("a hook in " + HOOK))
                .anyMatch(w -> w.contains("--bind boot") && w.contains("--single-gpu"));
        held.machine.virtualization =
                TestVms.hooks(TestVms.hook(HookScript.path("win"), 0755, HookScript.of("win", CpuSet.parse("2-3"))));
        assertThat(devices(held.card("01:00.0")).hook())
                .as("ours for the CPUs takes no card")
                .isTrue();

        held.machine.virtualization = TestVms.hooks(TestVms.hook(HOOK, 0755, "systemctl stop display-manager"));
        Devices with = devices(held.card("01:00.0"));
        assertThat(with.hook()).isFalse();
        assertThat(with.warnings()).anyMatch(w -> w.contains("libvirt's hook must take it from the desktop"));

        Desk monitor = new Desk()
                .card("01:00.0", "10de:1b80", "nouveau", c -> c.connectors = List.of(Desk.monitor("DP-2")))
                .card("02:00.0", "10de:1b81", "nouveau");
        assertThat(devices(monitor.card("01:00.0")).hook()).isTrue();
    }

    @Test
    void aCardThatARunningVmHas() {
        Desk desk = desk("10de:1b80").holder("01:00.0", "qemu-system-x86", "/dev/vfio/10");

        Devices devices = devices(desk.card("01:00.0"));

        assertThat(devices.hook()).isFalse();
        assertThat(devices.warnings())
                .containsExactly(
                        "a VM that runs has 0000:01:00.0 now (qemu-system-x86, process 77): shut it down first");
        assertThat(devices(desk.card("02:00.0")).warnings()).isEmpty();
    }

    @Test
    void programsThatWereNotLookedInto() {
        Desk desk = desk("10de:1b80");
        desk.machine.gaps.add(new Gap("/proc/1/fd", "permission denied"));

        assertThat(warnings(desk)).anyMatch(w -> w.startsWith("not known: whether the host uses 0000:01:00.0"));
    }

    @Test
    void theOnlyCard() {
        Desk desk = new Desk().card("01:00.0", "10de:1b80", "nouveau").holder("01:00.0", "Xorg");

        assertThat(desk.auto()).isInstanceOfSatisfying(Refusal.class, r -> {
            assertThat(r.reason())
                    .startsWith("The machine's only graphics card is passed")
                    .doesNotEndWith(".");
            assertThat(r.next())
                    .contains("Add a second GPU")
                    .contains("--single-gpu")
                    .contains("SSH");
        });

        desk.machine.virtualization = TestVms.hooks(TestVms.hook(HOOK, 0755, "systemctl stop display-manager"));
        assertThat(devices(desk.auto()).warnings()).anyMatch(w -> w.contains("machine's only graphics card"));
        desk.machine.virtualization = TestVms.hooks(TestVms.hook(HOOK, 0644, "systemctl stop display-manager"));
        assertThat(desk.auto()).isInstanceOf(Refusal.class);
    }

    @Test
    void whetherTheOnlyCardIsHeldIsNotKnown() {
        Desk desk = new Desk().card("01:00.0", "10de:1b80", "nouveau");
        desk.machine.gaps.add(new Gap("/proc", "permission denied"));

        assertThat(warnings(desk)).anyMatch(w -> w.startsWith("not known: one-gpu-no-hook"));
    }

    @Test
    void theResetOfAmd() {
        assertThat(warnings(desk("1002:731f"))).anyMatch(w -> w.startsWith("amd-reset: ") && w.contains("Navi 10"));
        assertThat(warnings(desk("1002:73bf"))).as("Navi 21").isEmpty();
        Desk cured = new Desk()
                .card(
                        "01:00.0",
                        "1002:731f",
                        "amdgpu",
                        c -> c.resets = Fact.known(List.of("device_specific", "bus"), "reset_method"));
        assertThat(warnings(cured)).noneMatch(w -> w.startsWith("amd-reset"));
    }

    @Test
    void aFunctionWithoutAReset() {
        String address = "01:00.0";
        Desk desk = new Desk().with(address, 0x030000, "10de:1b80", "nouveau", c -> c.resets = Fact.absent("x"));
        assertThat(warnings(desk)).as("reset with its bus").noneMatch(w -> w.contains("reset"));

        Desk root = new Desk().with(address, 0x030000, "10de:1b80", "nouveau", c -> {
            c.resets = Fact.absent("x");
            c.parent = Fact.absent("x");
        });
        assertThat(warnings(root)).anyMatch(w -> w.contains("cannot be reset"));
        root.machine.release = Fact.known("5.14.0", "osrelease");
        assertThat(warnings(root)).anyMatch(w -> w.contains("kernels before 5.15 do not tell"));
        root.machine.release = Fact.unreadable("osrelease", "permission denied");
        assertThat(warnings(root)).anyMatch(w -> w.contains("kernels before 5.15 do not tell"));

        Desk beside = new Desk()
                .with(address, 0x030000, "10de:1b80", "nouveau", c -> {
                    c.resets = Fact.known(List.of(), "x");
                    c.parent = Fact.known(PciAddress.parse("00:05.0"), "x");
                })
                .with(
                        "01:01.0",
                        0x0c0330,
                        "1b73:1100",
                        "xhci_hcd",
                        c -> c.parent = Fact.known(PciAddress.parse("00:05.0"), "x"));
        assertThat(warnings(beside)).anyMatch(w -> w.contains("cannot be reset"));

        Desk unread = new Desk().with(address, 0x030000, "10de:1b80", "nouveau", c -> {
            c.resets = TestHost.unreadable(c.resets);
            c.parent = Fact.absent("x");
        });
        assertThat(warnings(unread)).anyMatch(w -> w.startsWith("not known: how 0000:01:00.0 is reset"));
    }

    private static List<Offer> offers(Desk desk, String... disks) {
        return devices(DeviceAdvisor.forCard(desk.host(), CardRequest.parse("01:00.0"), Set.of(disks)))
                .offers();
    }

    @Test
    void usbControllersAreOffered() {
        Desk desk = desk("10de:1b80").usb("03:00.0", 9).usb("04:00.0", 1, 2);

        assertThat(offers(desk)).singleElement().satisfies(offer -> {
            assertThat(offer.functions()).containsExactly(new PassedFunction(PciAddress.parse("03:00.0"), "1b73:1100"));
            assertThat(offer.choice().why()).startsWith("It is alone in IOMMU group 14; on it now: 1-1 Camera.");
            assertThat(offer.choice().costs()).isEqualTo("the host loses these ports while the VM runs");
        });
        assertThat(devices(desk.card("01:00.0")).along()).isEmpty();

        Desk router = desk("10de:1b80").usb("03:00.0", 9).with("03:00.0", 0x0c0340, "1022:162e", "thunderbolt");
        assertThat(offers(router)).as("USB4").isEmpty();
        desk.with("05:00.0", 0x0c0500, "1022:790b", "piix4_smbus").group("05:00.0", 14);
        assertThat(offers(desk)).as("in a shared group").isEmpty();
    }

    @Test
    void aUsbDriveOfTheHost() {
        Desk desk = desk("10de:1b80").usb("03:00.0").drive("03:00.0", "sda", "8:0");
        assertThat(offers(desk)).hasSize(1);

        desk.mount("8:0", "/mnt");
        assertThat(offers(desk)).isEmpty();
    }

    @Test
    void aUsbControllerThatHangsInItsReset() {
        Desk desk = desk("10de:1b80").usb("03:00.0").with("03:00.0", 0x0c0330, "1022:149c", "xhci_hcd");

        assertThat(offers(desk))
                .singleElement()
                .satisfies(o -> assertThat(o.choice().costs())
                        .contains("flr-quirk: A passed function of the chipset hangs in its reset"));
    }

    @Test
    void theDriveThatIsTheVmsDisk() {
        Desk desk = desk("10de:1b80").with("05:00.0", 0x010802, "144d:a808", "nvme");
        desk.drive("05:00.0", "nvme1n1", "259:0").volume("dm-0", "253:0", "nvme1n1");

        assertThat(offers(desk)).isEmpty();
        assertThat(offers(desk, "/dev/nvme1n1p1")).as("a partition").isEmpty();
        assertThat(offers(desk, "/var/lib/libvirt/images/win.qcow2")).isEmpty();
        assertThat(offers(desk, "/dev/nvme1n1")).as("a volume on it is active").isEmpty();
    }

    @Test
    void theDriveThatIsTheVmsDiskAndFree() {
        Desk desk = desk("10de:1b80").with("05:00.0", 0x010802, "144d:a808", "nvme");
        desk.drive("05:00.0", "nvme1n1", "259:0");

        assertThat(offers(desk, "/dev/nvme1n1")).singleElement().satisfies(offer -> {
            assertThat(offer.choice().topic()).isEqualTo(Topic.DISK);
            assertThat(offer.choice().why()).contains("nothing on it is mounted");
            assertThat(offer.functions().getFirst().address()).isEqualTo(PciAddress.parse("05:00.0"));
        });

        desk.mount("259:0", "/");
        assertThat(offers(desk, "/dev/nvme1n1")).isEmpty();
        Desk second = desk("10de:1b80").with("05:00.0", 0x010802, "144d:a808", "nvme");
        second.drive("05:00.0", "nvme1n1", "259:0").drive("05:00.0", "nvme1n2", "259:7");
        assertThat(offers(second, "/dev/nvme1n1")).as("two namespaces").isEmpty();
        second.unread = true;
        assertThat(offers(second, "/dev/nvme1n1")).isEmpty();
        Desk sata = desk("10de:1b80").with("05:00.0", 0x010601, "1022:7901", "ahci");
        assertThat(offers(sata.drive("05:00.0", "sda", "8:0"), "/dev/sda")).isEmpty();
    }
}
