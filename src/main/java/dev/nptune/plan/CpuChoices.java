package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.host.Host;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.Placement.Placed;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/// What is told of the CPUs' part of a plan.
final class CpuChoices {
    private final Draft draft;
    private final Host host;
    private final Diagnosis diagnosis;
    private final List<String> fired;
    private final IntFunction<Demand> demand;

    /// @param fired the rules that the placement answers
    /// @param demand what is to be placed with another number of vCPUs
    CpuChoices(Draft draft, Host host, Diagnosis diagnosis, List<String> fired, IntFunction<Demand> demand) {
        this.draft = draft;
        this.host = host;
        this.diagnosis = diagnosis;
        this.fired = fired;
        this.demand = demand;
    }

    /// What the layout brings: less cost, and what the rules say that it mends.
    private String brings(Placed placed, LayoutCost now) {
        String effects = fired.stream()
                .filter(CpuPlan.ORDER::contains)
                .flatMap(rule -> diagnosis.finding(rule).stream())
                .map(finding -> finding.rule() + " is mended. " + finding.effect())
                .collect(Collectors.joining(" "));
        if (placed.cost().total() > now.total() * (1 - CpuPlan.WORTH)) {
            return effects;
        }
        String cost = String.format(
                Locale.ROOT,
                "modelled: a layout cost of %.0f instead of %.0f (now: %s)",
                placed.cost().total(),
                now.total(),
                now.words());
        return effects.isEmpty() ? cost : cost + ". " + effects;
    }

    void explain(Placed placed, LayoutCost now, int wanted, GuestShape shape) {
        int l3s = placed.shares().size();
        draft.choose(new Choice(
                Topic.CPU,
                "vCPUs on host CPUs " + placed.guest() + ", below " + (l3s == 1 ? "one L3 cache" : l3s + " L3 caches"),
                "Of all choices of whole cores it costs least: " + placed.cost().words() + " (" + placed.basis() + ").",
                brings(placed, now),
                "the host keeps CPUs " + placed.host()));
        smaller(placed);
        draft.choose(Choice.of(
                Topic.CPU,
                "QEMU's own threads on CPUs " + placed.emulator() + ", iothreads on " + placed.io(),
                "They are the host's cores nearest to the guest's, and no vCPU runs there."));
        if (placed.cpus().size() < wanted) {
            draft.choose(new Choice(
                    Topic.CPU,
                    placed.cpus().size() + " vCPUs instead of " + wanted,
                    "One core and its sibling must stay with the host, or it starves together with QEMU's own threads.",
                    "",
                    "fewer vCPUs for the guest"));
        }
        if (shape.isPadded()) {
            draft.choose(new Choice(
                    Topic.CPU,
                    shape.maximum() + " vCPU numbers, of which "
                            + (shape.maximum() - placed.cpus().size()) + " are disabled",
                    "A guest rounds the sharers of an L3 up to a power of two; so each L3 begins at such a number.",
                    "",
                    "disabled vCPUs look like missing pins to other tools"));
        }
        if (!placed.memoryNodes().isEmpty()) {
            draft.choose(Choice.of(
                    Topic.MEMORY,
                    "memory from NUMA node " + placed.memoryNodes().toString().replaceAll("[\\[\\]]", ""),
                    placed.guestNuma()
                            ? "The vCPUs lie on several nodes, and each has its own."
                            : "It is the nearest to the vCPUs and the graphics card that is large enough."));
        }
    }

    /// Fewer vCPUs that would fit below one L3, where these do not.
    private void smaller(Placed placed) {
        int largest = placed.shares().stream()
                .mapToInt(Placement.L3Share::vcpus)
                .max()
                .orElse(0);
        int fits = placed.shares().stream()
                .filter(share -> share.vcpus() == largest)
                .mapToInt(Placement.L3Share::hostThreads)
                .max()
                .orElse(0);
        if (placed.shares().size() > 1
                && fits < placed.cpus().size()
                && Placement.of(host, demand.apply(fits)) instanceof Placed less
                && less.shares().size() == 1) {
            draft.note(String.format(
                    Locale.ROOT,
                    "%d vCPUs would fit below one L3: %.0f ns between them instead of %.0f (--vcpus %d).",
                    fits,
                    less.cost().pairNanos(),
                    placed.cost().pairNanos(),
                    fits));
        }
    }
}
