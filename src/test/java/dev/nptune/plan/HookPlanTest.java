package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.FileMode;
import dev.nptune.host.Host;
import dev.nptune.host.Virtualization;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookPlanTest {
    private static final String PATH = HookScript.path("win");
    private static final String RESTART = "isolation: libvirt looks for hooks when it starts";
    private static final String YOURS =
            "isolation: a hook of yours sees to the host's CPUs already: it stays as it is.";

    /// A VM that passes the card, its two vCPUs on two host CPUs.
    private static Domain domain(String first, String second) {
        return Domain.parse("""
                <domain type='kvm'>
                  <name>win</name>
                  <memory unit='GiB'>2</memory>
                  <vcpu placement='static'>2</vcpu>
                  <cputune>
                    <vcpupin vcpu='0' cpuset='%s'/>
                    <vcpupin vcpu='1' cpuset='%s'/>
                  </cputune>
                  <os>
                    <type arch='x86_64' machine='pc-q35-8.2'>hvm</type>
                  </os>
                  <devices>
                    <hostdev mode='subsystem' type='pci' managed='yes'>
                      <source>
                        <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
                      </source>
                    </hostdev>
                  </devices>
                </domain>
                """.formatted(first, second));
    }

    private static Plan plan(Domain domain, Consumer<TestHost> machine, Topic... keep) {
        Host host = Plans.host(machine);
        Draft draft = new Draft(domain, Set.of(keep));
        HookPlan.add(draft, host, Doctor.examine(host, domain));
        return draft.plan();
    }

    private static Plan plan(Consumer<TestHost> machine) {
        return plan(domain("4", "12"), machine);
    }

    private static List<String> notes(Consumer<TestHost> machine) {
        return Plans.notes(plan(machine), "isolation");
    }

    private static Change.EditFile edit(Plan plan) {
        assertThat(plan.changes()).hasSize(1);
        return (Change.EditFile) plan.changes().getFirst();
    }

    /// The machine with other domains, daemons and hooks.
    private static void around(TestHost host, List<String> domains, List<String> daemons, List<Hook> hooks) {
        Virtualization v = host.virtualization;
        host.virtualization = new Virtualization(
                domains.stream()
                        .map(name -> new DomainFile(name, Fact.absent("/etc/libvirt/qemu/" + name + ".xml")))
                        .toList(),
                v.running(),
                v.processes(),
                daemons,
                Stream.concat(v.hooks().stream(), hooks.stream()).toList(),
                v.qemuConf(),
                v.firmware(),
                v.firmwareFiles(),
                v.swtpm(),
                v.kvm(),
                v.lookingGlass(),
                v.groups(),
                v.logs());
    }

    @Test
    void aHookIsWrittenWithTheGuestsCpus() {
        Plan plan = plan(Plans.SOUND);
        assertThat(edit(plan).path()).isEqualTo(PATH);
        assertThat(edit(plan).before()).isNull();
        assertThat(edit(plan).after()).isEqualTo(HookScript.of("win", CpuSet.parse("4,12")));
        Choice choice = plan.choices().getFirst();
        assertThat(choice.what())
                .isEqualTo("while the VM runs the host's services, sessions and interrupts keep off CPUs 4,12");
        assertThat(choice.costs()).isEqualTo("the host has CPUs 0-3,5-11,13-15 while the VM runs");
    }

    @Test
    void theSiblingsOfHalfACoreAreKeptFreeToo() {
        Plan plan = plan(domain("4", "5"), Plans.SOUND);
        assertThat(edit(plan).after()).contains("guest='4-5,12-13'\n");
        assertThat(edit(plan).summary()).contains(" off CPUs 4-5,12-13 while win runs");
        assertThat(plan.choices().getFirst().what()).endsWith(" off CPUs 4-5,12-13");
        assertThat(plan.choices().getFirst().costs()).contains("CPUs 0-3,6-11,14-15 ");
    }

    @Test
    void aSiblingThatIsOfflineIsNotKept() {
        Plan plan = plan(domain("4", "5"), h -> h.online = Fact.known(CpuSet.parse("0-12"), "online"));
        assertThat(edit(plan).after()).contains("guest='4-5,12'\n");
    }

    @Test
    void aPlanOfTheResultHasNothingToEdit() {
        String text = Objects.requireNonNull(edit(plan(Plans.SOUND)).after());
        Plan again = plan(h -> h.hook(PATH, text));
        assertThat(again.changes()).isEmpty();
        assertThat(again.notes()).isEmpty();
    }

    @Test
    void anOlderHookOfOursIsReplaced() {
        String old = "#!/bin/sh\n" + HookScript.MARK + "\nAllowedCPUs\n";
        Plan plan = plan(h -> h.hook(PATH, old));
        assertThat(edit(plan).before()).isEqualTo(old);
        assertThat(plan.notes()).isEmpty();
    }

    @Test
    void aForeignFileInItsPlaceStays() {
        Plan plan = plan(h -> h.hook(PATH, "#!/bin/sh\n"));
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.notes())
                .containsExactly("isolation: " + PATH + " is there and not of nptune's making: it stays.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemctl set-property -- user.slice AllowedCPUs=0", "vfio-isolate cpuset-modify"})
    void aHookOfTheOwnersThatDoesTheSameStays(String line) {
        Plan plan = plan(h -> h.hook("/etc/libvirt/hooks/qemu", "#!/bin/sh\n" + line + "\n"));
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.notes()).containsExactly(YOURS);
    }

    @Test
    void aHookOfOursForAVmThatIsGoneIsNotTheOwnersAndCanBeRemoved() {
        String stale = HookScript.path("old");
        Plan plan = plan(h -> {
            h.hook(stale, HookScript.of("old", CpuSet.parse("2-3")));
            around(h, List.of("win"), List.of(), List.of());
        });
        assertThat(edit(plan).path()).isEqualTo(PATH);
        assertThat(plan.notes())
                .containsExactly("isolation: " + stale
                        + " was made by nptune for a VM that is not defined any more: it can be removed.");
    }

    @Test
    void aHookOfOursForAnotherVmIsLeftAlone() {
        Consumer<TestHost> machine = h -> h.hook(HookScript.path("a b"), HookScript.of("a b", CpuSet.parse("2-3")));
        Plan plan = plan(machine.andThen(h -> around(h, List.of("win", "a b"), List.of(), List.of())));
        assertThat(edit(plan).path()).isEqualTo(PATH);
        assertThat(plan.notes()).isEmpty();
        assertThat(notes(machine)).as("no definition was read").isEmpty();
    }

    @Test
    void besideOursAHookOfTheOwnersStillCounts() {
        Plan plan = plan(h -> {
            h.hook(HookScript.path("old"), HookScript.of("old", CpuSet.parse("2-3")));
            h.hook("/etc/libvirt/hooks/qemu", "cset shield --cpu 4\n");
        });
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.notes()).containsExactly(YOURS);
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/libvirt/hooks/network, 0755, true",
        "/etc/libvirt/hooks/qemu.d/win/prepare/begin/x, 0755, true",
        "/etc/libvirt/hooks/qemu.d/x, 0644, true",
        "/etc/libvirt/hooks/qemu.d/x, 0755, false",
        "/etc/libvirt/hooks/qemu, 0755, false"
    })
    void theDaemonIsRestartedWhereItFoundNoHookForVms(String path, String mode, boolean restart) {
        Hook hook = new Hook(
                path,
                Fact.known(new FileMode(Integer.parseInt(mode, 8), 0, 0), path),
                Fact.known("#!/bin/sh\nexit 0\n", path));
        List<String> notes = notes(h -> around(h, List.of(), List.of(), List.of(hook)));
        assertThat(notes.stream().anyMatch(n -> n.startsWith(RESTART))).isEqualTo(restart);
    }

    @Test
    void irqbalanceIsToBeStoppedOrToldToKeepOff() {
        Consumer<TestHost> machine = h -> around(h, List.of(), List.of("irqbalance", "libvirtd"), List.of());
        String note =
                "isolation: irqbalance runs and may move interrupts back to the guest's CPUs: stop it while the VM"
                        + " runs (sudo systemctl stop irqbalance), or set IRQBALANCE_BANNED_CPULIST=4,12 in"
                        + " /etc/default/irqbalance (Fedora: /etc/sysconfig/irqbalance) and restart it.";
        assertThat(notes(machine)).contains(note);
        String text = HookScript.of("win", CpuSet.parse("4,12"));
        assertThat(notes(machine.andThen(h -> h.hook(PATH, text))))
                .as("also where the hook is there")
                .containsExactly(note);
        assertThat(notes(h -> around(h, List.of(), List.of("libvirtd"), List.of())))
                .doesNotContain(note);
        assertThat(notes(machine.andThen(h -> h.hook("/etc/libvirt/hooks/qemu", "systemctl stop irqbalance\n"))))
                .isEmpty();
    }

    @Test
    void cpusIsolatedAtBootNeedNoHook() {
        assertThat(notes(h -> h.isolated = Fact.known(CpuSet.parse("4,12"), "isolated")))
                .containsExactly("isolation: the guest's CPUs are isolated at boot (isolcpus=) already.");
    }

    @Test
    void aGuestOnEveryCoreLeavesNothingToMoveTo() {
        List<String> notes = notes(h -> {
            h.logical = TestHost.cpus(8, 2, 2).stream()
                    .filter(cpu -> cpu.id() % 8 == 4)
                    .toList();
            h.online = Fact.known(CpuSet.parse("4,12"), "online");
        });
        assertThat(notes)
                .containsExactly("isolation: the guest has a part of every core: none is left for the host alone.");
    }

    @Test
    void withoutSystemdsGroupsOrWithAnOldLibvirtThereIsNone() {
        assertThat(notes(h -> h.slices.clear())).singleElement().asString().contains("no cgroup of systemd's was read");
        assertThat(notes(h -> h.libvirt = Fact.known("6.4.0", "libvirtd --version")))
                .singleElement()
                .asString()
                .contains("keep the host off CPUs 4,12 from /etc/libvirt/hooks/qemu.");
        assertThat(notes(h -> h.libvirt = TestHost.unreadable(h.libvirt)))
                .singleElement()
                .asString()
                .contains("libvirt's version is not known");
    }

    @Test
    void whatAPersonKeepsIsKept() {
        assertThat(plan(domain("4", "12"), Plans.SOUND, Topic.HOST).changes()).isEmpty();
        assertThat(plan(domain("4", "12"), Plans.SOUND, Topic.CPU).changes()).isEmpty();
        assertThat(plan(domain("4-5", "12"), Plans.SOUND).changes())
                .as("a vCPU on two CPUs")
                .isEmpty();
    }
}
