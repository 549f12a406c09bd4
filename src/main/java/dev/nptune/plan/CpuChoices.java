package dev.nptune.plan;

import dev.nptune.host.Host;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.Placement.Placed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;

/// What is told of the CPUs' part of a plan.
final class CpuChoices {
    /// Fewer vCPUs than that are nobody's wish for the sake of a cache.
    private static final int ENOUGH = 6;

    private final Draft draft;
    private final Host host;
    private final List<String> mended;
    private final IntFunction<Demand> demand;

    /// @param mended the rules that fired and no longer do
    /// @param demand what is to be placed with another number of vCPUs
    CpuChoices(Draft draft, Host host, List<String> mended, IntFunction<Demand> demand) {
        this.draft = draft;
        this.host = host;
        this.mended = mended;
        this.demand = demand;
    }

    /// Rules about what the guest is told, whatever its threads run on.
    private static final Set<String> TOLD = Set.of("smt-pairs", "threads-impossible", "l3-cross", "l3-nonpow2");

    /// What the layout brings: less cost, and that the guest knows what it has.
    private String brings(Placed placed, LayoutCost now) {
        List<String> all = new ArrayList<>();
        if (placed.cost().total() <= now.total() * (1 - CpuPlan.WORTH)) {
            all.add(String.format(
                    Locale.ROOT,
                    "modelled: a layout cost of %.0f instead of %.0f (now: %s)",
                    placed.cost().total(),
                    now.total(),
                    now.words()));
        }
        List<String> told = mended.stream().filter(TOLD::contains).toList();
        if (!told.isEmpty()) {
            all.add("the guest's scheduler knows which of its CPUs share a core or a cache (" + String.join(", ", told)
                    + ")");
        }
        return String.join("; ", all);
    }

    void explain(Placed placed, LayoutCost now, int wanted, GuestShape shape) {
        int l3s = placed.shares().size();
        draft.choose(new Choice(
                Topic.CPU,
                "vCPUs on host CPUs " + placed.guest() + below(l3s),
                (placed.exact()
                                ? "No other choice of cores costs less: "
                                : "It is the cheapest choice of cores that was found: ")
                        + placed.cost().words() + " (" + placed.basis() + ").",
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
                    placed.shares().size() > 1
                            ? "A guest rounds the sharers of an L3 up to a power of two; so each L3 begins at such a"
                                    + " number."
                            : "The guest has one thread of a core of which others have more.",
                    "",
                    "disabled vCPUs look like missing pins to other tools"));
        }
    }

    /// Tells where the memory comes from.
    static void memory(Draft draft, Placed placed) {
        draft.choose(Choice.of(
                Topic.MEMORY,
                "memory from NUMA node " + placed.memoryNodes().toString().replaceAll("[\\[\\]]", ""),
                placed.guestNuma()
                        ? "The vCPUs lie on several nodes, and each has its own."
                        : "It is the nearest to the vCPUs and the graphics card that is large enough."));
    }

    private String below(int l3s) {
        if (!CpuModel.of(host).l3Known()) {
            draft.note("which CPUs share an L3 cache is not known here: all are taken to share one.");
            return "";
        }
        return ", below " + (l3s == 1 ? "one L3 cache" : l3s + " L3 caches");
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
                && fits >= ENOUGH
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
