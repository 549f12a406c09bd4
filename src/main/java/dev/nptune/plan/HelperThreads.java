package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.plan.Placement.Placed;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Located;
import dev.nptune.vm.Pin;
import java.util.List;
import java.util.Optional;

/// Where QEMU's own threads and its iothreads run, of a domain whose vCPUs have their places.
final class HelperThreads {
    private final Draft draft;
    private final Host host;
    private final Diagnosis diagnosis;

    HelperThreads(Draft draft, Host host, Diagnosis diagnosis) {
        this.draft = draft;
        this.host = host;
        this.diagnosis = diagnosis;
    }

    /// Of a domain whose pins stay: QEMU's own threads off them, new iothreads beside the emulator.
    void settle(Placed placed) {
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
            Domain edited = same ? with(draft.domain(), placed) : with(draft.domain(), cpus, cpus);
            draft.domain("emulator-overlap", "QEMU's own threads off the guest's CPUs", edited);
            draft.domain("iothread-overlap", "", edited);
            draft.choose(Choice.of(
                    Topic.CPU,
                    "QEMU's own threads run on CPUs " + (same ? placed.emulator() : cpus),
                    "They ran on the guest's CPUs and took time from vCPUs."));
        }
        bindNewIothreads();
        CpuPlan.PLACES.forEach(draft::answer);
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

    static Domain with(Domain domain, Placed placed) {
        return with(domain, placed.emulator(), placed.io());
    }

    private static Domain with(Domain domain, CpuSet emulator, CpuSet io) {
        Domain edited = domain.withEmulatorPin(emulator);
        for (int thread :
                edited.iothreads().map(t -> t.value().stream().boxed().toList()).orElse(List.of())) {
            edited = edited.withIothreadPin(thread, io);
        }
        return edited;
    }
}
