package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Category;
import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Severity;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Boot;
import dev.nptune.host.Boot.BootLoader;
import dev.nptune.host.Boot.InUse;
import dev.nptune.host.Fact;
import dev.nptune.host.Graphics;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What rules and people ask of the kernel's command line, on a machine with GRUB.
class ArgumentPlanTest {
    private static final String SETTINGS = "/etc/default/grub";
    private static final String MENU = "/boot/grub/grub.cfg";
    private static final Domain DOMAIN = Plans.domain("", """
            <hostdev mode='subsystem' type='pci' managed='yes'>
              <source><address domain='0' bus='1' slot='0' function='0'/></source>
              <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
            </hostdev>
            <controller type='pci' index='0' model='pcie-root'/>
            <controller type='pci' index='1' model='pcie-root-port'/>
            """);

    /// Started by GRUB with these arguments.
    static Consumer<TestHost> started(String arguments) {
        return h -> {
            Boot unread = Boot.unread("not in this test");
            h.boot = new Boot(
                    unread.efi(),
                    unread.secureBoot(),
                    unread.lockdown(),
                    List.of(new BootLoader(BootLoader.Kind.GRUB, MENU, List.of(SETTINGS))),
                    Fact.known(new InUse(BootLoader.Kind.GRUB, "the only one found"), MENU),
                    Fact.absent("/boot"),
                    unread.initramfs(),
                    List.of(),
                    unread.displayManager(),
                    unread.displayManagerUnit(),
                    List.of());
            h.commandLine = Fact.known("root=/dev/nvme0n1p2 " + arguments, "/proc/cmdline");
        };
    }

    static Map<String, String> files(String arguments) {
        return Map.of(
                SETTINGS,
                "GRUB_CMDLINE_LINUX_DEFAULT=\"" + arguments + "\"\n",
                MENU,
                "linux /vmlinuz root=/dev/nvme0n1p2 " + arguments + "\n");
    }

    private static Plan plan(String arguments, Consumer<TestHost> machine, HostRequest asked) {
        Host host = Plans.host(started(arguments).andThen(machine));
        return (Plan) Planner.plan(
                host, DOMAIN, Doctor.examine(host, DOMAIN), files(arguments), Plans.ALL_BUT_CPUS.withHost(asked));
    }

    private static Plan plan(String arguments, Consumer<TestHost> machine) {
        return plan(arguments, machine, HostRequest.DEFAULT);
    }

    private static HostRequest adding(String... arguments) {
        return new HostRequest(Binding.START, false, List.of(arguments), List.of());
    }

    /// The configured arguments afterwards.
    private static String after(Plan plan) {
        return plan.changes().stream()
                .filter(c -> c instanceof Change.EditFile e && e.path().equals(SETTINGS))
                .map(c -> String.valueOf(((Change.EditFile) c).after()))
                .map(text -> text.substring(text.indexOf('"') + 1, text.lastIndexOf('"')))
                .findFirst()
                .orElse("(as before)");
    }

    private static Consumer<TestHost> withoutIommu() {
        return h -> {
            h.gpuGroup = Fact.absent("iommu_group");
            h.nvmeGroup = Fact.absent("iommu_group");
            h.bridgeGroup = Fact.absent("iommu_group");
        };
    }

    private static Consumer<TestHost> intel() {
        return withoutIommu().andThen(h -> h.vendor = Fact.known("GenuineIntel", "/proc/cpuinfo"));
    }

    @Test
    void intelsIommuIsTurnedOn() {
        Plan plan = plan("quiet", intel());
        assertThat(after(plan)).isEqualTo("quiet intel_iommu=on");
        assertThat(Plans.notes(plan, "iommu-off")).anyMatch(n -> n.contains("plan again after the next boot"));
    }

    @Test
    void whatTurnsItOffGoes() {
        assertThat(after(plan("quiet intel_iommu=off splash", intel()))).isEqualTo("quiet splash intel_iommu=on");
        assertThat(after(plan("iommu=off quiet", intel()))).isEqualTo("quiet intel_iommu=on");
        assertThat(after(plan("quiet amd_iommu=off", withoutIommu()))).isEqualTo("quiet");
        assertThat(after(plan("quiet amd_iommu=off iommu=pt", withoutIommu()))).isEqualTo("quiet iommu=pt");
    }

    @Test
    void whereTheArgumentsAreRightTheFirmwareIsLeft() {
        for (Map.Entry<String, Consumer<TestHost>> machine : Map.of(
                        "quiet", withoutIommu(), "intel_iommu=on,sm_on quiet", intel())
                .entrySet()) {
            Host host = Plans.host(started(machine.getKey()).andThen(machine.getValue()));
            assertThat(Planner.plan(
                            host, DOMAIN, Doctor.examine(host, DOMAIN), files(machine.getKey()), Plans.ALL_BUT_CPUS))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            r -> assertThat(r.reason() + r.next()).contains("IOMMU", "firmware"));
        }
    }

    /// What the firmware left holds memory of the card at 01:00, and another card has a driver.
    private static Plan framebuffer(String release, String othersDriver, String arguments) {
        Desk desk = new Desk()
                .card("01:00.0", "10de:1b80", "vfio-pci", c -> c.bootVga = Fact.known(true, "boot_vga"))
                .card("02:00.0", "10de:1b81", othersDriver, c -> c.bootVga = Fact.known(false, "boot_vga"));
        started(arguments).accept(desk.machine);
        desk.machine.release = Fact.known(release, "/proc/sys/kernel/osrelease");
        desk.machine.bootFramebuffers =
                Fact.known(List.of(new Graphics.AddressRange("BOOTFB", 0xe0000000L, 0xe07fffffL)), "/proc/iomem");
        Host host = desk.host();
        return (Plan) Planner.plan(
                host,
                DOMAIN,
                Doctor.examine(host, DOMAIN),
                files(arguments),
                Plans.ALL_BUT_CPUS.withHost(HostRequest.DEFAULT.withBind(Binding.START)));
    }

    @Test
    void theFirmwaresFramebufferIsLeftOutWhereAnotherCardShowsThePicture() {
        Plan plan = framebuffer("6.8.0-45-generic", "amdgpu", "quiet");
        assertThat(after(plan)).isEqualTo("quiet initcall_blacklist=sysfb_init");
        assertThat(Plans.notes(plan, "bootfb-held")).anyMatch(n -> n.contains("nothing is shown at boot until"));
    }

    @Test
    void otherwiseItIsYoursToSay() {
        for (Plan plan : List.of(
                framebuffer("6.18.0", "amdgpu", "quiet"),
                framebuffer("5.10.0", "amdgpu", "quiet"),
                framebuffer("6.8.0", "vfio-pci", "quiet"),
                framebuffer("6.8.0", "amdgpu", "quiet initcall_blacklist=sysfb_init"))) {
            assertThat(after(plan)).isEqualTo("(as before)");
            assertThat(Plans.notes(plan, "bootfb-held"))
                    .singleElement()
                    .asString()
                    .contains("with --kernel-arg initcall_blacklist=sysfb_init");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mitigations-off", "acs-override", "zen1-idle", "sme-on", "bootfb-held", "acs-id-unread"})
    void whatIsLeftToAPersonNamesTheOption(String rule) {
        String note = ByHand.note(
                        new Finding(
                                rule,
                                Category.SECURITY,
                                Severity.HIGH,
                                false,
                                "Title",
                                List.of(new Evidence("/proc/cmdline", "x", "y")),
                                "",
                                "Fix.",
                                "",
                                "",
                                List.of()),
                        DOMAIN)
                .orElseThrow();
        assertThat(note).contains("it is a kernel argument").containsPattern("with --(drop-)?kernel-arg \\w");
    }

    @Test
    void nptIsTurnedOnWithTheNextBootWhereTheCommandLineTurnsItOff() {
        Plan plan = plan("quiet kvm_amd.npt=0", h -> h.npt = Fact.known("N", TestHost.NPT));
        assertThat(after(plan)).isEqualTo("quiet");
        assertThat(plan.changes()).noneMatch(Change.ReloadModule.class::isInstance);
        assertThat(Plans.notes(plan, "npt-off"))
                .containsExactly(
                        "npt-off: kvm_amd.npt=0 on the kernel's command line turns them off until the next boot.");

        Plan hyphen = plan("kvm-amd.npt=N quiet", h -> h.npt = Fact.known("N", TestHost.NPT));
        assertThat(after(hyphen)).isEqualTo("quiet");
    }

    @Test
    void whatIsConfiguredAndNotBootedYetIsNotPlannedTwice() {
        Host host = Plans.host(started("quiet kvm_amd.npt=0").andThen(h -> h.npt = Fact.known("N", TestHost.NPT)));
        Plan plan = (Plan) Planner.plan(host, DOMAIN, Doctor.examine(host, DOMAIN), files("quiet"), Plans.ALL_BUT_CPUS);
        assertThat(plan.changes()).noneMatch(c -> c.rules().contains("npt-off"));
        assertThat(plan.notes())
                .anyMatch(n -> n.equals("boot: -kvm_amd.npt=0, for npt-off: configured already, and of effect from the"
                        + " next boot on."));
    }

    @Test
    void whatIsAskedForIsAddedAndTakenAway() {
        Plan plan = plan(
                "quiet splash",
                Plans.SOUND,
                new HostRequest(Binding.AUTO, false, List.of("iommu=pt"), List.of("splash")));
        assertThat(after(plan)).isEqualTo("quiet iommu=pt");
        assertThat(plan.choices()).anyMatch(c -> c.what().equals("kernel arguments: +iommu=pt -splash"));
    }

    @Test
    void anArgumentThatIsThereIsNotAddedAgain() {
        assertThat(after(plan("quiet iommu=pt", Plans.SOUND, adding("iommu=pt"))))
                .isEqualTo("(as before)");
    }

    /// A card that the VM takes when it starts is the host's at boot.
    @Test
    void theCheckLooksAtTheCardsThatTheHostHasAtBoot() {
        Plan plan = plan("quiet", h -> h.gpuDriver = TestHost.driver("01:00.0", "amdgpu"), adding("iommu=pt"));
        assertThat(plan.passed()).isNotEmpty();
        assertThat(plan.changes())
                .filteredOn(c -> c instanceof Change.EditFile e && e.path().equals("/etc/nptune/boot-check"))
                .singleElement()
                .satisfies(c -> assertThat(((Change.EditFile) c).after()).contains("\ncards='0000:01:00.0'\n"));
    }
}
