package dev.nptune.plan;

import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.Rules;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.internal.text.ByteSize;
import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.Placement.Placed;
import dev.nptune.vm.Domain;
import dev.nptune.vm.NewCpu;
import dev.nptune.vm.NewDevices;
import dev.nptune.vm.NewDisk;
import dev.nptune.vm.NewDomain;
import dev.nptune.vm.NewHostdev;
import dev.nptune.vm.NewMemory;
import dev.nptune.vm.NewVcpus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Plans a VM from nothing: which card, how many vCPUs and where, how much memory; then all that [Planner] knows. Pure.
public final class NewVmPlanner {
    private static final long MIB = 1L << 20;

    private final Host host;
    private final NewVm wish;
    private final List<Choice> choices = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<PassedFunction> passed = new ArrayList<>();

    private NewVmPlanner(Host host, NewVm wish) {
        this.host = host;
        this.wish = wish;
    }

    /// Plans.
    ///
    /// @param files as in [Planner#plan]
    public static PlanResult plan(Host host, NewVm wish, Map<String, String> files) {
        return new NewVmPlanner(host, wish).plan(files);
    }

    private PlanResult plan(Map<String, String> files) {
        Optional<Refusal> impossible = impossible();
        if (impossible.isPresent()) {
            return impossible.get();
        }
        Optional<Refusal> noCard = card();
        if (noCard.isPresent()) {
            return noCard.get();
        }
        Optional<Long> memory = wish.memoryBytes().or(() -> NewVmSize.memory(host, CpuModel.of(host)));
        if (memory.isEmpty()) {
            return new Refusal(
                    "how much memory the VM could have is not known, or the host has too little to share",
                    "say how much: --memory SIZE");
        }
        Optional<Refusal> tooMuch = MemoryPlan.tooMuch(host, memory.get());
        if (tooMuch.isPresent()) {
            return tooMuch.get();
        }
        NewVmSize.Vcpus vcpus = wish.vcpus()
                .map(n -> new NewVmSize.Vcpus(n, "That many were asked for"))
                .orElseGet(() -> NewVmSize.vcpus(CpuModel.of(host)));
        Demand demand = new Demand(vcpus.number(), memory.get(), gpuNode(), wish.goal(), wish.latencies());
        return switch (Placement.of(host, demand)) {
            case Placement.Impossible(String reason) -> new Refusal(reason, "say fewer: --vcpus N");
            case Placed placed -> {
                explain(vcpus, memory.get(), placed);
                yield whole(HypervPlan.fitted(host, domain(placed, memory.get())), files);
            }
        };
    }

    private Optional<Refusal> impossible() {
        if (host.virtualization().domains().stream().anyMatch(d -> d.name().equals(wish.name()))) {
            return Optional.of(new Refusal(
                    "there is a VM '" + wish.name() + "' already",
                    "plan that one: nptune plan " + wish.name() + "; or give the new one another name"));
        }
        if (host.virtualization().kvm() instanceof Fact.Absent<?>) {
            return Optional.of(new Refusal(
                    "the machine has no /dev/kvm",
                    "turn on SVM (AMD) or VT-x (Intel) in the firmware, and load kvm_amd or kvm_intel"));
        }
        if (libvirt().isEmpty()) {
            return Optional.of(new Refusal(
                    "libvirt's version is not known (" + host.tools().libvirt().source() + ")",
                    "install libvirt, or run it where libvirt is"));
        }
        return NewVmSoftware.missing(host, wish).or(() -> DriveUse.against(host, wish));
    }

    /// The version alone, `9.0.0`.
    private Optional<String> libvirt() {
        return host.tools()
                .libvirt()
                .get()
                .map(v -> v.strip().split("[^0-9.]", 2)[0])
                .filter(v -> v.matches("\\d+\\.\\d+.*"));
    }

    private Optional<Refusal> card() {
        if (wish.gpu().isEmpty() && wish.pass().isEmpty()) {
            return Optional.empty();
        }
        Set<String> disks = wish.disks().stream().map(NewVm.Disk::resolved).collect(Collectors.toSet());
        return switch (DeviceAdvisor.forNew(
                host,
                wish.gpu().map(CardRequest::parse),
                wish.pass(),
                disks,
                wish.host().singleGpu())) {
            case Refusal refusal -> Optional.of(refusal);
            case Devices devices -> {
                choices.addAll(devices.choices());
                notes.addAll(devices.warnings());
                devices.offers()
                        .forEach(o -> notes.add(o.words() + " Take it with --pass "
                                + o.functions().getFirst().address() + "."));
                passed.addAll(devices.passed());
                passed.addAll(devices.along());
                yield DriveUse.passedToo(host, wish, passed);
            }
        };
    }

    private Optional<Integer> gpuNode() {
        return passed.stream()
                .flatMap(p -> host.function(p.address()).stream())
                .filter(PciFunction::isDisplay)
                .flatMap(f -> f.numaNode().get().stream())
                .findFirst();
    }

    private Domain domain(Placed placed, long memory) {
        GuestShape shape = GuestShape.of(placed);
        if (!GuestShape.showsThreads(host)) {
            shape = new GuestShape(shape.numbers(), shape.maximum(), 1, shape.severalL3());
        }
        NewVcpus vcpus = NewVcpus.of(1, shape.cores(), shape.threads())
                .withDisabled(CpuSet.range(0, shape.maximum() - 1).minus(shape.enabled()))
                .withPins(pins(placed, shape))
                .withEmulator(placed.emulator())
                .withIothreads(wish.disks().isEmpty() ? List.of() : List.of(placed.io()));
        NewCpu cpu = new NewCpu(GuestShape.isAmd(host) && shape.threads() > 1, shape.severalL3(), false, List.of());
        return new NewDomain(
                        wish.name(),
                        wish.guest(),
                        libvirt().orElseThrow(),
                        memory(placed, shape, memory),
                        vcpus,
                        cpu,
                        devices())
                .toDomain();
    }

    private static List<CpuSet> pins(Placed placed, GuestShape shape) {
        Map<Integer, Integer> places = new TreeMap<>();
        for (int i = 0; i < placed.cpus().size(); i++) {
            places.put(shape.numbers().get(i), placed.cpus().get(i));
        }
        List<CpuSet> pins = new ArrayList<>();
        for (int number = 0; number < shape.maximum(); number++) {
            Integer cpu = places.get(number);
            pins.add(cpu == null ? CpuSet.of() : CpuSet.of(cpu));
        }
        return pins;
    }

    private static NewMemory memory(Placed placed, GuestShape shape, long bytes) {
        NewMemory memory = NewMemory.of(bytes);
        if (placed.guestNuma()) {
            return memory.withCells(shape.nodes(placed, bytes / MIB).stream()
                    .map(n -> new NewMemory.Cell(n.vcpus(), n.memoryBytes(), CpuSet.of(n.hostNode())))
                    .toList());
        }
        return placed.memoryNodes().isEmpty()
                ? memory
                : memory.withNodes(
                        CpuSet.of(placed.memoryNodes().stream().mapToInt(n -> n).toArray()));
    }

    private NewDevices devices() {
        return new NewDevices(
                wish.disks().stream()
                        .map(d -> new NewDisk(d.kind(), d.path(), OptionalInt.of(1)))
                        .toList(),
                wish.isos(),
                passed.stream().map(this::hostdev).toList(),
                wish.network(),
                wish.input(),
                wish.sound(),
                wish.screen());
    }

    /// The card's first function has its ROM, if it is given one.
    private NewHostdev hostdev(PassedFunction function) {
        boolean first = host.function(function.address())
                .filter(PciFunction::isDisplay)
                .filter(f -> passed.stream()
                        .noneMatch(p -> p.address().sameDevice(f.address())
                                && p.address().function() < f.address().function()))
                .isPresent();
        return new NewHostdev(function.address(), first ? wish.rom() : Optional.empty());
    }

    private void explain(NewVmSize.Vcpus vcpus, long memory, Placed placed) {
        choices.add(new Choice(
                Topic.CPU,
                vcpus.number() + " vCPUs on host CPUs " + placed.guest(),
                vcpus.why()
                        + (placed.exact()
                                ? "; no other choice of cores costs less: "
                                : "; the cheapest choice that was found: ")
                        + placed.cost().words() + " (" + placed.basis() + ").",
                "",
                "the host keeps CPUs " + placed.host()));
        choices.add(Choice.of(
                Topic.CPU,
                "QEMU's own threads on CPUs " + placed.emulator() + ", iothreads on " + placed.io(),
                "They are the host's cores nearest to the guest's, and no vCPU runs there."));
        choices.add(Choice.of(
                Topic.MEMORY,
                ByteSize.of(memory) + " of memory",
                wish.memoryBytes().isPresent()
                        ? "That much was asked for."
                        : "It is half of the machine's, from 4 to 32 GiB."));
        choices.add(Choice.of(
                Topic.MACHINE,
                "q35 with UEFI" + (wish.guest().secured() ? ", Secure Boot and a TPM 2.0" : ""),
                wish.guest().secured()
                        ? "Windows 11 does not let itself be installed without."
                        : "A passed card wants PCI Express, and newer cards have no ROM for a BIOS."));
        choices.add(Choice.of(
                Topic.GUEST,
                NewVmSoftware.words(wish.guest()) + " is what it is made for",
                "So --os says, or the VM's name, or the installer's; --os says another."));
        notes.addAll(NewVmSoftware.notes(host, wish));
    }

    /// A rule's finding is said once, in whatever words.
    private boolean isSaid(String note) {
        String rule = note.split(":", 2)[0];
        return notes.contains(note)
                || (Rules.byId(rule).isPresent() && notes.stream().anyMatch(n -> n.startsWith(rule + ":")));
    }

    /// What the planner would still change of the new domain is part of it from the start.
    private PlanResult whole(Domain domain, Map<String, String> files) {
        Request request = new Request(
                wish.goal(), Optional.empty(), Optional.empty(), Set.of(), true, wish.latencies(), wish.host());
        return switch (Planner.plan(host, domain, Doctor.examine(host, domain), files, request)) {
            case Refusal refusal -> refusal;
            case Plan plan -> {
                List<Change> changes = new ArrayList<>(plan.changes());
                changes.removeIf(Change.DefineDomain.class::isInstance);
                String xml = plan.changes().stream()
                        .filter(Change.DefineDomain.class::isInstance)
                        .map(c -> ((Change.DefineDomain) c).after())
                        .findFirst()
                        .orElse(domain.xml());
                changes.add(new Change.DefineDomain("Define " + wish.name(), List.of(), wish.name(), null, xml));
                if (plan.choices().stream().anyMatch(c -> c.what().startsWith(BindPlan.AT_BOOT))) {
                    choices.removeIf(BindPlan.atStart());
                    notes.removeIf(BindPlan::tookAtStart);
                }
                plan.choices().stream().filter(c -> !choices.contains(c)).forEach(choices::add);
                plan.notes().stream()
                        .filter(n -> !n.startsWith(DeviceAdvice.Offer.HEAD) && !isSaid(n))
                        .forEach(notes::add);
                yield new Plan(Plan.SCHEMA_VERSION, wish.name(), choices, passed, changes, notes);
            }
        };
    }
}
