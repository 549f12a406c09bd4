package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Layouts side by side: as the VM is, as it is planned, as people usually do it, and what if something were otherwise.
///
/// @param schemaVersion version of this record's JSON form
/// @param domain the VM
/// @param goal whose weights every cost is of, an alternative's for another goal too
/// @param basis where latencies come from, for people
/// @param layouts what they cost
/// @param settings what was asked of that is no layout
public record WhatIf(
        int schemaVersion, String domain, Goal goal, String basis, List<Layout> layouts, List<SettingEffect> settings) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    public WhatIf {
        layouts = List.copyOf(layouts);
        settings = List.copyOf(settings);
    }

    /// Where a layout comes from.
    public enum Kind {
        NOW,
        PLANNED,
        USUAL,
        ALTERNATIVE
    }

    /// A layout.
    ///
    /// @param kind where it comes from
    /// @param name which, for people
    /// @param vcpus how many vCPUs
    /// @param pins the host CPUs of each vCPU, in vCPU order; none where it cannot be
    /// @param cost what it costs; empty where it cannot be
    /// @param reason why it cannot be, without a full stop; `""` if it can
    public record Layout(
            Kind kind, String name, int vcpus, List<CpuSet> pins, Optional<LayoutCost> cost, String reason) {
        public Layout {
            pins = List.copyOf(pins);
        }

        /// Whether it has the same CPUs in the same order, and costs the same.
        public boolean isAs(Layout other) {
            return pins.equals(other.pins) && cost.equals(other.cost);
        }
    }

    /// Something otherwise than planned.
    public sealed interface Alternative {
        /// How it was asked for, as `key=value`.
        String word();

        /// Another number of vCPUs.
        record Vcpus(String word, int number) implements Alternative {}

        /// Another goal.
        record For(String word, Goal goal) implements Alternative {}

        /// Memory of another size, in bytes.
        record Memory(String word, long bytes) implements Alternative {}

        /// A setting whose effect was measured.
        record Setting(SettingEffect effect) implements Alternative {
            @Override
            public String word() {
                return effect.setting();
            }
        }
    }

    /// Compares. The plan, and that of each alternative, is the one that [Planner#plan] makes of the same arguments.
    ///
    /// @param request what the plan is asked for
    /// @param alternatives what else to look at
    public static WhatIf of(
            Host host,
            Domain domain,
            Diagnosis diagnosis,
            Map<String, String> files,
            Request request,
            List<Alternative> alternatives) {
        return new Comparison(host, domain, diagnosis, files, request).with(alternatives);
    }
}
