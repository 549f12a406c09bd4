package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Interrupt;
import dev.nptune.host.PciFunction;
import dev.nptune.vm.Domain;
import dev.nptune.vm.HostDev;
import java.util.List;
import java.util.Optional;

/// The rule about line interrupts of passed cards.
final class LineInterrupts {
    private LineInterrupts() {}

    static final Rule LINE_IRQ = Rule.of(
                    "line-irq",
                    Category.INTERRUPTS,
                    Severity.MEDIUM,
                    Need.DOMAIN,
                    Need.PCI,
                    Need.INTERRUPTS,
                    Need.VIRTUALIZATION)
            .title("A passed card or its sound sends line interrupts")
            .effect("Each interrupt is masked, emulated and unmasked by exits: crackling sound, latency.")
            .fix("In the guest set MSISupported=1 under the device's Interrupt Management key and restart it.")
            .risk("A driver update may take it back; a device that cannot do MSI stops working.")
            .source("vfio.blogspot.com, September 2014")
            .when(LineInterrupts::lines);

    /// vfio has a device's interrupts only while a guest drives it.
    private static void lines(Host host, Domain domain, Examination notes) {
        Fact<List<Interrupt>> fact = host.interrupts();
        for (HostDev passed : domain.hostdevs()) {
            Optional<PciFunction> function =
                    HostFacts.passed(host, passed, notes).filter(f -> cardOrSound(f, host));
            if (function.isEmpty()) {
                continue;
            }
            List<Interrupt> own = notes.read(fact).orElse(List.of()).stream()
                    .filter(i -> i.actions().stream().anyMatch(a -> isVfio(a, "vfio-", passed)))
                    .toList();
            own.stream()
                    .filter(i -> i.actions().stream().anyMatch(a -> isVfio(a, "vfio-intx", passed)))
                    .forEach(i -> notes.found(
                            fact.source(),
                            i.number() + ": " + String.join(", ", i.actions()),
                            "vfio-msi or vfio-msix"));
            if (own.isEmpty() && HostFacts.running(host, domain).isEmpty()) {
                notes.missing(fact.source(), "the VM is not seen running, so no guest drives " + passed.address());
            }
        }
    }

    private static boolean isVfio(String action, String kind, HostDev passed) {
        return action.startsWith(kind) && action.contains("(" + passed.address() + ")");
    }

    /// A display function, or the sound of the same card.
    private static boolean cardOrSound(PciFunction function, Host host) {
        return function.isDisplay()
                || (function.classCode() >> 8 == 0x0403
                        && host.pci().stream()
                                .anyMatch(f -> f.isDisplay() && f.address().sameDevice(function.address())));
    }
}
