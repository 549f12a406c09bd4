package dev.nptune.doctor;

import dev.nptune.host.Cpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Interrupt;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Located;
import dev.nptune.vm.Pin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rules about which host CPUs a domain's threads run on.
final class PinRules {
    /// Places named as evidence at most.
    private static final int MOST = 8;

    private static final Set<String> HOST_GROUPS = Set.of("init.scope", "system.slice", "user.slice");

    /// As `systemctl set-property` takes it.
    private static final Pattern ALLOWED =
            Pattern.compile("\\b(init\\.scope|system\\.slice|user\\.slice)\\b.*\\bAllowedCPUs=[\"']?([0-9][0-9,-]*)");

    /// Interrupts of the guest's own devices, and those of queues that the kernel spreads over the CPUs for good.
    private static final Pattern UNMOVED = Pattern.compile("vfio-.*|nvme\\d+q[1-9]\\d*|virtio\\d+-req\\.\\d+");

    /// Interrupts that came less often since the start disturb nobody.
    private static final long OFTEN = 1000;

    private PinRules() {}

    static List<Rule> all() {
        return List.of(
                HOST_ON_GUEST_CPUS,
                ALL_CPUS_GIVEN,
                DUP_PIN,
                ISOLCPUS_FLOATING,
                UNPINNED,
                EMULATOR_OVERLAP,
                IOTHREAD_OVERLAP,
                RT_SCHED,
                CPU_PM,
                IRQ_AFFINITY);
    }

    private static final Rule ALL_CPUS_GIVEN = Rule.of(
                    "all-cpus-given", Category.CPU_PINNING, Severity.HIGH, Need.DOMAIN, Need.TOPOLOGY)
            .title("The guest takes every core of the host")
            .effect("The host and QEMU's own threads have no core of their own: they run whenever they take one"
                    + " from a vCPU, which the guest feels as stutter and late input.")
            .fix("Give the guest fewer vCPUs, so that at least one core, better two, stays with the host.")
            .risk("Fewer vCPUs for the guest.")
            .source("gnif/LookingGlass install_libvirt.rst")
            .when(PinRules::allCpusGiven);

    private static void allCpusGiven(Host host, Domain domain, Examination notes) {
        List<CpuSet> cores = HostFacts.cores(host, notes);
        if (cores.isEmpty() || !notes.missing().isEmpty()) {
            notes.missing(host.cpu().online().source(), "the machine's cores are not known");
            return;
        }
        CpuSet online = cores.stream().reduce(CpuSet.of(), CpuSet::or);
        String where = host.cpu().online().source();
        CpuSet pinned = HostFacts.pinned(domain);
        boolean oneEach = pinned.size() <= domain.vcpus().enabled().size();
        if (HostFacts.unpinned(domain).isEmpty() && oneEach) {
            if (cores.stream().allMatch(pinned::intersects)) {
                notes.found("cputune/vcpupin", pinned.toString(), "one whole core of " + online + " left out");
            }
        } else {
            int largest = cores.stream().mapToInt(CpuSet::size).max().orElse(1);
            int vcpus = domain.vcpus().enabled().size();
            if (online.size() - vcpus < largest) {
                notes.found(domain.vcpus().path(), Integer.toString(vcpus), "at most " + (online.size() - largest));
                notes.found(where, online.toString(), "more CPUs than the guest has");
            }
        }
    }

    private static final Rule UNPINNED = Rule.of("unpinned", Category.CPU_PINNING, Severity.HIGH, Need.DOMAIN, Need.PCI)
            .title("vCPUs of a graphics passthrough VM float over the host's CPUs")
            .effect("The host moves vCPUs between cores and caches: each move is a cold cache, and two vCPUs may meet"
                    + " on one core.")
            .fix("Pin each vCPU to a CPU of its own, siblings to siblings, within one L3 cache if they fit.")
            .risk("A pinned CPU that the host uses too hurts more than before: leave the host a core.")
            .source("gnif/LookingGlass install_libvirt.rst;"
                    + " Level1Techs, \"Patch NPT on Ryzen for Better Performance\"")
            .when((host, domain, notes) -> {
                CpuSet floating = HostFacts.unpinned(domain);
                if (!floating.isEmpty()
                        && !HostFacts.passedDisplays(host, domain, notes).isEmpty()) {
                    notes.found("cputune/vcpupin", "none for vCPU " + floating, "a pin for every vCPU");
                }
            });

    private static final Rule EMULATOR_OVERLAP = Rule.of(
                    "emulator-overlap", Category.CPU_PINNING, Severity.HIGH, Need.DOMAIN)
            .title("QEMU's own threads run on the guest's CPUs")
            .effect("Device emulation and timers take time from vCPUs: jitter.")
            .fix("Bind the emulator to CPUs that no vCPU uses: <emulatorpin cpuset='…'/>.")
            .source("libvirt formatdomain, \"CPU Tuning\"")
            .when(PinRules::emulatorOverlap);

    private static void emulatorOverlap(Host host, Domain domain, Examination notes) {
        overlap(host, domain, "cputune/emulatorpin", domain.emulatorPin(), notes);
    }

    /// A thread of QEMU's without a pin floats over the domain's `cpuset`, or over every CPU that is not isolated.
    /// Whether
    /// the guest's are isolated only the host tells: without it such a thread is in the way possibly.
    private static void overlap(
            Host host, Domain domain, String where, Optional<Located<CpuSet>> pin, Examination notes) {
        CpuSet guest = HostFacts.pinned(domain);
        if (guest.isEmpty()) {
            return;
        }
        String wanted = "CPUs other than " + guest;
        Optional<Located<CpuSet>> bound = pin.map(p -> new Located<>(p.path() + "/@cpuset", p.value()))
                .or(() -> domain.vcpus().cpuset().map(floating -> new Located<>("vcpu/@cpuset", floating)));
        if (bound.isEmpty()) {
            switch (host.cpu().isolated()) {
                case Fact.Known<CpuSet>(CpuSet isolated, String _) when isolated.containsAll(guest) -> {}
                case Fact.Unreadable<CpuSet> _ -> notes.possible(where, "(absent): every CPU", wanted);
                default -> notes.found(where, "(absent): every CPU", wanted);
            }
        }
        bound.filter(b -> b.value().intersects(guest))
                .ifPresent(b -> notes.found(b.path(), b.value().toString(), wanted));
    }

    private static final Rule IOTHREAD_OVERLAP = Rule.of(
                    "iothread-overlap", Category.CPU_PINNING, Severity.HIGH, Need.DOMAIN)
            .title("Disk threads run on the guest's CPUs")
            .effect("Disk I/O takes time from vCPUs just when the guest loads something: stutter.")
            .fix("Bind each iothread to CPUs that no vCPU uses: <iothreadpin iothread='1' cpuset='…'/>.")
            .source("libvirt formatdomain, \"CPU Tuning\"")
            .when(PinRules::iothreadOverlap);

    /// An iothread that nothing uses sleeps wherever it is.
    private static void iothreadOverlap(Host host, Domain domain, Examination notes) {
        domain.iothreadsInUse().stream()
                .forEach(id -> overlap(
                        host,
                        domain,
                        "cputune/iothreadpin[@iothread='" + id + "']",
                        domain.iothreadPins().stream()
                                .filter(p -> p.thread() == id)
                                .findFirst()
                                .map(p -> new Located<>(p.path(), p.cpus())),
                        notes));
    }

    private static final Rule DUP_PIN = Rule.of("dup-pin", Category.CPU_PINNING, Severity.CRITICAL, Need.DOMAIN)
            .title("vCPUs share a host CPU")
            .effect("Only one of them runs at a time; the guest waits for locks that the other holds.")
            .fix("Pin each vCPU to a CPU of its own.")
            .when(PinRules::dupPin);

    /// As many vCPUs as CPUs may share one set.
    private static void dupPin(Host host, Domain domain, Examination notes) {
        List<String> crowded = bySet(domain).entrySet().stream()
                .filter(e -> !e.getKey().isEmpty()
                        && e.getValue().size() > e.getKey().size())
                .map(e -> "vCPU " + Pinning.vcpus(e.getValue()) + " on CPU " + e.getKey())
                .toList();
        if (!crowded.isEmpty()) {
            notes.found("cputune/vcpupin", Pinning.brief(crowded), "a CPU for each vCPU");
        }
    }

    private static Map<CpuSet, List<Pin>> bySet(Domain domain) {
        return Pinning.of(domain).values().stream()
                .collect(Collectors.groupingBy(Pin::cpus, LinkedHashMap::new, Collectors.toList()));
    }

    private static final Rule ISOLCPUS_FLOATING = Rule.of(
                    "isolcpus-floating", Category.CPU_PINNING, Severity.CRITICAL, Need.DOMAIN, Need.ISOLATION)
            .title("Threads float over isolated CPUs")
            .effect("On CPUs of isolcpus= the kernel balances nothing: threads bound to several of them stack up on"
                    + " one.")
            .fix("Pin each vCPU to one isolated CPU; bind emulator and iothreads to CPUs that are not isolated.")
            .source("Linux Documentation/admin-guide/kernel-parameters.txt, isolcpus")
            .when(PinRules::isolcpusFloating);

    /// Among isolated and other CPUs a thread stays with the others, where it is balanced.
    private static void isolcpusFloating(Host host, Domain domain, Examination notes) {
        List<Located<CpuSet>> wide = Stream.of(
                        bySet(domain).entrySet().stream()
                                .map(e -> new Located<>(e.getValue().getFirst().path() + "/@cpuset", e.getKey())),
                        domain.vcpus().cpuset().filter(_ -> floats(domain)).stream()
                                .map(cpus -> new Located<>("vcpu/@cpuset", cpus)),
                        domain.emulatorPin().stream().map(e -> new Located<>(e.path() + "/@cpuset", e.value())),
                        domain.iothreadPins().stream()
                                .filter(p -> domain.iothreadsInUse().contains(p.thread()))
                                .map(p -> new Located<>(p.path() + "/@cpuset", p.cpus())))
                .flatMap(s -> s)
                .filter(l -> l.value().size() > 1)
                .toList();
        if (wide.isEmpty()) {
            return;
        }
        CpuSet isolated = notes.read(host.cpu().isolated()).orElse(CpuSet.of());
        wide.stream()
                .filter(l -> isolated.containsAll(l.value()))
                .limit(MOST)
                .forEach(l -> notes.found(
                        l.path(), l.value().toString(), "one CPU, or CPUs other than the isolated " + isolated));
    }

    /// Whether some thread of a domain runs over its `cpuset`.
    private static boolean floats(Domain domain) {
        return domain.emulatorPin().isEmpty() || !HostFacts.unpinned(domain).isEmpty();
    }

    private static final Rule HOST_ON_GUEST_CPUS = Rule.of(
                    "host-on-guest-cpus",
                    Category.CPU_PINNING,
                    Severity.CRITICAL,
                    Need.DOMAIN,
                    Need.TOPOLOGY,
                    Need.ISOLATION,
                    Need.HOOKS)
            .title("The host's processes are kept on CPUs of the guest")
            .effect("All work of the host is forced onto vCPUs' CPUs, the contrary of what was meant.")
            .fix("Give AllowedCPUs= of system.slice, user.slice and init.scope the CPUs that no vCPU has.")
            .source("systemd.resource-control(5), AllowedCPUs=")
            .when(PinRules::hostOnGuestCpus);

    private static void hostOnGuestCpus(Host host, Domain domain, Examination notes) {
        CpuSet guest = HostFacts.pinned(domain);
        if (guest.isEmpty()) {
            return;
        }
        CpuSet online = notes.read(host.cpu().online()).orElse(CpuSet.of());
        String wanted = "CPUs other than " + guest;
        Hooks.lines(host, domain).stream()
                .flatMap(line -> ALLOWED.matcher(line.text())
                        .results()
                        .filter(m -> TopologyRules.numbers(m.group(2))
                                .filter(cpus -> restricts(cpus, online) && cpus.intersects(guest))
                                .isPresent())
                        .map(m -> new Located<>(line.path(), m.group(1) + " AllowedCPUs=" + m.group(2))))
                .distinct()
                .limit(MOST)
                .forEach(set -> notes.found(set.path(), set.value(), wanted));
        for (Cpu.Slice slice : hostGroups(host, notes)) {
            notes.read(slice.cpus())
                    .filter(cpus -> restricts(cpus, online) && cpus.intersects(guest))
                    .ifPresent(cpus -> notes.found(slice.cpus().source(), cpus.toString(), wanted));
        }
    }

    private static boolean restricts(CpuSet cpus, CpuSet online) {
        return !cpus.containsAll(online);
    }

    /// The control groups of the host's own processes; a machine without systemd has none.
    private static List<Cpu.Slice> hostGroups(Host host, Examination notes) {
        host.gaps().stream()
                .filter(gap -> gap.source().startsWith("/sys/fs/cgroup"))
                .forEach(gap -> notes.missing(gap.source(), gap.reason()));
        return host.cpu().slices().stream()
                .filter(s -> HOST_GROUPS.contains(s.name()))
                .toList();
    }

    private static final Rule RT_SCHED = Rule.of(
                    "rt-sched",
                    Category.CPU_PINNING,
                    Severity.MEDIUM,
                    Need.DOMAIN,
                    Need.TOPOLOGY,
                    Need.ISOLATION,
                    Need.HOOKS)
            .title("vCPUs have real-time priority on CPUs that the host uses too")
            .effect("While such a vCPU is busy, nothing of the host runs there: the host stalls.")
            .fix("Remove <vcpusched>, or keep the host off these CPUs.")
            .when(PinRules::rtSched);

    private static void rtSched(Host host, Domain domain, Examination notes) {
        CpuSet enabled = domain.vcpus().enabled();
        CpuSet vcpus = domain.root().all("cputune/vcpusched").stream()
                .filter(e -> e.has("scheduler", "fifo") || e.has("scheduler", "rr"))
                .map(e -> e.attribute("vcpus")
                        .flatMap(TopologyRules::numbers)
                        .orElse(enabled)
                        .and(enabled))
                .reduce(CpuSet.of(), CpuSet::or);
        if (!vcpus.isEmpty()) {
            shared(host, domain, vcpus, notes)
                    .ifPresent(how -> notes.found(
                            "cputune/vcpusched", "vCPU " + vcpus + ", and " + how, "none, or CPUs of its own"));
        }
    }

    private static final Rule CPU_PM = Rule.of(
                    "cpu-pm",
                    Category.CPU_PINNING,
                    Severity.MEDIUM,
                    Need.DOMAIN,
                    Need.TOPOLOGY,
                    Need.ISOLATION,
                    Need.HOOKS)
            .title("The guest may put CPUs to sleep that are not its own")
            .effect("With cpu-pm=on an idle vCPU never leaves its CPU: whatever else is to run there waits.")
            .fix("Remove -overcommit cpu-pm=on, or give each vCPU a CPU that nothing else uses.")
            .risk("Without it each idle phase of the guest exits to the host.")
            .when(PinRules::cpuPm);

    private static void cpuPm(Host host, Domain domain, Examination notes) {
        List<Located<String>> arguments = domain.qemuArguments();
        for (int i = 1; i < arguments.size(); i++) {
            Located<String> argument = arguments.get(i);
            if (arguments.get(i - 1).value().equals("-overcommit")
                    && List.of(argument.value().split(",")).contains("cpu-pm=on")) {
                shared(host, domain, domain.vcpus().enabled(), notes)
                        .ifPresent(how -> notes.found(
                                argument.path() + "/@value", "cpu-pm=on, and " + how, "off, or CPUs of its own"));
            }
        }
    }

    /// How some vCPUs share CPUs with the host, in words; a hook that keeps the host off some CPUs is trusted.
    private static Optional<String> shared(Host host, Domain domain, CpuSet vcpus, Examination notes) {
        CpuSet floating = HostFacts.unpinned(domain).and(vcpus);
        if (!floating.isEmpty()) {
            return Optional.of("vCPU " + floating + " floats");
        }
        if (Hooks.mention(host, domain, "AllowedCPUs", "cset ", "cpuset", "vfio-isolate")) {
            return Optional.empty();
        }
        CpuSet cpus = Pinning.cpus(Pinning.of(domain).values().stream()
                        .filter(p -> vcpus.contains(p.thread()))
                        .toList())
                .minus(notes.read(host.cpu().isolated()).orElse(CpuSet.of()));
        CpuSet online = notes.read(host.cpu().online()).orElse(CpuSet.of());
        List<Cpu.Slice> groups = hostGroups(host, notes);
        CpuSet hosts = groups.stream()
                .map(s -> notes.read(s.cpus()).orElse(online))
                .reduce(CpuSet::or)
                .orElse(online);
        return Optional.of(cpus.and(hosts)).filter(both -> !both.isEmpty()).map(both -> "the host runs on CPU " + both);
    }

    private static final Rule IRQ_AFFINITY = Rule.of(
                    "irq-affinity", Category.INTERRUPTS, Severity.LOW, Need.DOMAIN, Need.INTERRUPTS, Need.HOOKS)
            .title("Interrupts of the host's devices go to the guest's CPUs")
            .effect("Each stops a vCPU until the host has served it: jitter.")
            .fix("Ban these CPUs with IRQBALANCE_BANNED_CPULIST, or write /proc/irq/N/smp_affinity_list.")
            .risk("The host's devices share fewer CPUs.")
            .when(PinRules::irqAffinity);

    private static void irqAffinity(Host host, Domain domain, Examination notes) {
        CpuSet guest = HostFacts.pinned(domain);
        if (guest.isEmpty() || Hooks.mention(host, domain, "smp_affinity", "irqbalance", "IRQBALANCE")) {
            return;
        }
        List<String> there = new ArrayList<>();
        for (Interrupt interrupt : notes.read(host.interrupts()).orElse(List.of())) {
            List<String> movable = interrupt.actions().stream()
                    .filter(a -> !UNMOVED.matcher(a).matches())
                    .toList();
            if (!movable.isEmpty() && interrupt.count() >= OFTEN) {
                CpuSet on = notes.read(interrupt.effectiveAffinity())
                        .map(guest::and)
                        .orElse(CpuSet.of());
                if (!on.isEmpty()) {
                    there.add(interrupt.number() + " (" + String.join(", ", movable) + ") on CPU " + on);
                }
            }
        }
        if (!there.isEmpty()) {
            notes.found("/proc/irq/*/effective_affinity_list", Pinning.brief(there), "CPUs other than " + guest);
        }
    }
}
