package dev.nptune.plan;

import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.plan.CostFunction.GuestMemory;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.Placement.Placed;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Layouts side by side: as the VM is, as it is planned, as people usually do it, and what if something were otherwise.
///
/// @param schemaVersion version of this record's JSON form
/// @param domain the VM
/// @param basis where latencies come from, for people
/// @param layouts what they cost, each with the weights of the same goal
/// @param settings what was asked of that is no layout
public record WhatIf(
        int schemaVersion, String domain, String basis, List<Layout> layouts, List<SettingEffect> settings) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    public WhatIf {
        layouts = List.copyOf(layouts);
        settings = List.copyOf(settings);
    }

    /// A layout.
    ///
    /// @param name which, for people
    /// @param vcpus how many vCPUs
    /// @param cpus host CPUs of the vCPUs together
    /// @param cost what it costs; empty where it cannot be
    /// @param reason why it cannot be; `""` if it can
    public record Layout(String name, int vcpus, String cpus, Optional<LayoutCost> cost, String reason) {}

    /// Something otherwise than planned.
    public sealed interface Alternative {
        /// Another number of vCPUs.
        record Vcpus(int number) implements Alternative {}

        /// Another goal.
        record For(Goal goal) implements Alternative {}

        /// Memory of another size, in bytes.
        record Memory(long bytes) implements Alternative {}

        /// A setting whose effect was measured.
        record Setting(SettingEffect effect) implements Alternative {}
    }

    /// Compares.
    ///
    /// @param request what the plan is asked for
    /// @param alternatives what else to look at
    public static WhatIf of(Host host, Domain domain, Request request, List<Alternative> alternatives) {
        return new Comparison(host, domain, request).with(alternatives);
    }

    private static final class Comparison {
        private final Host host;
        private final Domain domain;
        private final Request request;
        private final CpuModel machine;
        private final List<Layout> layouts = new ArrayList<>();

        Comparison(Host host, Domain domain, Request request) {
            this.host = host;
            this.domain = domain;
            this.request = request;
            machine = CpuModel.of(host);
        }

        WhatIf with(List<Alternative> alternatives) {
            int now = domain.vcpus().enabled().size();
            int vcpus = request.vcpus().orElse(now);
            CostFunction function = function(vcpus, request.goal());
            given(
                    "as it is",
                    DomainLayout.pins(domain, machine.online()),
                    DomainLayout.memory(domain, machine),
                    function(now, request.goal()));
            solved("planned", vcpus, request.memoryBytes().orElse(domain.memoryBytes()), request.goal());
            for (UsualLayout usual : UsualLayout.values()) {
                given(usual.words(), usual.pins(machine, vcpus), anywhere(), function);
            }
            List<SettingEffect> settings = new ArrayList<>();
            for (Alternative alternative : alternatives) {
                long memory = request.memoryBytes().orElse(domain.memoryBytes());
                switch (alternative) {
                    case Alternative.Vcpus(int number) -> solved("vcpus=" + number, number, memory, request.goal());
                    case Alternative.For(Goal goal) ->
                        solved("for=" + goal.name().toLowerCase(Locale.ROOT), vcpus, memory, goal);
                    case Alternative.Memory(long bytes) ->
                        solved("memory=" + (bytes >> 20) + "M", vcpus, bytes, request.goal());
                    case Alternative.Setting(SettingEffect effect) -> settings.add(effect);
                }
            }
            return new WhatIf(
                    SCHEMA_VERSION, domain.name(), function.latencies().basis(), layouts, settings);
        }

        private GuestMemory anywhere() {
            return new GuestMemory(machine.memoryBytes().keySet(), false);
        }

        private CostFunction function(int vcpus, Goal goal) {
            return PlacementSolver.function(host, machine, demand(vcpus, domain.memoryBytes(), goal));
        }

        private Demand demand(int vcpus, long memory, Goal goal) {
            return new Demand(vcpus, memory, DomainLayout.gpuNode(host, domain), goal, request.latencies());
        }

        private void given(String name, List<CpuSet> pins, GuestMemory memory, CostFunction function) {
            CpuSet all = pins.stream().reduce(CpuSet.of(), CpuSet::or);
            layouts.add(new Layout(name, pins.size(), all.toString(), Optional.of(function.of(pins, memory)), ""));
        }

        /// With the weights of the plan's own goal, so that costs can be compared.
        private void solved(String name, int vcpus, long memory, Goal goal) {
            switch (Placement.of(host, demand(vcpus, memory, goal))) {
                case Placed placed -> {
                    List<CpuSet> pins =
                            placed.cpus().stream().map(c -> CpuSet.of(c)).toList();
                    GuestMemory at = new GuestMemory(placed.memoryNodes(), placed.guestNuma());
                    given(name, pins, at, function(vcpus, request.goal()));
                }
                case Placement.Impossible(String reason) ->
                    layouts.add(new Layout(name, vcpus, "", Optional.empty(), reason));
            }
        }
    }
}
