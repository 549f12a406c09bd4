package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Machines;
import dev.nptune.internal.json.Json;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.WhatIf.Alternative;
import dev.nptune.plan.WhatIf.Kind;
import dev.nptune.plan.WhatIf.Layout;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WhatIfTest {
    private static final Host HOST = Machines.host(Machines.RYZEN_3900X);
    private static final Domain DOMAIN = domain(HOST);

    static Stream<String> machines() {
        return Stream.concat(Machines.NAMES.stream(), Machines.PLANNED.stream());
    }

    private static Domain domain(Host host) {
        return Domain.parse(
                host.virtualization().domains().getFirst().xml().get().orElseThrow());
    }

    private static WhatIf compare(Host host, Domain domain, Request request, Alternative... alternatives) {
        return WhatIf.of(host, domain, Doctor.examine(host, domain), Map.of(), request, List.of(alternatives));
    }

    private static PlanResult plan(Host host, Domain domain, Request request) {
        return Planner.plan(host, domain, Doctor.examine(host, domain), Map.of(), request);
    }

    private static Domain planned(Domain domain, Request request) {
        return Plans.after((Plan) plan(HOST, domain, request), domain);
    }

    private static Layout layout(WhatIf whatIf, String name) {
        return whatIf.layouts().stream()
                .filter(layout -> layout.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void assertCostedAs(Layout layout, Host host, Domain before, Domain after) {
        CpuModel machine = CpuModel.of(host);
        Demand demand =
                new Demand(1, before.memoryBytes(), DomainLayout.gpuNode(host, before), Goal.GAMING, Optional.empty());
        List<CpuSet> pins = DomainLayout.pins(after, machine.online());
        LayoutCost cost = PlacementSolver.function(host, machine, demand).of(pins, DomainLayout.memory(after, machine));
        assertThat(layout.reason()).isEmpty();
        assertThat(layout.pins()).isEqualTo(pins);
        assertThat(layout.vcpus()).isEqualTo(pins.size());
        assertThat(layout.cost()).contains(cost);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void plannedIsWhatThePlanDefines(String name) {
        Host host = Machines.host(name);
        Domain domain = domain(host);
        WhatIf whatIf = compare(host, domain, Request.DEFAULT);

        assertCostedAs(layout(whatIf, "as it is"), host, domain, domain);
        Layout planned = layout(whatIf, "planned");
        switch (plan(host, domain, Request.DEFAULT)) {
            case Plan plan -> assertCostedAs(planned, host, domain, Plans.after(plan, domain));
            case Refusal(String reason, String _) -> {
                assertThat(planned.reason()).isEqualTo(reason);
                assertThat(planned.cost()).isEmpty();
                assertThat(planned.pins()).isEmpty();
            }
        }
    }

    /// An owner's layout may stay that is dearer by a percent.
    @ParameterizedTest
    @MethodSource("machines")
    void plannedCostsNoMoreThanTheOwnersAndTheUsual(String name) {
        Host host = Machines.host(name);
        for (Goal goal : Goal.values()) {
            WhatIf whatIf = compare(host, domain(host), Request.DEFAULT.withGoal(goal));
            layout(whatIf, "planned")
                    .cost()
                    .ifPresent(planned -> assertThat(whatIf.layouts())
                            .allSatisfy(other -> assertThat(planned.total())
                                    .as("%s for %s", other.name(), goal)
                                    .isLessThanOrEqualTo(
                                            other.cost().orElseThrow().total() * 1.0101)));
        }
    }

    @Test
    void aRefusalIsAmongTheMachines() {
        assertThat(machines()
                        .map(Machines::host)
                        .filter(host -> plan(host, domain(host), Request.DEFAULT) instanceof Refusal))
                .isNotEmpty();
    }

    @Test
    void theOrderIsAsItIsPlannedUsualThenAlternatives() {
        WhatIf whatIf = compare(
                HOST,
                DOMAIN,
                Request.DEFAULT,
                new Alternative.Vcpus("vcpus=4", 4),
                new Alternative.Setting(SettingEffect.of("npt=0").orElseThrow()));

        assertThat(whatIf.layouts().stream().map(Layout::kind))
                .containsExactly(Kind.NOW, Kind.PLANNED, Kind.USUAL, Kind.USUAL, Kind.USUAL, Kind.ALTERNATIVE);
        assertThat(whatIf.settings()).extracting(SettingEffect::setting).containsExactly("npt=0");
        assertThat(whatIf.domain()).isEqualTo(DOMAIN.name());
    }

    @Test
    void aVmWithoutPinsIsTheUsualOneWithoutPins() {
        Host host = Machines.host(Machines.TWINS);
        WhatIf whatIf = compare(host, domain(host), Request.DEFAULT);

        Layout now = layout(whatIf, "as it is");
        assertThat(now.pins()).containsOnly(CpuModel.of(host).online());
        assertThat(layout(whatIf, "planned").vcpus()).isEqualTo(now.vcpus());
        assertThat(layout(whatIf, "no pins (default)").isAs(now)).isTrue();
        assertThat(layout(whatIf, "planned").isAs(now)).isFalse();
    }

    @Test
    void aPlannedVmStaysAsItIs() {
        Domain after = planned(DOMAIN, Request.DEFAULT);
        WhatIf whatIf = compare(HOST, after, Request.DEFAULT);

        assertThat(layout(whatIf, "planned").isAs(layout(whatIf, "as it is"))).isTrue();
    }

    @Test
    void anAlternativeIsThePlanOfThatRequestWithTheWeightsAskedFor() {
        WhatIf whatIf = compare(
                HOST,
                DOMAIN,
                Request.DEFAULT,
                new Alternative.Vcpus("vcpus=4", 4),
                new Alternative.Memory("memory=2G", 2L << 30),
                new Alternative.For("for=throughput", Goal.THROUGHPUT));

        assertCostedAs(layout(whatIf, "vcpus=4"), HOST, DOMAIN, planned(DOMAIN, Request.DEFAULT.withVcpus(4)));
        assertCostedAs(
                layout(whatIf, "memory=2G"), HOST, DOMAIN, planned(DOMAIN, Request.DEFAULT.withMemoryBytes(2L << 30)));
        assertCostedAs(
                layout(whatIf, "for=throughput"),
                HOST,
                DOMAIN,
                planned(DOMAIN, Request.DEFAULT.withGoal(Goal.THROUGHPUT)));
        assertThat(whatIf.goal()).isEqualTo(Goal.GAMING);
        assertThat(layout(whatIf, "vcpus=4").vcpus()).isEqualTo(4);
    }

    @Test
    void whatIsAskedOfThePlanIsAskedOfTheAlternativesToo() {
        WhatIf whatIf = compare(
                HOST,
                DOMAIN,
                Request.DEFAULT.withVcpus(4),
                new Alternative.Memory("memory=2G", 2L << 30),
                new Alternative.Vcpus("vcpus=8", 8));

        assertThat(whatIf.layouts().stream().skip(1).map(Layout::vcpus)).containsExactly(4, 4, 4, 4, 4, 8);
    }

    @Test
    void whatTheMachineCannotGiveIsToldWithTheReason() {
        WhatIf whatIf = compare(
                HOST,
                DOMAIN,
                Request.DEFAULT,
                new Alternative.Vcpus("vcpus=500", 500),
                new Alternative.Memory("memory=64T", 64L << 40));

        Layout vcpus = layout(whatIf, "vcpus=500");
        assertThat(vcpus.cost()).isEmpty();
        assertThat(vcpus.vcpus()).isEqualTo(500);
        assertThat(vcpus.reason()).startsWith("500 vCPUs need a CPU each");
        assertThat(layout(whatIf, "memory=64T").reason()).startsWith("the VM's 67108864 MiB of memory leave the host");
    }

    @Test
    void anAlternativeThatThePlanDoesNotFollowCannotBe() {
        Request all = Request.DEFAULT;
        Request keeping = new Request(
                all.goal(), all.vcpus(), all.memoryBytes(), Set.of(Topic.CPU), all.virtioDisk(), all.latencies());
        WhatIf whatIf = compare(HOST, DOMAIN, keeping, new Alternative.Vcpus("vcpus=4", 4));

        int now = DOMAIN.vcpus().enabled().size();
        assertThat(layout(whatIf, "vcpus=4").reason()).isEqualTo("the plan leaves the VM " + now + " vCPUs");
        assertThat(layout(whatIf, "planned").isAs(layout(whatIf, "as it is"))).isTrue();
    }

    @Test
    void memoryOfAGuestWithNodesIsItsOwners() {
        Domain nodes = Domain.parse("""
                <domain type='kvm'><name>win</name><memory unit='GiB'>4</memory><vcpu>2</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <cpu mode='host-passthrough'><numa><cell id='0' cpus='0-1' memory='4' unit='GiB'/></numa></cpu>
                </domain>
                """);
        WhatIf whatIf = compare(HOST, nodes, Request.DEFAULT, new Alternative.Memory("memory=2G", 2L << 30));

        assertThat(layout(whatIf, "memory=2G").reason()).isEqualTo("the plan leaves the VM's memory at 4096 MiB");
    }

    @Test
    void ofAMachineWhoseCoresAreNotKnownNoLayoutHasACost() {
        Host host = TestHost.host(h -> {
            h.online = Fact.unreadable("/sys/devices/system/cpu/online", "permission denied");
            h.logical = List.of();
        });
        WhatIf whatIf = compare(host, Plans.domain("", ""), Request.DEFAULT);

        assertThat(whatIf.layouts()).hasSize(5).allSatisfy(layout -> {
            assertThat(layout.cost()).isEmpty();
            assertThat(layout.reason()).isNotEmpty();
        });
    }

    @Test
    void itsJsonIsReadBack() {
        WhatIf whatIf = compare(
                HOST,
                DOMAIN,
                Request.DEFAULT,
                new Alternative.Vcpus("vcpus=500", 500),
                new Alternative.Setting(SettingEffect.of("pages=2M").orElseThrow()));

        assertThat(Json.read(Json.pretty(whatIf), WhatIf.class)).isEqualTo(whatIf);
    }

    @Test
    void usualLayoutsBeginAgainWhereCpusEnd() {
        CpuModel machine = CpuModel.of(HOST);
        int cpus = machine.online().size();

        assertThat(UsualLayout.HALVES.pins(machine, 4))
                .containsExactly(CpuSet.of(0), CpuSet.of(cpus / 2), CpuSet.of(1), CpuSet.of(cpus / 2 + 1));
        for (UsualLayout usual : List.of(UsualLayout.HALVES, UsualLayout.NAIVE)) {
            List<CpuSet> pins = usual.pins(machine, cpus + 2);
            assertThat(Set.copyOf(pins)).hasSize(cpus);
            assertThat(pins.subList(cpus, cpus + 2)).isEqualTo(pins.subList(0, 2));
        }
        assertThat(UsualLayout.FLOATING.pins(machine, 3)).hasSize(3).containsOnly(machine.online());
    }
}
