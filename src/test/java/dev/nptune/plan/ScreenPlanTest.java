package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.TestHost;
import dev.nptune.doctor.TestVms;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// When the only card is taken from the desktop, and when not.
class ScreenPlanTest {
    private static final String PATH = "/etc/libvirt/hooks/qemu.d/nptune_screen-win";
    private static final Request AGREED = Request.DEFAULT.withHost(HostRequest.DEFAULT.withSingleGpu(true));

    private static Domain vm(String... devices) {
        StringBuilder hostdevs = new StringBuilder();
        for (String address : devices) {
            hostdevs.append("<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='0x")
                    .append(address, 0, 2)
                    .append("' slot='0' function='")
                    .append(address.charAt(6))
                    .append("'/></source></hostdev>");
        }
        return Domain.parse("<domain><name>win</name><memory>1</memory><devices>" + hostdevs + "</devices></domain>");
    }

    private static final Domain VM = vm("01:00.0", "01:00.1");

    private static Desk desk() {
        return new Desk().card("01:00.0", "10de:1b80", "nouveau").holder("01:00.0", "Xorg");
    }

    private static Plan plan(Host host, Domain domain, Request request) {
        Draft draft = new Draft(domain, request.keep());
        ScreenPlan.add(draft, host, request);
        return draft.plan();
    }

    private static Change.EditFile edit(Plan plan) {
        assertThat(plan.changes()).hasSize(1);
        return (Change.EditFile) plan.changes().getFirst();
    }

    private static String script() {
        return String.valueOf(edit(plan(desk().host(), VM, AGREED)).after());
    }

    private static Desk with(String path, String text) {
        Desk desk = desk();
        desk.machine.virtualization = TestVms.hooks(TestVms.hook(path, 0755, text));
        return desk;
    }

    @Test
    void theHookIsWrittenWithTheCardsFunctionsAndWhatItCosts() {
        Plan plan = plan(desk().host(), VM, AGREED);
        assertThat(edit(plan).path()).isEqualTo(PATH);
        assertThat(edit(plan).rules()).containsExactly("one-gpu-no-hook");
        assertThat(edit(plan).after()).contains("cards='0000:01:00.0=10de:1b80 0000:01:00.1=10de:aaf0'\n");
        assertThat(plan.choices()).singleElement().satisfies(c -> {
            assertThat(c.what()).startsWith("the desktop ends when the VM starts, with all that is open");
            assertThat(c.costs()).contains("lost each time").contains("SSH");
        });
        assertThat(plan.notes()).anyMatch(n -> n.startsWith("screen: libvirt looks for hooks when it starts"));
    }

    @Test
    void unaskedNothingIsWrittenAndWhatIsThereStaysUpToDate() {
        assertThat(plan(desk().host(), VM, Request.DEFAULT).changes()).isEmpty();
        String old = script().replace("coming=180", "coming=60");
        for (Request request : List.of(Request.DEFAULT, AGREED)) {
            Plan same = plan(with(PATH, script()).host(), VM, request);
            assertThat(same.changes()).isEmpty();
            assertThat(same.notes()).isEmpty();
            Plan newer = plan(with(PATH, old).host(), VM, request);
            assertThat(edit(newer).before()).isEqualTo(old);
            assertThat(edit(newer).after()).isEqualTo(script());
        }
    }

    @Test
    void withASecondCardItHasNothingToDo() {
        Host host = desk().card("02:00.0", "10de:1b81", "nouveau").host();
        assertThat(plan(host, VM, AGREED).changes()).isEmpty();
        assertThat(plan(host, VM, AGREED).notes()).singleElement().asString().contains("has nothing to do");
        assertThat(ScreenPlan.writes(host, VM, AGREED)).isFalse();
        Domain both = vm("01:00.0", "01:00.1", "02:00.0", "02:00.1");
        assertThat(edit(plan(host, both, AGREED)).after())
                .contains(
                        "0000:01:00.0=10de:1b80 0000:01:00.1=10de:aaf0 0000:02:00.0=10de:1b81 0000:02:00.1=10de:aaf0");
    }

    @Test
    void aVmThatHasGivenTheCardBackNeedsItsHookNoMore() {
        assertThat(plan(with(PATH, script()).host(), vm(), Request.DEFAULT).notes())
                .singleElement()
                .asString()
                .startsWith("screen: " + PATH)
                .endsWith("it can be removed.");
    }

    @Test
    void aHookOfTheOwnersStays() {
        Host host = with("/etc/libvirt/hooks/qemu", "systemctl stop display-manager\n")
                .host();
        assertThat(plan(host, VM, AGREED).changes()).isEmpty();
        assertThat(plan(host, VM, AGREED).notes()).singleElement().asString().contains("a hook of yours");
        assertThat(ScreenPlan.writes(host, VM, AGREED)).isFalse();
    }

    @Test
    void aForeignFileInItsPlaceIsARefusal() {
        Host host = with(PATH, "#!/bin/sh\n").host();
        assertThat(ScreenPlan.refusal(host, VM, AGREED).map(Refusal::reason))
                .contains(PATH + " is there and not of nptune's making");
        assertThat(ScreenPlan.refusal(host, VM, Request.DEFAULT)).isEmpty();
    }

    @Test
    void anOldLibvirtIsARefusal() {
        Desk desk = desk();
        desk.machine.libvirt = Fact.known("6.4.0", "libvirtd --version");
        assertThat(ScreenPlan.refusal(desk.host(), VM, AGREED).orElseThrow().reason())
                .startsWith("libvirt before 6.5");
        desk.machine.libvirt = TestHost.unreadable(desk.machine.libvirt);
        assertThat(ScreenPlan.refusal(desk.host(), VM, AGREED).orElseThrow().reason())
                .startsWith("libvirt's version is not known");
        assertThat(ScreenPlan.refusal(desk().host(), VM, AGREED)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"HOST", "GRAPHICS"})
    void whatAPersonKeepsIsKept(Topic topic) {
        Request keeping = new Request(
                Goal.GAMING,
                Optional.empty(),
                Optional.empty(),
                Set.of(topic),
                false,
                Optional.empty(),
                HostRequest.DEFAULT.withSingleGpu(true));
        assertThat(plan(desk().host(), VM, keeping).changes()).isEmpty();
        assertThat(ScreenPlan.writes(desk().host(), VM, keeping)).isFalse();
    }

    @Test
    void withoutItThePlanIsRefusedAndNamesIt() {
        Host host = desk().host();
        Domain domain = VM;
        assertThat(Planner.plan(host, domain, Doctor.examine(host, domain), Map.of(), Request.DEFAULT))
                .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.next()).contains("--single-gpu"));
    }

    @Test
    void filesOfDifferentVmsAndKindsNeverMeet() {
        assertThat(ScreenScript.path("win")).isEqualTo(PATH);
        assertThat(ScreenScript.path("a b")).isNotEqualTo(ScreenScript.path("a_b"));
        assertThat(HookScript.path("screen-win")).isNotEqualTo(PATH);
        assertThat(HookScript.path("win").compareTo(PATH))
                .as("libvirt runs the CPUs' first")
                .isNegative();
    }
}
