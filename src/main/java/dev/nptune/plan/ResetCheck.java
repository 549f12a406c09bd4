package dev.nptune.plan;

import dev.nptune.doctor.Examination;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import java.util.List;
import java.util.Optional;

/// Whether a passed function can be reset before the guest gets it.
///
/// A function without a reset of its own is reset with all on its bus, if the VM has all of them: the usual case of a
/// card with a sound function. Sources: `pci_reset_bus_function` in the kernel's `drivers/pci/pci.c`,
/// `vfio_pci_dev_set_hot_reset` in `drivers/vfio/pci/vfio_pci_core.c`.
final class ResetCheck {
    private ResetCheck() {}

    /// What to say of each function for which it does not hold.
    static List<String> warnings(Host host, List<PciFunction> passed) {
        return passed.stream().flatMap(f -> warning(host, f, passed).stream()).toList();
    }

    private static Optional<String> warning(Host host, PciFunction function, List<PciFunction> passed) {
        Fact<List<String>> methods = function.state().resetMethods();
        if (methods.get().filter(m -> !m.isEmpty()).isPresent() || withItsBus(host, function, passed)) {
            return Optional.empty();
        }
        if (methods instanceof Fact.Unreadable<List<String>>(String source, String reason)) {
            return Optional.of("not known: how " + function.address() + " is reset (" + source + ": " + reason + ")");
        }
        boolean silent = HostFacts.kernel(host, new Examination())
                .filter(v -> !v.before(5, 15))
                .isEmpty();
        return Optional.of(
                silent && methods instanceof Fact.Absent
                        ? "not known: how " + function.address() + " is reset (kernels before 5.15 do not tell)"
                        : DeviceWords.of(function) + " cannot be reset: the guest gets it as it was left, and after"
                                + " the VM's end it may not work before the host starts again");
    }

    private static boolean withItsBus(Host host, PciFunction function, List<PciFunction> passed) {
        return function.parent().get().isPresent()
                && host.pci().stream()
                        .filter(f -> f.parent().get().equals(function.parent().get()))
                        .allMatch(passed::contains);
    }
}
