package dev.nptune.doctor;

import dev.nptune.vm.Disk;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import dev.nptune.vm.Located;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// Rules about machine types: each names only what its version costs this domain.
final class MachineRules {
    private static final Set<String> HDA = Set.of("ich6", "ich7", "ich9");

    private MachineRules() {}

    static List<Rule> all() {
        return List.of(Q35_LE_3_1, Q35_4_0_SPLIT, Q35_LE_2_12, Q35_LE_5_1);
    }

    private static final String NEWER =
            "Raise the version alone, on the same board, to the newest in `qemu-system-x86_64 -machine help`.";
    private static final String RISK = "Windows finds its devices anew and may ask for activation; keep the old XML.";

    private static void versioned(Domain domain, BiConsumer<Located<String>, MachineType> look) {
        domain.machine()
                .ifPresent(machine -> MachineType.parse(machine.value()).ifPresent(type -> look.accept(machine, type)));
    }

    private static final Rule Q35_LE_3_1 = Rule.of("q35-le-3.1", Category.MACHINE, Severity.HIGH, Need.DOMAIN)
            .versions("QEMU machine types up to 3.1")
            .title("The machine type is so old that passed cards see a slow link or disks cannot discard")
            .effect(
                    "On q35 root ports say 2.5 GT/s x1, which graphics drivers believe; virtio disks never free blocks.")
            .fix(NEWER)
            .risk(RISK)
            .source("QEMU hw/core/machine.c, hw_compat_3_1")
            .when((_, domain, notes) -> versioned(domain, (machine, type) -> {
                boolean ports = type.board() == MachineType.Board.Q35
                        && !domain.hostdevs().isEmpty();
                boolean disks = domain.disks().stream().anyMatch(Disk::virtio);
                if (type.upTo(3, 1) && (ports || disks)) {
                    notes.found(machine.path(), machine.value(), "4.0.1 or later");
                }
            }));

    private static final Rule Q35_4_0_SPLIT = Rule.of("q35-4.0-split", Category.MACHINE, Severity.HIGH, Need.DOMAIN)
            .versions("QEMU machine type pc-q35-4.0 alone")
            .title("This machine type leaves the I/O APIC to QEMU")
            .effect("Line interrupts of passed devices go through QEMU; guests with a passed GPU were seen to hang.")
            .fix("Set machine='pc-q35-4.0.1' or later, or add <ioapic driver='kvm'/> to <features>.")
            .risk(RISK)
            .source("QEMU hw/i386/pc_q35.c; Launchpad bug 1826422")
            .when((_, domain, notes) -> versioned(domain, (machine, type) -> {
                boolean split = type.board() == MachineType.Board.Q35 && type.is(4, 0, 0);
                if (split && !domain.hostdevs().isEmpty() && !kernelIoapic(domain)) {
                    notes.found(machine.path(), machine.value(), "4.0.1 or later");
                    notes.found("features/ioapic/@driver", ioapic(domain).orElse("(absent): qemu"), "kvm");
                }
            }));

    private static Optional<String> ioapic(Domain domain) {
        return domain.root().find("features/ioapic").flatMap(e -> e.attribute("driver"));
    }

    private static boolean kernelIoapic(Domain domain) {
        return ioapic(domain).filter("kvm"::equals).isPresent()
                || domain.qemuArguments().stream().anyMatch(a -> a.value().contains("kernel_irqchip=on"));
    }

    private static final Rule Q35_LE_2_12 = Rule.of("q35-le-2.12", Category.MACHINE, Severity.MEDIUM, Need.DOMAIN)
            .versions("QEMU machine types up to 2.12")
            .title("The machine type keeps the sound card's old, uneven timing")
            .effect("Emulated HD audio runs without its timer (use-timer=false): sound crackles.")
            .fix(NEWER)
            .risk(RISK)
            .source("QEMU hw/core/machine.c, hw_compat_2_12")
            .when((_, domain, notes) -> versioned(domain, (machine, type) -> {
                List<Element> cards = domain.root().all("devices/sound").stream()
                        .filter(e -> e.attribute("model").filter(HDA::contains).isPresent())
                        .toList();
                if (type.upTo(2, 12) && !cards.isEmpty()) {
                    notes.found(machine.path(), machine.value(), "3.0 or later");
                    cards.forEach(e -> notes.found(
                            e.path() + "/@model",
                            e.attribute("model").orElseThrow(),
                            "no HD audio on this machine type"));
                }
            }));

    private static final Rule Q35_LE_5_1 = Rule.of("q35-le-5.1", Category.MACHINE, Severity.LOW, Need.DOMAIN)
            .versions("QEMU machine types up to 5.1")
            .title("The machine type gives virtio disks one queue")
            .effect("All vCPUs share one request queue; from 5.2 on each has its own.")
            .fix("Set queues='N' (N = vCPUs) on the disk's or controller's driver, or take a newer machine type.")
            .risk("None for queues='N'; a newer machine type makes Windows find its devices anew.")
            .source("QEMU hw/core/machine.c, hw_compat_5_1")
            .when((_, domain, notes) -> versioned(domain, (machine, type) -> {
                List<Element> single = oneQueue(domain);
                if (type.upTo(5, 1) && domain.vcpus().enabled().size() > 1 && !single.isEmpty()) {
                    notes.found(machine.path(), machine.value(), "5.2 or later");
                    single.forEach(e -> notes.found(
                            e.path() + "/driver/@queues",
                            "(absent): 1",
                            Integer.toString(domain.vcpus().enabled().size())));
                }
            }));

    /// Virtio disks, and SCSI controllers of virtio, of which nobody said how many queues they have.
    private static List<Element> oneQueue(Domain domain) {
        Set<String> disks =
                domain.disks().stream().filter(Disk::virtio).map(Disk::path).collect(Collectors.toSet());
        return domain.root().find("devices").map(Element::children).orElse(List.of()).stream()
                .filter(e -> disks.contains(e.path()) || isVirtioScsi(e))
                .filter(e ->
                        e.child("driver").flatMap(d -> d.attribute("queues")).isEmpty())
                .toList();
    }

    private static boolean isVirtioScsi(Element e) {
        return e.name().equals("controller")
                && e.has("type", "scsi")
                && e.attribute("model").filter(m -> m.startsWith("virtio")).isPresent();
    }
}
