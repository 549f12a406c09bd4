package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.plan.CostFunction.GuestMemory;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.WhatIf.Alternative;
import dev.nptune.plan.WhatIf.Kind;
import dev.nptune.plan.WhatIf.Layout;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes a [WhatIf]. All layouts are costed by one function, that of the goal the plan is asked for: costs of different
/// weights could not be compared.
final class Comparison {
    private final Host host;
    private final Domain domain;
    private final Diagnosis diagnosis;
    private final Map<String, String> files;
    private final Request request;
    private final CpuModel machine;
    private final CostFunction function;

    Comparison(Host host, Domain domain, Diagnosis diagnosis, Map<String, String> files, Request request) {
        this.host = host;
        this.domain = domain;
        this.diagnosis = diagnosis;
        this.files = files;
        this.request = request;
        machine = CpuModel.of(host);
        Demand demand = new Demand(
                Math.max(1, vcpus(domain)),
                domain.memoryBytes(),
                DomainLayout.gpuNode(host, domain),
                request.goal(),
                request.latencies());
        function = PlacementSolver.function(host, machine, demand);
    }

    WhatIf with(List<Alternative> alternatives) {
        List<Layout> layouts = new ArrayList<>();
        layouts.add(of(Kind.NOW, "as it is", domain));
        Layout planned = planned(Kind.PLANNED, "planned", request);
        layouts.add(planned);
        for (UsualLayout usual : UsualLayout.values()) {
            layouts.add(usual(usual, planned.vcpus()));
        }
        List<SettingEffect> settings = new ArrayList<>();
        for (Alternative alternative : alternatives) {
            switch (alternative) {
                case Alternative.Setting(SettingEffect effect) -> settings.add(effect);
                case Alternative.Vcpus(String word, int number) -> layouts.add(asked(word, request.withVcpus(number)));
                case Alternative.For(String word, Goal goal) -> layouts.add(asked(word, request.withGoal(goal)));
                case Alternative.Memory(String word, long bytes) ->
                    layouts.add(asked(word, request.withMemoryBytes(bytes)));
            }
        }
        return new WhatIf(
                WhatIf.SCHEMA_VERSION,
                domain.name(),
                request.goal(),
                function.latencies().basis(),
                layouts,
                settings);
    }

    private static int vcpus(Domain domain) {
        return domain.vcpus().enabled().size();
    }

    private Layout asked(String word, Request otherwise) {
        return planned(Kind.ALTERNATIVE, word, otherwise);
    }

    private Layout planned(Kind kind, String name, Request asked) {
        int wanted = asked.vcpus().orElse(vcpus(domain));
        return switch (Planner.plan(host, domain, diagnosis, files, asked)) {
            case Refusal(String reason, String _) -> cannot(kind, name, wanted, reason);
            case Plan plan -> {
                Domain after = after(plan);
                Optional<String> kept = kind == Kind.ALTERNATIVE ? kept(asked, after) : Optional.empty();
                yield kept.isPresent() ? cannot(kind, name, wanted, kept.get()) : of(kind, name, after);
            }
        };
    }

    private Domain after(Plan plan) {
        return plan.changes().stream()
                .filter(Change.DefineDomain.class::isInstance)
                .map(change -> Domain.parse(((Change.DefineDomain) change).after()))
                .findFirst()
                .orElse(domain);
    }

    /// What the plan leaves as it is although something else was asked for: the planner keeps what its owner wants kept
    /// and what is too much its owner's.
    private static Optional<String> kept(Request asked, Domain after) {
        if (asked.vcpus().filter(number -> number != vcpus(after)).isPresent()) {
            return Optional.of("the plan leaves the VM " + vcpus(after) + " vCPUs");
        }
        return asked.memoryBytes()
                .filter(bytes -> bytes != after.memoryBytes())
                .map(_ -> "the plan leaves the VM's memory at " + (after.memoryBytes() >> 20) + " MiB");
    }

    private Layout of(Kind kind, String name, Domain laidOut) {
        return costed(kind, name, DomainLayout.pins(laidOut, machine.online()), DomainLayout.memory(laidOut, machine));
    }

    private Layout usual(UsualLayout usual, int vcpus) {
        List<CpuSet> pins = machine.online().isEmpty() ? List.of() : usual.pins(machine, vcpus);
        return costed(
                Kind.USUAL,
                usual.words(),
                pins,
                new GuestMemory(machine.memoryBytes().keySet(), false));
    }

    private Layout costed(Kind kind, String name, List<CpuSet> pins, GuestMemory memory) {
        return machine.cores().isEmpty()
                ? cannot(kind, name, pins.size(), "the machine's cores are not known")
                : new Layout(kind, name, pins.size(), pins, Optional.of(function.of(pins, memory)), "");
    }

    private static Layout cannot(Kind kind, String name, int vcpus, String reason) {
        return new Layout(kind, name, vcpus, List.of(), Optional.empty(), reason);
    }
}
