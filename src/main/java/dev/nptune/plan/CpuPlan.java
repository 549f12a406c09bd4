package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.plan.CostFunction.GuestMemory;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.Placement.Impossible;
import dev.nptune.plan.Placement.Placed;
import dev.nptune.vm.Domain;
import dev.nptune.vm.GuestNode;
import dev.nptune.vm.HostDev;
import dev.nptune.vm.Located;
import dev.nptune.vm.Pin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Places a domain's threads and memory, and shows the guest the processor it then has.
///
/// The owner's layout stays if it costs no more than the best one does, to a percent, and no rule finds fault with it.
final class CpuPlan {
    /// Rules that the placement answers.
    private static final List<String> PLACES = List.of(
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
    private static final Set<String> ORDER = Set.of(
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
    private static final double WORTH = 0.01;

    private final Draft draft;
    private final Host host;
    private final Diagnosis diagnosis;
    private final Request request;

    private CpuPlan(Draft draft, Host host, Diagnosis diagnosis, Request request) {
        this.draft = draft;
        this.host = host;
        this.diagnosis = diagnosis;
        this.request = request;
    }

    /// Adds the CPUs' part.
    ///
    /// @return the placement, if the VM is pinned by the plan or was well pinned before
    static Optional<Placed> add(Draft draft, Host host, Diagnosis diagnosis, Request request) {
        return new CpuPlan(draft, host, diagnosis, request).add();
    }

    private Optional<Placed> add() {
        if (!isConcerned()) {
            oneSocket();
            return Optional.empty();
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
                return Optional.empty();
            }
            case Placed placed -> {
                LayoutCost now = costNow(vcpus);
                boolean moved = vcpus != draft.domain().vcpus().enabled().size()
                        || ORDER.stream().anyMatch(diagnosis::fired)
                        || placed.cost().total() < now.total() * (1 - WORTH);
                if (moved) {
                    place(placed, now, wanted);
                } else {
                    helpers(placed);
                }
                return Optional.of(placed);
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
        int least = machine.cores().stream()
                .mapToInt(core -> core.cpus().size())
                .min()
                .orElse(0);
        int room = machine.online().size() - least;
        boolean pairs = machine.cores().stream().allMatch(core -> core.cpus().size() == 2);
        int most = pairs ? room / 2 * 2 : room;
        return most < 1 ? vcpus : Math.min(vcpus, most);
    }

    private Demand demand(int vcpus) {
        return new Demand(
                vcpus,
                request.memoryBytes().orElse(draft.domain().memoryBytes()),
                gpuNode(host, draft.domain()),
                request.goal(),
                request.latencies());
    }

    /// The node of the first passed card whose node is known.
    static Optional<Integer> gpuNode(Host host, Domain domain) {
        return domain.hostdevs().stream()
                .map(HostDev::address)
                .flatMap(address -> host.function(address).stream())
                .filter(PciFunction::isDisplay)
                .flatMap(f -> f.numaNode().get().stream())
                .findFirst();
    }

    private LayoutCost costNow(int vcpus) {
        CpuModel machine = CpuModel.of(host);
        CostFunction function = PlacementSolver.function(host, machine, demand(vcpus));
        return function.of(pins(draft.domain(), machine.online()), memory(draft.domain(), machine));
    }

    /// Where each vCPU of a domain may run.
    static List<CpuSet> pins(Domain domain, CpuSet online) {
        CpuSet floating = domain.vcpus().cpuset().orElse(online);
        return domain.vcpus().enabled().stream()
                .mapToObj(vcpu -> domain.vcpuPins().stream()
                        .filter(pin -> pin.thread() == vcpu)
                        .findFirst()
                        .map(Pin::cpus)
                        .orElse(floating))
                .toList();
    }

    /// The nodes a domain's memory is bound to; all that have memory where nothing binds it. A guest with
    /// nodes of its own is taken to have them where its vCPUs are.
    static GuestMemory memory(Domain domain, CpuModel machine) {
        Set<Integer> bound = new TreeSet<>();
        domain.root().all("numatune/memory").stream()
                .flatMap(e -> e.attribute("nodeset").stream())
                .forEach(text -> {
                    try {
                        CpuSet.parse(text).stream().forEach(bound::add);
                    } catch (IllegalArgumentException _) {
                        // libvirt would refuse it; then nothing is bound
                    }
                });
        boolean cells = domain.root().find("cpu/numa").isPresent();
        return new GuestMemory(bound.isEmpty() ? machine.memoryBytes().keySet() : bound, cells);
    }

    private void place(Placed placed, LayoutCost now, int wanted) {
        Domain before = draft.domain();
        GuestShape shape = GuestShape.of(placed);
        boolean passthrough = before.cpuMode()
                .filter(m -> m.value().equals("host-passthrough"))
                .isPresent();
        boolean truth = passthrough && (shape.threads() == 1 || !amd() || flag("topoext"));
        if (!truth) {
            shape = new GuestShape(
                    IntStream.range(0, placed.cpus().size()).boxed().toList(),
                    placed.cpus().size(),
                    1,
                    false);
        }
        Domain domain = before.withVcpus(shape.maximum(), shape.enabled());
        for (int i = 0; i < placed.cpus().size(); i++) {
            domain = domain.withVcpuPin(
                    shape.numbers().get(i), CpuSet.of(placed.cpus().get(i)));
        }
        domain = withHelpers(domain, placed);
        draft.domain(fired(), "each vCPU on a CPU of its own", domain);
        PLACES.forEach(draft::answer);
        topology(shape, truth, placed);
        memory(placed, shape);
        explain(placed, now, wanted, shape);
    }

    private List<String> fired() {
        return PLACES.stream().filter(diagnosis::fired).toList();
    }

    private boolean amd() {
        return host.cpu().vendor().get().filter("AuthenticAMD"::equals).isPresent();
    }

    private boolean flag(String flag) {
        return host.cpu().flags().get().filter(f -> f.contains(flag)).isPresent();
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
            draft.domain(fired(), "", domain.withTopology(shape.maximum() / threads, threads));
            return;
        }
        Domain edited = domain.withTopology(shape.cores(), shape.threads());
        if (amd() && shape.threads() > 1) {
            edited = edited.withFeature("topoext", "require");
        }
        if (shape.severalL3()) {
            edited = edited.withCachePassthrough();
        }
        boolean news = shown != shape.threads() || !fits(domain, shape.maximum());
        draft.domain(fired(), "the guest sees its real cores", edited);
        draft.domain("topoext-missing", "", edited);
        if (news) {
            draft.note("the guest now sees " + shape.numbers().size() / shape.threads() + " cores of "
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
                && Placement.of(host, demand(fits)) instanceof Placed less
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

    private void memory(Placed placed, GuestShape shape) {
        Domain domain = draft.domain();
        if (placed.memoryNodes().isEmpty() || draft.keeps(Topic.MEMORY)) {
            return;
        }
        boolean shown = domain.root().find("cpu/numa").isPresent();
        if (shown) {
            draft.note("numa-remote: the guest has NUMA nodes of its own already; which of the host's nodes they are"
                    + " bound to is left as it is.");
        } else if (placed.guestNuma()) {
            draft.domain(
                    fired(),
                    "a guest NUMA node for each of the host's",
                    domain.withGuestNodes(nodes(placed, shape, domain.memoryBytes() >> 20)));
        } else {
            CpuSet nodes =
                    CpuSet.of(placed.memoryNodes().stream().mapToInt(n -> n).toArray());
            draft.domain(fired(), "memory beside the vCPUs", domain.withMemoryNodes(nodes));
        }
    }

    /// Each with memory for its share of the vCPUs, the last with what is left; disabled numbers go with those before.
    static List<GuestNode> nodes(Placed placed, GuestShape shape, long mib) {
        TreeMap<Integer, CpuSet> numbers = new TreeMap<>(Comparator.comparingInt(node ->
                placed.shares().stream().map(Placement.L3Share::node).toList().indexOf(node)));
        int at = 0;
        int count = 0;
        TreeMap<Integer, Integer> vcpus = new TreeMap<>(numbers.comparator());
        for (Placement.L3Share share : placed.shares()) {
            count += share.vcpus();
            int end = count < shape.numbers().size() ? shape.numbers().get(count) : shape.maximum();
            numbers.merge(share.node(), CpuSet.range(at, end - 1), CpuSet::or);
            vcpus.merge(share.node(), share.vcpus(), Integer::sum);
            at = end;
        }
        long left = mib;
        List<GuestNode> nodes = new ArrayList<>();
        for (var node : numbers.entrySet()) {
            boolean last = nodes.size() == numbers.size() - 1;
            long share = last
                    ? left
                    : mib * vcpus.getOrDefault(node.getKey(), 0) / placed.cpus().size();
            left -= share;
            nodes.add(new GuestNode(node.getValue(), share << 20, node.getKey()));
        }
        return nodes;
    }

    /// Of a domain whose pins stay: QEMU's own threads off them, new iothreads beside the emulator.
    private void helpers(Placed placed) {
        CpuSet guest = HostFacts.pinned(draft.domain());
        if (guest.isEmpty()) {
            return;
        }
        if (diagnosis.fired("emulator-overlap") || diagnosis.fired("iothread-overlap")) {
            CpuModel machine = CpuModel.of(host);
            CpuSet cores = machine.cores().stream()
                    .map(CpuModel.Core::cpus)
                    .filter(guest::intersects)
                    .reduce(guest, CpuSet::or);
            CpuSet free = machine.online().minus(cores).minus(machine.isolated());
            CpuSet cpus = free.isEmpty() ? machine.online().minus(guest) : free;
            if (cpus.isEmpty()) {
                draft.leave("emulator-overlap", "left alone: no online CPU is known that no vCPU is pinned to.");
                return;
            }
            boolean same = placed.guest().equals(guest);
            Domain edited = same ? withHelpers(draft.domain(), placed) : withHelpers(draft.domain(), cpus, cpus);
            draft.domain("emulator-overlap", "QEMU's own threads off the guest's CPUs", edited);
            draft.domain("iothread-overlap", "", edited);
            draft.choose(Choice.of(
                    Topic.CPU,
                    "QEMU's own threads run on CPUs " + (same ? placed.emulator() : cpus),
                    "They ran on the guest's CPUs and took time from vCPUs."));
        }
        bindNewIothreads();
        PLACES.forEach(draft::answer);
    }

    /// An iothread that the plan adds to a pinned domain goes where QEMU's own threads are, not over the guest's CPUs.
    private void bindNewIothreads() {
        Domain domain = draft.domain();
        CpuSet bound =
                CpuSet.of(domain.iothreadPins().stream().mapToInt(Pin::thread).toArray());
        Optional<CpuSet> emulator = domain.emulatorPin().map(Located::value);
        boolean added = draft.answered("no-iothread") || draft.answered("disk-emulated");
        if (added && emulator.isPresent()) {
            domain.iothreads().stream()
                    .flatMap(t -> t.value().minus(bound).stream().boxed())
                    .forEach(thread -> draft.domain(
                            "no-iothread",
                            "iothreads beside the emulator",
                            draft.domain().withIothreadPin(thread, emulator.get())));
        }
    }

    private static Domain withHelpers(Domain domain, Placed placed) {
        return withHelpers(domain, placed.emulator(), placed.io());
    }

    private static Domain withHelpers(Domain domain, CpuSet emulator, CpuSet io) {
        Domain edited = domain.withEmulatorPin(emulator);
        for (int thread :
                edited.iothreads().map(t -> t.value().stream().boxed().toList()).orElse(List.of())) {
            edited = edited.withIothreadPin(thread, io);
        }
        return edited;
    }

    /// What the layout brings: less cost, and what the rules say that it mends.
    private String brings(Placed placed, LayoutCost now) {
        String effects = fired().stream()
                .filter(ORDER::contains)
                .flatMap(rule -> diagnosis.finding(rule).stream())
                .map(finding -> finding.rule() + " is mended. " + finding.effect())
                .collect(Collectors.joining(" "));
        if (placed.cost().total() > now.total() * (1 - WORTH)) {
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

    private void explain(Placed placed, LayoutCost now, int wanted, GuestShape shape) {
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
}
