package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.Placement.Impossible;
import dev.nptune.plan.Placement.Placed;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Places a domain's threads and memory, and shows the guest the processor it then has.
///
/// The owner's layout stays if it costs no more than the best one does, to a percent, and no rule finds fault with it.
final class CpuPlan {
    /// Rules that the placement answers.
    static final List<String> PLACES = List.of(
            "unpinned",
            "dup-pin",
            "all-cpus-given",
            "isolcpus-floating",
            "emulator-overlap",
            "iothread-overlap",
            "smt-pairs",
            "threads-impossible",
            "sockets-gt1",
            "l3-cross",
            "l3-nonpow2",
            "x3d-ccd",
            "hybrid-mix",
            "prefcore",
            "numa-remote",
            "numa-memoryless");

    /// Those of them that no layout with the same CPUs would have.
    static final Set<String> ORDER = Set.of(
            "unpinned",
            "dup-pin",
            "all-cpus-given",
            "isolcpus-floating",
            "smt-pairs",
            "threads-impossible",
            "l3-cross",
            "l3-nonpow2",
            "numa-remote");

    /// A layout that is better by less is not worth moving for.
    static final double WORTH = 0.01;

    private final Draft draft;
    private final Host host;
    private final Findings findings;
    private final Diagnosis diagnosis;
    private final Request request;

    private CpuPlan(Draft draft, Host host, Findings findings, Request request) {
        this.draft = draft;
        this.host = host;
        this.findings = findings;
        this.diagnosis = findings.diagnosis();
        this.request = request;
    }

    /// Why as many vCPUs as were asked for cannot be.
    static Optional<Refusal> refusal(Host host, Domain domain, Request request) {
        boolean changes = request.vcpus()
                .filter(v -> v != domain.vcpus().enabled().size())
                .isPresent();
        if (changes && domain.root().find("cpu/numa").isPresent()) {
            return Optional.of(new Refusal(
                    "the guest has NUMA nodes, each with vCPUs of its own",
                    "change <vcpu> and <numa> together with virsh edit, and plan again without --vcpus"));
        }
        return request.vcpus().flatMap(vcpus -> {
            Demand demand = demand(host, domain, request, vcpus);
            return Placement.of(host, demand) instanceof Impossible(String reason)
                    ? Optional.of(new Refusal(reason, "ask for fewer: --vcpus N"))
                    : Optional.empty();
        });
    }

    /// Adds the CPUs' part.
    static void add(Draft draft, Host host, Findings findings, Request request) {
        new CpuPlan(draft, host, findings, request).add();
    }

    private void add() {
        if (!isConcerned()) {
            oneSocket();
            return;
        }
        if (draft.domain().root().find("cpu/numa").isPresent()) {
            nodesOfItsOwn();
            return;
        }
        int wanted = request.vcpus().orElse(draft.domain().vcpus().enabled().size());
        int vcpus = request.vcpus().isPresent() ? wanted : affordable(wanted);
        switch (Placement.of(host, demand(vcpus))) {
            case Impossible(String reason) -> {
                PLACES.stream()
                        .filter(diagnosis::fired)
                        .findFirst()
                        .ifPresent(rule -> draft.leave(rule, "left alone: " + reason + "."));
                PLACES.forEach(draft::answer);
            }
            case Placed placed -> {
                LayoutCost now = costNow(vcpus);
                boolean moved = vcpus != draft.domain().vcpus().enabled().size()
                        || ORDER.stream().anyMatch(diagnosis::fired)
                        || placed.cost().total() < now.total() * (1 - WORTH);
                if (moved) {
                    place(placed, now, wanted);
                } else {
                    new HelperThreads(draft, host, diagnosis).settle(placed);
                }
            }
        }
    }

    /// A VM that nobody pinned and that passes no graphics card is not placed, unless somebody says how many vCPUs.
    private boolean isConcerned() {
        return !draft.keeps(Topic.CPU)
                && (request.vcpus().isPresent()
                        || diagnosis.fired("unpinned")
                        || !HostFacts.pinned(draft.domain()).isEmpty());
    }

    private void oneSocket() {
        Domain domain = draft.domain();
        int vcpus = domain.vcpus().maximum();
        int threads = domain.topology().map(t -> t.threads()).orElse(1);
        if (!draft.keeps(Topic.CPU) && diagnosis.fired("sockets-gt1") && vcpus % threads == 0) {
            draft.domain("sockets-gt1", "one socket", domain.withTopology(vcpus / threads, threads));
            draft.choose(new Choice(
                    Topic.CPU,
                    "one socket of " + vcpus / threads + " cores",
                    "Desktop editions of Windows use one or two sockets and leave the others idle.",
                    "reported by one user: 2 sockets of 8 cores scored the same with 8 and 16 threads"
                            + " (redaphid/virtual-gaming-windows)",
                    "Windows may ask for activation again"));
        }
    }

    /// As many as the VM has, or, where the host would starve, as many whole cores' as it can give.
    private int affordable(int vcpus) {
        CpuModel machine = CpuModel.of(host);
        int room = machine.room();
        boolean pairs = machine.cores().stream().allMatch(core -> core.cpus().size() == 2);
        int most = pairs ? room / 2 * 2 : room;
        return most < 1 ? vcpus : Math.min(vcpus, most);
    }

    private Demand demand(int vcpus) {
        return demand(host, draft.domain(), request, vcpus);
    }

    /// What is to be placed of a domain as a person asks for it.
    static Demand demand(Host host, Domain domain, Request request, int vcpus) {
        return new Demand(
                vcpus,
                request.memoryBytes().orElse(domain.memoryBytes()),
                DomainLayout.gpuNode(host, domain),
                request.goal(),
                request.latencies());
    }

    private LayoutCost costNow(int vcpus) {
        CpuModel machine = CpuModel.of(host);
        CostFunction function = PlacementSolver.function(host, machine, demand(vcpus));
        return function.of(
                DomainLayout.pins(draft.domain(), machine.online()), DomainLayout.memory(draft.domain(), machine));
    }

    /// Pins follow the nodes that its owner made, or an earlier plan.
    private void nodesOfItsOwn() {
        List<String> fired =
                PLACES.stream().filter(diagnosis::fired).filter(findings::fired).toList();
        if (!fired.isEmpty()) {
            fired.forEach(draft::answer);
            draft.note(
                    String.join(", ", fired) + ": left alone: the guest has NUMA nodes of its own, and which vCPUs and"
                            + " which memory belong together is said there. Pin the vCPUs of each to the host's node that its"
                            + " memory is bound to.");
        }
    }

    private void place(Placed placed, LayoutCost now, int wanted) {
        GuestShape shape = GuestShape.of(placed);
        boolean passthrough = draft.domain()
                .cpuMode()
                .filter(m -> m.value().equals("host-passthrough"))
                .isPresent();
        boolean truth = passthrough && (shape.threads() == 1 || GuestShape.showsThreads(host));
        if (!truth) {
            shape = new GuestShape(
                    IntStream.range(0, placed.cpus().size()).boxed().toList(),
                    placed.cpus().size(),
                    1,
                    false);
        }
        shape = withRoom(shape);
        Domain domain = draft.domain().withVcpus(shape.maximum(), shape.enabled());
        for (int i = 0; i < placed.cpus().size(); i++) {
            domain = domain.withVcpuPin(
                    shape.numbers().get(i), CpuSet.of(placed.cpus().get(i)));
        }
        draft.domain(List.of(), "each vCPU on a CPU of its own", HelperThreads.with(domain, placed));
        topology(shape, truth, placed);
        boolean memory = memory(placed, shape);
        List<String> mended = PLACES.stream()
                .filter(diagnosis::fired)
                .filter(rule -> !findings.fired(rule))
                .toList();
        draft.domainAnswers(mended);
        new CpuChoices(draft, host, mended, this::demand).explain(placed, now, wanted, shape);
        if (memory) {
            CpuChoices.memory(draft, placed);
        }
    }

    /// vCPUs that can be plugged in later stay, where nothing needs their numbers.
    private GuestShape withRoom(GuestShape shape) {
        Domain domain = draft.domain();
        int maximum = domain.vcpus().maximum();
        boolean plain = !shape.isPadded()
                && request.vcpus().isEmpty()
                && domain.root().find("vcpus").isEmpty()
                && domain.vcpus().enabled().equals(shape.enabled())
                && maximum % shape.threads() == 0;
        return plain ? new GuestShape(shape.numbers(), maximum, shape.threads(), shape.severalL3()) : shape;
    }

    /// With neighbouring vCPUs on one core, the guest's scheduler must know it. On AMD that takes topoext.
    private void topology(GuestShape shape, boolean truth, Placed placed) {
        Domain domain = draft.domain();
        int shown = domain.topology().map(t -> t.threads()).orElse(1);
        if (!truth) {
            if (shown != placed.threads()) {
                draft.note("the guest sees " + shown + " thread(s) per core but gets " + placed.threads()
                        + "; showing it the truth takes cpu mode host-passthrough and, on AMD, the topoext flag.");
            }
            int threads = shape.maximum() % shown == 0 ? shown : 1;
            if (fits(domain, shape.maximum())) {
                return;
            }
            draft.domain(List.of(), "", domain.withTopology(shape.maximum() / threads, threads));
            return;
        }
        Domain edited = domain.withTopology(shape.cores(), shape.threads());
        if (GuestShape.isAmd(host) && shape.threads() > 1) {
            edited = edited.withFeature("topoext", "require");
        }
        if (shape.severalL3()) {
            edited = edited.withCachePassthrough();
        }
        boolean news = shown != shape.threads() || !fits(domain, shape.maximum());
        draft.domain(List.of(), "the guest sees its real cores", edited);
        draft.domain("topoext-missing", "", edited);
        if (news) {
            draft.note("the guest now sees " + Math.ceilDiv(shape.numbers().size(), shape.threads()) + " cores of "
                    + (shape.threads() == 1 ? "one thread" : shape.threads() + " threads")
                    + "; Windows may ask for activation again.");
        }
    }

    /// Whether what topology there is has as many threads as there are vCPU numbers; none fits any.
    private static boolean fits(Domain domain, int maximum) {
        return domain.topology()
                .map(t -> t.sockets() * t.dies() * t.cores() * t.threads() == maximum)
                .orElse(true);
    }

    /// @return whether the domain's memory goes where the placement says
    private boolean memory(Placed placed, GuestShape shape) {
        Domain domain = draft.domain();
        if (placed.memoryNodes().isEmpty() || draft.keeps(Topic.MEMORY)) {
            return false;
        }
        Optional<String> mode = domain.root().find("numatune/memory").flatMap(e -> e.attribute("mode"));
        if (mode.filter(m -> !m.equals("strict")).isPresent()) {
            draft.note("the guest's memory is taken from several nodes on purpose (mode='" + mode.get()
                    + "'): that stays.");
            return false;
        }
        if (placed.guestNuma()) {
            draft.domain(
                    List.of(),
                    "a guest NUMA node for each of the host's",
                    domain.withGuestNodes(shape.nodes(placed, domain.memoryBytes() >> 20)));
        } else {
            CpuSet nodes =
                    CpuSet.of(placed.memoryNodes().stream().mapToInt(n -> n).toArray());
            draft.domain(List.of(), "memory beside the vCPUs", domain.withMemoryNodes(nodes));
        }
        return true;
    }
}
