package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Pin;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Pins vCPUs, the emulator and iothreads, and shows the guest the cores it then has.
final class PinPlan {
    private PinPlan() {}

    static void add(Draft draft, Host host, Diagnosis diagnosis) {
        if (diagnosis.fired("unpinned")) {
            place(draft, host);
        } else if (diagnosis.fired("emulator-overlap")) {
            moveEmulator(draft, host);
        } else {
            bindNewIothreads(draft);
        }
        if (diagnosis.fired("topoext-missing")) {
            draft.domain("topoext-missing", "topoext", draft.domain().withFeature("topoext", "require"));
        }
    }

    private static void place(Draft draft, Host host) {
        List<Integer> vcpus = draft.domain().vcpus().enabled().stream().boxed().toList();
        switch (Placement.of(host.cpu(), vcpus.size())) {
            case Placement.Impossible(String reason) -> draft.leave("unpinned", "left alone: " + reason + ".");
            case Placement.Placed placed -> {
                Domain domain = draft.domain();
                for (int i = 0; i < vcpus.size(); i++) {
                    domain = domain.withVcpuPin(
                            vcpus.get(i), CpuSet.of(placed.cpus().get(i)));
                }
                domain = hostThreads(domain, placed.host());
                draft.domain("unpinned", "each vCPU on a CPU of its own", domain);
                draft.domain("emulator-overlap", "", domain);
                draft.note("unpinned: vCPUs go to host CPUs " + placed.guest() + ", within " + placed.caches()
                        + (placed.caches() == 1 ? " L3 cache" : " L3 caches") + "; the host keeps " + placed.host()
                        + ".");
                showThreads(draft, host, placed);
            }
        }
    }

    private static Domain hostThreads(Domain domain, CpuSet cpus) {
        Domain edited = domain.withEmulatorPin(cpus);
        for (int thread :
                edited.iothreads().map(t -> t.value().stream().boxed().toList()).orElse(List.of())) {
            edited = edited.withIothreadPin(thread, cpus);
        }
        return edited;
    }

    /// An iothread that the plan adds to a pinned domain goes where QEMU's own threads are, not over the guest's CPUs.
    private static void bindNewIothreads(Draft draft) {
        Domain domain = draft.domain();
        CpuSet bound =
                CpuSet.of(domain.iothreadPins().stream().mapToInt(Pin::thread).toArray());
        boolean added = draft.answered("no-iothread") || draft.answered("disk-emulated");
        if (!added || HostFacts.pinned(domain).isEmpty()) {
            return;
        }
        domain.emulatorPin()
                .ifPresent(emulator -> domain.iothreads()
                        .ifPresent(threads -> threads.value().minus(bound).stream()
                                .forEach(thread -> draft.domain(
                                        "no-iothread",
                                        "iothreads beside the emulator",
                                        draft.domain().withIothreadPin(thread, emulator.value())))));
    }

    /// With neighbouring vCPUs on one core, the guest's scheduler must know it. On AMD that takes topoext.
    private static void showThreads(Draft draft, Host host, Placement.Placed placed) {
        Domain domain = draft.domain();
        int vcpus = domain.vcpus().maximum();
        int shown = domain.topology().map(t -> t.threads()).orElse(1);
        if (shown == placed.threads() || domain.vcpus().enabled().size() != vcpus) {
            return;
        }
        Set<String> flags = host.cpu().flags().get().orElse(Set.of());
        boolean amd = host.cpu().vendor().get().filter("AuthenticAMD"::equals).isPresent();
        boolean passthrough = domain.cpuMode()
                .filter(m -> m.value().equals("host-passthrough"))
                .isPresent();
        if (!passthrough || (amd && placed.threads() > 1 && !flags.contains("topoext"))) {
            draft.note("unpinned: the guest sees " + shown + " thread(s) per core but gets " + placed.threads()
                    + "; showing it the truth takes cpu mode host-passthrough and, on AMD, the topoext flag.");
            return;
        }
        Domain edited = domain.withTopology(vcpus / placed.threads(), placed.threads());
        if (amd && placed.threads() > 1) {
            edited = edited.withFeature("topoext", "require");
        }
        draft.domain("unpinned", "the guest sees its real cores", edited);
        draft.domain("sockets-gt1", "", edited);
        draft.note("unpinned: the guest now sees " + vcpus / placed.threads() + " cores of " + placed.threads()
                + " threads; Windows may ask for activation again.");
    }

    /// Keeps the pins there are and moves QEMU's own threads off them, and off their siblings where that leaves any.
    private static void moveEmulator(Draft draft, Host host) {
        CpuSet guest = HostFacts.pinned(draft.domain());
        CpuSet online = host.cpu().online().get().orElse(CpuSet.of());
        CpuSet isolated = host.cpu().isolated().get().orElse(CpuSet.of());
        CpuSet siblings = host.cpu().logical().stream()
                .map(LogicalCpu::threadSiblings)
                .flatMap(f -> f.get().stream())
                .filter(guest::intersects)
                .reduce(guest, CpuSet::or);
        Stream.of(online.minus(siblings).minus(isolated), online.minus(guest).minus(isolated), online.minus(guest))
                .filter(s -> !s.isEmpty())
                .findFirst()
                .ifPresentOrElse(
                        cpus -> draft.domain(
                                "emulator-overlap",
                                "QEMU's own threads off the guest's CPUs",
                                hostThreads(draft.domain(), cpus)),
                        () -> draft.leave(
                                "emulator-overlap", "left alone: no online CPU is known that no vCPU is pinned to."));
    }
}
