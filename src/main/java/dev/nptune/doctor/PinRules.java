package dev.nptune.doctor;

import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.List;

/// Rules about which host CPUs a domain's threads run on.
final class PinRules {
    private PinRules() {}

    static List<Rule> all() {
        return List.of(ALL_CPUS_GIVEN, UNPINNED, EMULATOR_OVERLAP);
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
        CpuSet guest = HostFacts.pinned(domain);
        if (guest.isEmpty()) {
            return;
        }
        String wanted = "CPUs other than " + guest;
        domain.emulatorPin()
                .ifPresentOrElse(
                        pin -> {
                            if (pin.value().intersects(guest)) {
                                notes.found(pin.path() + "/@cpuset", pin.value().toString(), wanted);
                            }
                        },
                        () -> domain.vcpus()
                                .cpuset()
                                .ifPresentOrElse(
                                        floating -> {
                                            if (floating.intersects(guest)) {
                                                notes.found("vcpu/@cpuset", floating.toString(), wanted);
                                            }
                                        },
                                        () -> notes.found("cputune/emulatorpin", "(absent): every CPU", wanted)));
    }
}
