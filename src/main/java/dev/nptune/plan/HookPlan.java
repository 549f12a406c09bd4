package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.HostFacts;
import dev.nptune.doctor.OwnHooks;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Keeps the host off the guest's CPUs while the VM runs, by a libvirt hook (see [HookScript]); nothing is taken from
/// the host while the VM is off, and nothing needs a reboot.
///
/// Of a core of which the guest has any CPU, all are kept free: what the host did on the others would slow the guest's.
final class HookPlan {
    /// Words of hooks that do the same.
    private static final String[] OTHERS = {"AllowedCPUs", "vfio-isolate", "cset ", "cpuset.cpus"};

    /// What libvirt runs for a VM. It looks at its start whether there is any, and at none that is made later if not.
    private static final Pattern RUN_FOR_VMS = Pattern.compile("/etc/libvirt/hooks/qemu(\\.d/[^/]+)?");

    /// What there is to do where libvirt has looked for none.
    static final String RESTART =
            "libvirt looks for hooks when it starts: restart its daemon once (sudo systemctl restart"
                    + " libvirtd, or virtqemud; running VMs go on).";

    private HookPlan() {}

    static void add(Draft draft, Host host, Diagnosis diagnosis) {
        Domain domain = draft.domain();
        CpuSet guest = HostFacts.pinned(domain);
        boolean oneEach = HostFacts.unpinned(domain).isEmpty()
                && guest.size() == domain.vcpus().enabled().size();
        if (draft.keeps(Topic.HOST)
                || draft.keeps(Topic.CPU)
                || domain.hostdevs().isEmpty()
                || !oneEach) {
            return;
        }
        stale(draft, host);
        CpuSet kept = cores(host, guest);
        Optional<Hook> there = OwnHooks.at(host, HookScript.path(domain.name()));
        Optional<String> obstacle = obstacle(host, domain, kept, there);
        if (obstacle.isPresent()) {
            draft.note("isolation: " + obstacle.get());
            return;
        }
        answered(diagnosis).forEach(draft::answer);
        write(draft, host, diagnosis, kept, there.flatMap(hook -> hook.text().get()));
        irqbalance(draft, host, kept);
    }

    private static void write(Draft draft, Host host, Diagnosis diagnosis, CpuSet kept, Optional<String> before) {
        String name = draft.domain().name();
        String after = HookScript.of(name, kept);
        if (before.equals(Optional.of(after))) {
            return;
        }
        draft.choose(new Choice(
                Topic.HOST,
                "while the VM runs the host's services, sessions and interrupts keep off CPUs " + kept,
                "A libvirt hook moves them and gives all back when the VM stops; kernel threads and other VMs it leaves"
                        + " where they are, and isolcpus= would take the CPUs for good.",
                "no services, sessions and movable interrupts of the host on the guest's CPUs",
                host.cpu()
                        .online()
                        .get()
                        .map(online -> "the host has CPUs " + online.minus(kept) + " while the VM runs")
                        .orElse("the host has the other CPUs while the VM runs")));
        draft.change(new Change.EditFile(
                "Keep services, sessions and interrupts off CPUs " + kept + " while " + name + " runs",
                answered(diagnosis),
                HookScript.path(name),
                before.orElse(null),
                after));
        if (!foundAtStart(host)) {
            draft.note("isolation: " + RESTART);
        }
    }

    /// Whether libvirt has had a hook to find: it takes no file that nobody may execute for one.
    static boolean foundAtStart(Host host) {
        return host.virtualization().hooks().stream()
                .filter(hook -> RUN_FOR_VMS.matcher(hook.path()).matches())
                .anyMatch(hook -> hook.mode().get().filter(m -> m.executable()).isPresent());
    }

    private static void irqbalance(Draft draft, Host host, CpuSet kept) {
        if (host.virtualization().daemons().contains("irqbalance")
                && !HostFacts.othersHooksMention(host, draft.domain(), "irqbalance", "IRQBALANCE")) {
            draft.note(
                    "isolation: irqbalance runs and may move interrupts back to the guest's CPUs: stop it while the VM"
                            + " runs (sudo systemctl stop irqbalance), or set IRQBALANCE_BANNED_CPULIST=" + kept
                            + " in /etc/default/irqbalance (Fedora: /etc/sysconfig/irqbalance) and restart it.");
        }
    }

    /// Tells of hooks of ours that no defined VM has any more. Where no definition was read, nothing is known of that.
    private static void stale(Draft draft, Host host) {
        List<String> defined =
                host.virtualization().domains().stream().map(DomainFile::name).toList();
        List<String> used = Stream.concat(
                        defined.stream(), Stream.of(draft.domain().name()))
                .flatMap(name -> Stream.of(HookScript.path(name), OwnHooks.hostdevs(name), ScreenScript.path(name)))
                .toList();
        host.virtualization().hooks().stream()
                .filter(hook -> !defined.isEmpty() && HostFacts.isOwnHook(hook) && !used.contains(hook.path()))
                .forEach(hook -> draft.note("isolation: " + hook.path()
                        + " was made by nptune for a VM that is not defined any more: it can be removed."));
    }

    /// The online CPUs of all cores of which the guest has any.
    private static CpuSet cores(Host host, CpuSet guest) {
        CpuSet siblings = host.cpu().logical().stream()
                .filter(cpu -> guest.contains(cpu.id()))
                .flatMap(cpu -> cpu.threadSiblings().get().stream())
                .reduce(CpuSet.of(), CpuSet::or);
        return guest.or(host.cpu().online().get().map(siblings::and).orElse(siblings));
    }

    private static List<String> answered(Diagnosis diagnosis) {
        return List.of("irq-affinity", "governor").stream()
                .filter(diagnosis::fired)
                .toList();
    }

    private static Optional<String> obstacle(Host host, Domain domain, CpuSet kept, Optional<Hook> there) {
        if (there.isPresent() && !HostFacts.isOwnHook(there.get())) {
            return Optional.of(there.get().path() + " is there and not of nptune's making: it stays.");
        }
        if (there.isEmpty() && HostFacts.othersHooksMention(host, domain, OTHERS)) {
            return Optional.of("a hook of yours sees to the host's CPUs already: it stays as it is.");
        }
        if (host.cpu().isolated().get().filter(i -> i.containsAll(kept)).isPresent()) {
            return Optional.of("the guest's CPUs are isolated at boot (isolcpus=) already.");
        }
        if (host.cpu().online().get().filter(kept::containsAll).isPresent()) {
            return Optional.of("the guest has a part of every core: none is left for the host alone.");
        }
        if (host.cpu().slices().stream().allMatch(s -> s.cpus() instanceof Fact.Unreadable)) {
            return Optional.of(
                    "no cgroup of systemd's was read, by which the host could be kept off the guest's CPUs.");
        }
        Optional<Boolean> newEnough = HostFacts.libvirtFrom(host, 6, 5);
        if (newEnough.isEmpty()) {
            return Optional.of("libvirt's version is not known; from 6.5 on it runs hooks from a folder.");
        }
        return newEnough.get()
                ? Optional.empty()
                : Optional.of("libvirt before 6.5 runs no hooks from a folder: keep the host off CPUs " + kept
                        + " from /etc/libvirt/hooks/qemu.");
    }
}
