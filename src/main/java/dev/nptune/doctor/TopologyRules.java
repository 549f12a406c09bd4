package dev.nptune.doctor;

import dev.nptune.host.Cpu.CoreClass;
import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology;
import dev.nptune.host.CpuTopology.Core;
import dev.nptune.host.CpuTopology.L3;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import dev.nptune.vm.Located;
import dev.nptune.vm.Pin;
import dev.nptune.vm.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Rules about the processor topology the guest sees.
final class TopologyRules {
    private static final String PINS = "cputune/vcpupin";

    /// Models that only emulate an old processor, or the least that every processor with KVM has.
    private static final Set<String> EMULATED = Set.of(
            "qemu64",
            "qemu32",
            "kvm64",
            "kvm32",
            "cpu64-rhel5",
            "cpu64-rhel6",
            "486",
            "pentium",
            "pentium2",
            "pentium3",
            "coreduo",
            "core2duo",
            "n270",
            "athlon",
            "phenom");

    private static final Pattern WINDOWS_SERVER = Pattern.compile(".*/win/2k\\d.*");

    private TopologyRules() {}

    static List<Rule> all() {
        return List.of(
                CPU_MODEL_EMULATED,
                TOPOEXT_MISSING,
                THREADS_IMPOSSIBLE,
                SMT_PAIRS,
                SOCKETS_GT1,
                L3_CROSS,
                L3_NONPOW2,
                X3D_CCD,
                HYBRID_MIX,
                PREFCORE);
    }

    private static final Rule CPU_MODEL_EMULATED = Rule.of(
                    "cpu-model-emulated", Category.TOPOLOGY, Severity.CRITICAL, Need.DOMAIN)
            .title("The guest sees an emulated old processor, not the host's")
            .effect("It lacks AVX and other instructions: programs take slow paths, some games do not start.")
            .fix("Set <cpu mode='host-passthrough'/>.")
            .risk("Windows sees another processor and may ask for activation again.")
            .source("gnif/LookingGlass install_libvirt.rst")
            .when(TopologyRules::cpuModelEmulated);

    /// A `-cpu` handed past libvirt counts before the XML's.
    private static void cpuModelEmulated(Host host, Domain domain, Examination notes) {
        String arch =
                domain.root().find("os/type").flatMap(t -> t.attribute("arch")).orElse("x86_64");
        if (!domain.root().has("type", "kvm") || !Set.of("x86_64", "i686").contains(arch)) {
            return;
        }
        Optional<Located<String>> argument = cpuArgument(domain);
        Optional<Element> model = domain.root().find("cpu/model");
        if (argument.isPresent()) {
            argument.filter(a -> EMULATED.contains(a.value()))
                    .ifPresent(a -> notes.found(a.path() + "/@value", a.value(), "host"));
        } else if (domain.cpuMode().map(Located::value).orElse("custom").equals("custom")) {
            if (model.isEmpty()) {
                notes.found("cpu/@mode", "(absent): qemu64", "host-passthrough");
            }
            model.filter(m -> EMULATED.contains(m.content()))
                    .ifPresent(m -> notes.found(m.path(), m.content(), "mode='host-passthrough'"));
        }
    }

    /// The model of the last `-cpu` argument.
    private static Optional<Located<String>> cpuArgument(Domain domain) {
        return GuestCpu.cpuArguments(domain).stream()
                .reduce((_, later) -> later)
                .map(a -> new Located<>(a.path(), a.value().split(",", 2)[0]));
    }

    private static final Rule TOPOEXT_MISSING = Rule.of(
                    "topoext-missing", Category.TOPOLOGY, Severity.CRITICAL, Need.DOMAIN, Need.PROCESSOR)
            .title("The guest cannot see which of its CPUs share a core")
            .effect("An AMD guest learns of SMT through the topoext leaves. Without them it takes threads for cores"
                    + " and puts two busy threads on one; QEMU warns that the CPU doesn't support hyperthreading.")
            .fix("Add <feature policy='require' name='topoext'/> to <cpu>.")
            .risk("Windows sees another processor and may ask for activation again.")
            .source("cockpit-machines issue 2381; gnif/LookingGlass install_libvirt.rst")
            .when(TopologyRules::topoextMissing);

    private static void topoextMissing(Host host, Domain domain, Examination notes) {
        boolean threads = domain.topology().map(Topology::threads).orElse(1) > 1;
        boolean passthrough = domain.cpuMode()
                .filter(m -> m.value().equals("host-passthrough"))
                .isPresent();
        var setting = domain.feature("topoext");
        if (!threads || !passthrough || GuestCpu.flag(domain, "topoext").orElse(false) || !HostFacts.amd(host, notes)) {
            return;
        }
        if (notes.read(host.cpu().flags()).filter(f -> f.contains("topoext")).isPresent()) {
            notes.found(
                    setting.map(f -> f.path() + "/@policy").orElse("cpu/feature[@name='topoext']"),
                    setting.map(f -> f.policy()).orElse("(absent)"),
                    "require");
        }
    }

    private static final Rule THREADS_IMPOSSIBLE = Rule.of(
                    "threads-impossible", Category.TOPOLOGY, Severity.CRITICAL, Need.DOMAIN, Need.TOPOLOGY)
            .title("The guest's cores have more threads than any core of the host")
            .effect(
                    "The guest takes whole cores for threads of one core and leaves most of them idle under light load.")
            .fix("Set threads to the host's threads per core (the wanted value), and cores to vCPUs / threads.")
            .risk("Windows sees another processor and may ask for activation again.")
            .when(TopologyRules::threadsImpossible);

    private static void threadsImpossible(Host host, Domain domain, Examination notes) {
        Optional<Topology> guest = domain.topology().filter(t -> t.threads() > 1);
        if (guest.isEmpty()) {
            return;
        }
        CpuTopology topology = HostFacts.topology(host, notes);
        int most = threads(Pinning.cores(host, topology, topology.cpus(), notes));
        if (guest.get().threads() <= most) {
            // what is not known of other cores cannot take these threads away
            return;
        }
        if (notes.missing().isEmpty()) {
            notes.found(
                    guest.get().path() + "/@threads",
                    Integer.toString(guest.get().threads()),
                    "" + most);
        }
    }

    private static int threads(List<Core> cores) {
        return cores.stream().mapToInt(c -> c.cpus().size()).max().orElse(0);
    }

    private static final Rule SMT_PAIRS = Rule.of(
                    "smt-pairs", Category.TOPOLOGY, Severity.CRITICAL, Need.DOMAIN, Need.TOPOLOGY)
            .title("What the guest takes for threads of one core are not threads of one core")
            .effect("The guest's scheduler spreads work over its cores first: with the wrong pairs it puts two busy"
                    + " threads on one host core while others idle.")
            .fix("Pin vCPU 0 and 1 to the two siblings of a core, 2 and 3 to the next, and set threads='2'"
                    + " (on AMD with topoext).")
            .risk("Siblings are n and n+1 on some machines, n and n+cores on others: read thread_siblings_list.")
            .source("ayufan/pve-helpers issue 9; bryansteiner/gpu-passthrough-tutorial issue 19")
            .when(TopologyRules::smtPairs);

    private static void smtPairs(Host host, Domain domain, Examination notes) {
        Collection<Pin> pins = Pinning.of(domain).values();
        if (pins.size() < 2) {
            return;
        }
        int threads = Math.max(1, domain.topology().map(Topology::threads).orElse(1));
        CpuTopology topology = HostFacts.topology(host, notes);
        List<Core> cores = Pinning.cores(host, topology, HostFacts.pinned(domain), notes);
        if (threads == 1) {
            sharedCores(domain, pins, cores, notes);
        } else if (threads <= threads(cores)) {
            splitCores(pins, threads, cores, notes);
        }
    }

    /// One thread per guest core, and vCPUs that share a host core all the same. Pins wider than a core say nothing.
    private static void sharedCores(Domain domain, Collection<Pin> pins, List<Core> cores, Examination notes) {
        List<String> shared = new ArrayList<>();
        for (Core core : cores) {
            List<Pin> on =
                    pins.stream().filter(p -> core.cpus().containsAll(p.cpus())).toList();
            if (on.size() > 1 && Pinning.cpus(on).size() > 1) {
                shared.add(pair(on));
            }
        }
        if (!shared.isEmpty()) {
            notes.found(
                    domain.topology().map(Topology::path).orElse("cpu/topology") + "/@threads",
                    "1, but one core has " + Pinning.brief(shared),
                    "2, or a core for each vCPU");
        }
    }

    /// Guest cores whose vCPUs are each bound to one host core, and not all to the same.
    private static void splitCores(Collection<Pin> pins, int threads, List<Core> cores, Examination notes) {
        List<String> split = new ArrayList<>();
        pins.stream()
                .collect(Collectors.groupingBy(p -> p.thread() / threads, TreeMap::new, Collectors.toList()))
                .values()
                .forEach(guestCore -> {
                    boolean narrow = guestCore.stream()
                            .allMatch(p -> cores.stream().anyMatch(c -> c.cpus().containsAll(p.cpus())));
                    CpuSet all = Pinning.cpus(guestCore);
                    if (narrow && cores.stream().noneMatch(c -> c.cpus().containsAll(all))) {
                        split.add(pair(guestCore));
                    }
                });
        if (!split.isEmpty()) {
            notes.found(PINS, Pinning.brief(split), "both vCPUs of a guest core on siblings" + example(cores));
        }
    }

    private static String pair(List<Pin> pins) {
        return "vCPU " + Pinning.vcpus(pins) + " on CPU " + Pinning.cpus(pins);
    }

    private static String example(List<Core> cores) {
        return cores.stream()
                .map(Core::cpus)
                .filter(c -> c.size() > 1)
                .findFirst()
                .map(c -> ", which are numbered as in " + c)
                .orElse("");
    }

    private static final Rule SOCKETS_GT1 = Rule.of("sockets-gt1", Category.TOPOLOGY, Severity.HIGH, Need.DOMAIN)
            .title("Windows sees several processor sockets")
            .effect("Desktop editions use one or two sockets and leave the rest idle: 2 sockets of 8 cores scored the"
                    + " same with 8 and 16 threads, 1 of 8 with SMT 60 % more (single-user report).")
            .fix("Set sockets='1' in <topology>, keep threads, and make cores = vCPUs / threads.")
            .risk("Windows sees another processor and may ask for activation again.")
            .source("redaphid/virtual-gaming-windows")
            .when(TopologyRules::socketsGt1);

    /// Without a topology libvirt asks for a socket per vCPU. Guest nodes make sockets deliberate.
    private static void socketsGt1(Host host, Domain domain, Examination notes) {
        int sockets =
                domain.topology().map(Topology::sockets).orElse(domain.vcpus().maximum());
        boolean desktop = domain.windows()
                .filter(w -> !WINDOWS_SERVER.matcher(w).matches())
                .isPresent();
        if (sockets > 1 && desktop && cells(domain).size() < 2) {
            notes.found(
                    domain.topology().map(Topology::path).orElse("cpu/topology") + "/@sockets",
                    domain.topology().isPresent() ? "" + sockets : "(absent): " + sockets,
                    "1");
        }
    }

    /// The vCPUs of each NUMA node of the guest.
    static List<CpuSet> cells(Domain domain) {
        return domain.root().all("cpu/numa/cell").stream()
                .flatMap(c -> c.attribute("cpus").stream())
                .flatMap(text -> numbers(text).stream())
                .toList();
    }

    /// A list of numbers out of XML that has no accessor, if it is one.
    static Optional<CpuSet> numbers(String text) {
        try {
            return Optional.of(CpuSet.parse(text));
        } catch (IllegalArgumentException notAList) {
            return Optional.empty();
        }
    }

    private static final Rule L3_CROSS = Rule.of(
                    "l3-cross", Category.TOPOLOGY, Severity.HIGH, Need.DOMAIN, Need.TOPOLOGY)
            .title("The guest takes CPUs of several L3 caches for sharers of one")
            .effect("Threads that share data land on different caches, and each access crosses the fabric between"
                    + " them.")
            .fix("Pin all vCPUs below one L3; if they do not fit, add <cache mode='passthrough'/> to <cpu> and"
                    + " number the vCPUs L3 by L3, unused numbers disabled in <vcpus>.")
            .risk("Disabled vCPUs look like missing pins to other tools.")
            .source("Oracle Linux blog on topology in QEMU guests (Genoa); ayufan/pve-helpers issue 9")
            .when((host, domain, notes) -> l3(host, domain, notes, false));

    private static final Rule L3_NONPOW2 = Rule.of(
                    "l3-nonpow2", Category.TOPOLOGY, Severity.HIGH, Need.DOMAIN, Need.TOPOLOGY)
            .title("The guest splits its CPUs over L3 caches at the wrong places")
            .effect("A guest rounds the number of sharers of an L3 up to a power of two, 6 to 8: vCPUs of the next"
                    + " cache count as the first one's.")
            .fix("Raise <vcpu> and cores in <topology> to 8 numbers for each L3 of 6 threads, disable the surplus"
                    + " ones in <vcpus>, and move the pins to the new numbers.")
            .risk("Disabled vCPUs look like missing pins to other tools.")
            .source("Linux arch/x86/kernel/cpu/cacheinfo.c; Zile995/PinnacleRidge-Polaris-GPU-Passthrough")
            .when((host, domain, notes) -> l3(host, domain, notes, true));

    /// Both rules about L3 caches have the same evidence; which of them it is follows from the way out: numbers that
    /// stand L3 by L3 already lack nothing but the padding.
    private static void l3(Host host, Domain domain, Examination notes, boolean padding) {
        CpuSet pinned = HostFacts.pinned(domain);
        if (Pinning.of(domain).size() < 2) {
            return;
        }
        List<L3> spanned = Pinning.l3(host, HostFacts.topology(host, notes), pinned, notes).stream()
                .filter(c -> c.cpus().intersects(pinned))
                .toList();
        GuestCaches guest = new GuestCaches(domain, spanned);
        List<String> crossing = guest.crossing();
        if (!crossing.isEmpty() && guest.needsPadding() == padding) {
            notes.found(
                    PINS,
                    Pinning.brief(crossing),
                    padding
                            ? guest.room() + " vCPU numbers for each L3, the unused ones disabled"
                            : "one L3, or cache passthrough and vCPUs numbered L3 by L3");
        }
    }

    private static final Rule X3D_CCD = Rule.of(
                    "x3d-ccd", Category.TOPOLOGY, Severity.HIGH, Need.DOMAIN, Need.PROCESSOR, Need.TOPOLOGY, Need.PCI)
            .title("A graphics VM runs outside of the cores with the stacked L3 cache")
            .effect("Games see an L3 of 32 MiB where the other half of the processor has 96 MiB.")
            .fix("Pin the vCPUs to the CPUs below the large L3, and leave the other cores to the host.")
            .risk("Fewer cores for the guest if it had more than that half.")
            .source("Linux Documentation/ABI/testing/sysfs-bus-platform-drivers-amd_x3d_vcache")
            .when(TopologyRules::x3dCcd);

    private static void x3dCcd(Host host, Domain domain, Examination notes) {
        CpuSet pinned = HostFacts.pinned(domain);
        if (pinned.isEmpty() || !HostFacts.amd(host, notes)) {
            return;
        }
        CpuTopology topology = HostFacts.topology(host, notes);
        List<L3> caches = Pinning.l3(host, topology, topology.cpus(), notes);
        if (caches.size() > 1) {
            caches.stream()
                    .filter(c -> c.bytes().isEmpty())
                    .flatMap(c -> c.cpus().first().stream().boxed())
                    .flatMap(cpu -> host.cpu().logical().stream().filter(l -> l.id() == cpu))
                    .forEach(l -> notes.read(l.l3Bytes()));
        }
        CpuSet large = caches.stream().filter(L3::x3d).map(L3::cpus).reduce(CpuSet.of(), CpuSet::or);
        CpuSet small = caches.stream().filter(c -> !c.x3d()).map(L3::cpus).reduce(CpuSet.of(), CpuSet::or);
        if (!large.isEmpty()
                && small.intersects(pinned)
                && !HostFacts.passedDisplays(host, domain, notes).isEmpty()) {
            notes.found(PINS, "CPU " + small.and(pinned), "CPUs below the large L3: " + large);
        }
    }

    private static final Rule HYBRID_MIX = Rule.of(
                    "hybrid-mix", Category.TOPOLOGY, Severity.HIGH, Need.DOMAIN, Need.TOPOLOGY)
            .title("Some vCPUs run on performance cores, others on efficient ones")
            .effect("The guest takes its CPUs for equal: a frame waits for the thread that landed on a slow one.")
            .fix("Pin all vCPUs to performance cores; leave the efficient ones to the host and the emulator.")
            .risk("Fewer vCPUs for the guest.")
            .when(TopologyRules::hybridMix);

    private static void hybridMix(Host host, Domain domain, Examination notes) {
        CpuSet pinned = HostFacts.pinned(domain);
        if (pinned.size() < 2) {
            return;
        }
        List<CoreClass> classes = notes.read(host.cpu().coreClasses()).orElse(List.of());
        CpuSet fast = cpus(classes, true);
        CpuSet slow = cpus(classes, false);
        if (fast.intersects(pinned) && slow.intersects(pinned)) {
            notes.found(PINS, "efficient cores' CPU " + slow.and(pinned), "CPUs of performance cores: " + fast);
        }
    }

    private static CpuSet cpus(List<CoreClass> classes, boolean fast) {
        return classes.stream()
                .filter(c -> (c.kind() == CoreClass.Kind.PERFORMANCE) == fast)
                .map(CoreClass::cpus)
                .reduce(CpuSet.of(), CpuSet::or);
    }

    private static final Rule PREFCORE = Rule.of(
                    "prefcore", Category.TOPOLOGY, Severity.LOW, Need.DOMAIN, Need.TOPOLOGY, Need.PCI)
            .after("x3d-ccd")
            .title("The fastest cores of the processor are left to the host")
            .effect("The guest's busiest thread runs on cores that boost less than the two best.")
            .fix("Swap cores: pin vCPUs to the cores with the highest acpi_cppc/highest_perf.")
            .risk("Do not leave the large L3 of an X3D processor for them.")
            .when(TopologyRules::prefcore);

    /// On a processor with a stacked cache the guest's own L3 counts before a faster core elsewhere.
    private static void prefcore(Host host, Domain domain, Examination notes) {
        CpuSet pinned = HostFacts.pinned(domain);
        if (pinned.isEmpty()) {
            return;
        }
        CpuTopology topology = HostFacts.topology(host, notes);
        boolean stacked = topology.l3().stream().anyMatch(L3::x3d);
        CpuSet within = topology.l3().stream()
                .map(L3::cpus)
                .filter(c -> stacked && c.intersects(pinned))
                .reduce(CpuSet::or)
                .orElse(topology.cpus());
        host.cpu().logical().stream().filter(l -> within.contains(l.id())).forEach(l -> notes.read(l.highestPerf()));
        List<Core> best = topology.preferred().stream()
                .filter(c -> within.containsAll(c.cpus()))
                .toList();
        Optional<Integer> own = best.stream()
                .filter(c -> c.cpus().intersects(pinned))
                .flatMap(c -> c.highestPerf().stream())
                .max(Comparator.naturalOrder());
        if (own.isEmpty() || best.size() < 2) {
            return;
        }
        int second = best.get(1).highestPerf().orElse(0);
        if (own.get() < second && !HostFacts.passedDisplays(host, domain, notes).isEmpty()) {
            notes.found(
                    PINS,
                    "cores of highest_perf " + own.get() + " at most",
                    "CPU " + best.getFirst().cpus() + " or " + best.get(1).cpus() + ": " + second + " and more");
        }
    }
}
