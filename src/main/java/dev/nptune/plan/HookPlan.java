package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;

/// Keeps the host off the guest's CPUs while the VM runs, by a libvirt hook (see [HookScript]); nothing is taken from
/// the
/// host while the VM is off, and nothing needs a reboot.
final class HookPlan {
    /// Words of hooks that do the same.
    private static final String[] OTHERS = {"AllowedCPUs", "vfio-isolate", "cset ", "cpuset.cpus"};

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
        String path = HookScript.path(domain.name());
        Optional<Hook> there = host.virtualization().hooks().stream()
                .filter(hook -> hook.path().equals(path))
                .findFirst();
        Optional<String> before = there.flatMap(hook -> hook.text().get());
        Optional<String> obstacle = obstacle(host, domain, guest, there, before);
        if (obstacle.isPresent()) {
            draft.note("isolation: " + obstacle.get());
            return;
        }
        String after = HookScript.of(domain.name(), guest);
        answered(diagnosis).forEach(draft::answer);
        if (!before.equals(Optional.of(after))) {
            draft.choose(new Choice(
                    Topic.HOST,
                    "while the VM runs the host keeps off CPUs " + guest,
                    "A libvirt hook tells systemd's slices and the interrupts so, and gives all back when the VM stops;"
                            + " isolcpus= would take the CPUs for good.",
                    "no work of the host on the guest's CPUs",
                    "the host has CPUs "
                            + host.cpu().online().get().orElse(CpuSet.of()).minus(guest) + " while the VM runs"));
            draft.change(new Change.EditFile(
                    "Keep the host off CPUs " + guest + " while " + domain.name() + " runs",
                    answered(diagnosis),
                    path,
                    before.orElse(null),
                    after));
            if (host.virtualization().hooks().isEmpty()) {
                draft.note("isolation: libvirt looks for hooks when it starts: restart its daemon once (sudo systemctl"
                        + " restart libvirtd, or virtqemud; running VMs go on).");
            }
        }
    }

    private static List<String> answered(Diagnosis diagnosis) {
        return List.of("irq-affinity", "governor").stream()
                .filter(diagnosis::fired)
                .toList();
    }

    private static Optional<String> obstacle(
            Host host, Domain domain, CpuSet guest, Optional<Hook> there, Optional<String> before) {
        if (there.isPresent()
                && before.filter(text -> text.contains(HookScript.MARK)).isEmpty()) {
            return Optional.of(there.get().path() + " is there and not of nptune's making: it stays.");
        }
        if (there.isEmpty() && HostFacts.hooksMention(host, domain, OTHERS)) {
            return Optional.of("a hook of yours sees to the host's CPUs already: it stays as it is.");
        }
        if (host.cpu().isolated().get().filter(i -> i.containsAll(guest)).isPresent()) {
            return Optional.of("the guest's CPUs are isolated at boot (isolcpus=) already.");
        }
        if (host.cpu().slices().stream().allMatch(s -> s.cpus().get().isEmpty())) {
            return Optional.of(
                    "no cgroup of systemd's was read, by which the host could be kept off the guest's CPUs.");
        }
        Optional<Boolean> newEnough = HostFacts.libvirtFrom(host, 6, 5);
        if (newEnough.isEmpty()) {
            return Optional.of("libvirt's version is not known; from 6.5 on it runs hooks from a folder.");
        }
        return newEnough.get()
                ? Optional.empty()
                : Optional.of("libvirt before 6.5 runs no hooks from a folder: keep the host off CPUs " + guest
                        + " from /etc/libvirt/hooks/qemu.");
    }
}
