package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Boot;
import dev.nptune.host.Boot.BootImage;
import dev.nptune.host.Boot.BootLoader;
import dev.nptune.host.Boot.InUse;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.plan.boot.BootBinding;
import dev.nptune.plan.boot.ClaimScript;
import dev.nptune.vm.Domain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Which cards are bound at boot, and which never.
class BindPlanTest {
    private static final String CARD = "10de:1b80";
    private static final String GRUB = "/etc/default/grub";
    private static final String MENU = "/boot/grub/grub.cfg";
    private static final Map<String, String> SYSTEMD = Map.of(
            BootBinding.TRIGGER.getFirst(),
            "[Unit]\n",
            GRUB,
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n",
            MENU,
            "linux /vmlinuz quiet\n");

    /// A card for the VM at 01:00 that the desktop holds, and another one for the host.
    private static Desk desk() {
        return new Desk()
                .card("01:00.0", CARD, "nouveau")
                .card("02:00.0", "10de:1b81", "nouveau")
                .holder("01:00.0", "Xwayland");
    }

    private static Host host(Desk desk) {
        Boot unread = Boot.unread("not in this test");
        desk.machine.boot = new Boot(
                unread.efi(),
                unread.secureBoot(),
                unread.lockdown(),
                List.of(new BootLoader(BootLoader.Kind.GRUB, MENU, List.of(GRUB))),
                Fact.known(new InUse(BootLoader.Kind.GRUB, "the only one found"), MENU),
                Fact.absent("/boot"),
                Fact.known("initramfs-tools", "/usr/share/initramfs-tools"),
                List.of(),
                unread.displayManager(),
                unread.displayManagerUnit(),
                List.of(new BootImage("/boot/initrd.img-6.1.0-1-amd64", "6.1.0-1-amd64", false)));
        return desk.host();
    }

    private static Domain domain(String... addresses) {
        String devices = Stream.of(addresses)
                .map(a -> """
                        <hostdev mode='subsystem' type='pci' managed='yes'>
                          <source><address domain='0x0000' bus='0x%s' slot='0x%s' function='0x%s'/></source>
                        </hostdev>
                        """.formatted(a.substring(0, 2), a.substring(3, 5), a.substring(6)))
                .collect(Collectors.joining());
        return Plans.domain("", devices);
    }

    private static Plan plan(Desk desk, Binding bind, Map<String, String> files, String... addresses) {
        Domain domain = domain(addresses.length == 0 ? new String[] {"01:00.0", "01:00.1"} : addresses);
        Host host = host(desk);
        Request request = Plans.ALL_BUT_CPUS.withHost(HostRequest.DEFAULT.withBind(bind));
        return (Plan) Planner.plan(host, domain, Doctor.examine(host, domain), files, request);
    }

    private static Plan plan(Desk desk, Binding bind) {
        return plan(desk, bind, SYSTEMD);
    }

    private static List<String> claimed(Plan plan) {
        return plan.changes().stream()
                .filter(Change.EditFile.class::isInstance)
                .map(Change.EditFile.class::cast)
                .filter(e -> e.path().equals(ClaimScript.PATH))
                .flatMap(e -> ClaimScript.functions(String.valueOf(e.after())).stream())
                .map(f -> f.address() + " " + f.id())
                .toList();
    }

    private static List<String> refused(Plan plan) {
        assertThat(claimed(plan)).isEmpty();
        assertThat(plan.changes()).noneMatch(Change.Rebuild.class::isInstance);
        return plan.notes().stream()
                .filter(n -> n.startsWith("not bound at boot: "))
                .map(n -> n.substring(19))
                .toList();
    }

    @Test
    void aCardThatTheDesktopHoldsIsBoundAtBoot() {
        Plan plan = plan(desk(), Binding.AUTO);

        assertThat(claimed(plan)).containsExactly("0000:01:00.0 10de:1b80", "0000:01:00.1 10de:aaf0");
        assertThat(plan.changes())
                .filteredOn(Change.Rebuild.class::isInstance)
                .extracting(c -> ((Change.Rebuild) c).outputs().getFirst())
                .containsExactly(MENU, "/boot/initrd.img-6.1.0-1-amd64");
        assertThat(plan.choices())
                .anyMatch(c -> c.what().startsWith("bind to vfio-pci at boot: 0000:01:00.0 (10de:1b80")
                        && c.costs().contains("cannot use it at all"))
                .noneMatch(c -> c.what().contains("when the VM starts"));
        assertThat(plan.notes()).noneMatch(n -> n.startsWith("the host uses "));
    }

    @Test
    void theArgumentIsAskedFor() {
        Domain domain = domain("01:00.0", "01:00.1");
        Host host = host(desk());
        Draft draft = new Draft(domain, Set.of());
        DeviceAdvice.Devices devices = (DeviceAdvice.Devices) DeviceAdvisor.forDomain(host, domain);
        BindPlan.of(host, domain, devices, SYSTEMD, Request.DEFAULT).addTo(draft);

        assertThat(draft.nextBoot().add())
                .allMatch(a -> a.matches("nptune\\.bind=[0-9a-f]{8}"))
                .hasSize(1);
        assertThat(draft.nextBoot().drop()).containsExactly("nptune.bind");
    }

    @Test
    void anIdleCardIsBoundWhenTheVmStartsUnlessAskedFor() {
        Desk idle = new Desk().card("01:00.0", CARD, "nouveau").card("02:00.0", "10de:1b81", "nouveau");
        Plan auto = plan(idle, Binding.AUTO);
        assertThat(refused(auto)).isEmpty();
        Plan asked = plan(idle, Binding.BOOT);
        assertThat(claimed(asked)).hasSize(2);
        assertThat(asked.choices()).anyMatch(c -> c.why().startsWith("It was asked for; "));
    }

    @Test
    void atTheStartOfTheVmNothingIsPlannedForTheBoot() {
        Plan plan = plan(desk(), Binding.START);
        assertThat(refused(plan)).isEmpty();
        assertThat(plan.notes()).anyMatch(n -> n.startsWith("the host uses 0000:01:00.0"));
    }

    @Test
    void theOnlyGraphicsCardIsNeverBoundAtBoot() {
        Desk only = new Desk().card("01:00.0", CARD, "nouveau");
        assertThat(refused(plan(only, Binding.BOOT)))
                .containsExactly("it would leave the host without a graphics card that has a driver");
        assertThat(refused(plan(only, Binding.AUTO))).isEmpty();
    }

    @Test
    void aSecondCardWithoutADriverOfTheHostIsNoCardForIt() {
        for (String driver : List.of("vfio-pci", "")) {
            Desk desk = new Desk()
                    .card("01:00.0", CARD, "nouveau")
                    .card("02:00.0", "10de:1b81", driver)
                    .holder("01:00.0", "Xwayland");
            assertThat(refused(plan(desk, Binding.BOOT)))
                    .singleElement()
                    .asString()
                    .contains("without a graphics card");
        }
    }

    @Test
    void twoVmsDoNotTakeBothCards() {
        Map<String, String> files = new HashMap<>(SYSTEMD);
        files.put(ClaimScript.PATH, "claim 0000:02:00.0 10de:1b81\n");
        assertThat(refused(plan(desk(), Binding.BOOT, files)))
                .singleElement()
                .asString()
                .contains("without a graphics");
    }

    @Test
    void whatAnotherVmHasClaimedStaysClaimed() {
        Desk three = desk().card("03:00.0", "10de:1b82", "vfio-pci");
        Map<String, String> files = new HashMap<>(SYSTEMD);
        files.put(ClaimScript.PATH, "claim 0000:03:00.0 10de:1b82\n");
        assertThat(claimed(plan(three, Binding.AUTO, files)))
                .containsExactly("0000:03:00.0 10de:1b82", "0000:01:00.0 10de:1b80", "0000:01:00.1 10de:aaf0");
    }

    @Test
    void aCardThatWasSwappedTakesThePlaceOfTheOldOne() {
        Map<String, String> files = new HashMap<>(SYSTEMD);
        files.put(ClaimScript.PATH, "claim 0000:01:00.0 1002:73bf\nclaim 0000:01:00.1 1002:ab28\n");
        assertThat(claimed(plan(desk(), Binding.AUTO, files)))
                .containsExactly("0000:01:00.0 10de:1b80", "0000:01:00.1 10de:aaf0");
    }

    @Test
    void ofTwinsTheOneAtTheAddressIsTaken() {
        Desk twins = new Desk()
                .card("01:00.0", CARD, "nouveau")
                .card("02:00.0", CARD, "nouveau")
                .holder("01:00.0", "Xwayland");
        assertThat(claimed(plan(twins, Binding.AUTO)))
                .containsExactly("0000:01:00.0 10de:1b80", "0000:01:00.1 10de:aaf0");
    }

    @Test
    void theCardOfTheFirmwareOnlyIfAskedForAndAnotherShowsAPicture() {
        Desk dark = new Desk()
                .card("01:00.0", CARD, "nouveau", c -> c.bootVga = Fact.known(true, "boot_vga"))
                .card("02:00.0", "10de:1b81", "nouveau")
                .holder("01:00.0", "Xwayland");
        assertThat(refused(plan(dark, Binding.BOOT)))
                .singleElement()
                .asString()
                .contains("the firmware draws on 0000:01:00.0, and no monitor is seen at another card");

        Desk shown = new Desk()
                .card("01:00.0", CARD, "nouveau", c -> c.bootVga = Fact.known(true, "boot_vga"))
                .card("02:00.0", "10de:1b81", "nouveau", c -> c.connectors = List.of(Desk.monitor("DP-1")))
                .holder("01:00.0", "Xwayland");
        assertThat(refused(plan(shown, Binding.AUTO)))
                .singleElement()
                .asString()
                .contains("--bind boot");
        Plan asked = plan(shown, Binding.BOOT);
        assertThat(claimed(asked)).hasSize(2);
        assertThat(asked.choices()).anyMatch(c -> c.costs().contains("dark from the boot menu"));
    }

    @Test
    void ofACardOfWhichItIsNotKnownWhetherTheFirmwareDrawsOnIt() {
        Desk unread = new Desk()
                .card("01:00.0", CARD, "nouveau", c -> c.bootVga = TestHost.unreadable(c.bootVga))
                .card("02:00.0", "10de:1b81", "nouveau", c -> c.connectors = List.of(Desk.monitor("DP-1")))
                .holder("01:00.0", "Xwayland");
        assertThat(refused(plan(unread, Binding.AUTO)))
                .singleElement()
                .asString()
                .startsWith("the firmware may draw on 0000:01:00.0");
    }

    @Test
    void aControllerInAGroupOfItsOwnStaysWithTheHostUntilTheVmStarts() {
        Desk desk = desk().with("05:00.0", 0x0c0330, "1b73:1100", "xhci_hcd");
        assertThat(claimed(plan(desk, Binding.AUTO, SYSTEMD, "01:00.0", "01:00.1", "05:00.0")))
                .containsExactly("0000:01:00.0 10de:1b80", "0000:01:00.1 10de:aaf0");
    }

    @Test
    void whatSharesItsGroupGoesWithIt() {
        Desk desk = desk().with("05:00.0", 0x0c8000, "1b73:1100", "x").group("05:00.0", 10);
        assertThat(claimed(plan(desk, Binding.AUTO))).contains("0000:05:00.0 1b73:1100");
    }

    @Test
    void withoutSystemdNothingIsPlanned() {
        assertThat(refused(plan(desk(), Binding.AUTO, Map.of())))
                .singleElement()
                .asString()
                .contains("systemd-udev-trigger.service");
    }

    @Test
    void whatIsThereAlreadyIsNotWrittenAgain() {
        Map<String, String> files = new HashMap<>(SYSTEMD);
        for (Change change : plan(desk(), Binding.AUTO).changes()) {
            if (change instanceof Change.EditFile edit) {
                files.put(edit.path(), String.valueOf(edit.after()));
            }
        }
        files.put(MENU, String.valueOf(files.get(GRUB)));
        Plan again = plan(desk(), Binding.AUTO, files);
        assertThat(Plans.withoutHook(again))
                .noneMatch(c -> c instanceof Change.EditFile || c instanceof Change.Rebuild);
        Plan start = plan(desk(), Binding.START, files);
        assertThat(start.notes()).anyMatch(n -> n.startsWith("0000:01:00.0 is bound at boot, by " + ClaimScript.PATH));
    }

    @Test
    void whatIsKeptIsNotBound() {
        Domain domain = domain("01:00.0", "01:00.1");
        Host host = host(desk());
        for (Topic topic : List.of(Topic.GRAPHICS, Topic.HOST)) {
            Request request = new Request(
                    Goal.GAMING,
                    Request.DEFAULT.vcpus(),
                    Request.DEFAULT.memoryBytes(),
                    Set.of(topic, Topic.CPU),
                    false,
                    Request.DEFAULT.latencies(),
                    HostRequest.DEFAULT.withBind(Binding.BOOT));
            Plan plan = (Plan) Planner.plan(host, domain, Doctor.examine(host, domain), SYSTEMD, request);
            assertThat(claimed(plan)).isEmpty();
        }
    }
}
