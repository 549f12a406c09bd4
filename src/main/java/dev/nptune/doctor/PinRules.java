package dev.nptune.doctor;

import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Located;
import dev.nptune.vm.Pin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rules about which host CPUs a domain's threads run on.
final class PinRules {
    /// Places named as evidence at most.
    private static final int MOST = 8;

    private PinRules() {}

    static List<Rule> all() {
        return List.of(ALL_CPUS_GIVEN, DUP_PIN, ISOLCPUS_FLOATING, UNPINNED, EMULATOR_OVERLAP, IOTHREAD_OVERLAP);
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
        if (HostFacts.unpinned(domain).isEmpty()) {
            CpuSet pinned = HostFacts.pinned(domain);
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
        overlap(domain, "cputune/emulatorpin", domain.emulatorPin(), notes);
    }

    /// A thread of QEMU's without a pin floats over the domain's `cpuset`, or over every CPU.
    private static void overlap(Domain domain, String where, Optional<Located<CpuSet>> pin, Examination notes) {
        CpuSet guest = HostFacts.pinned(domain);
        if (guest.isEmpty()) {
            return;
        }
        String wanted = "CPUs other than " + guest;
        Optional<Located<CpuSet>> bound = pin.map(p -> new Located<>(p.path() + "/@cpuset", p.value()))
                .or(() -> domain.vcpus().cpuset().map(floating -> new Located<>("vcpu/@cpuset", floating)));
        if (bound.isEmpty()) {
            notes.found(where, "(absent): every CPU", wanted);
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
        domain.iothreadsInUse()
                .stream()
                .forEach(id -> overlap(
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
                .filter(e -> !e.getKey().isEmpty() && e.getValue().size() > e.getKey().size())
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
}
