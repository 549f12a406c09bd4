package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Located;
import java.util.List;

/// Rules about what the guest is told of the hypervisor and its CPU.
final class HypervisorRules {
    private HypervisorRules() {}

    static List<Rule> all() {
        return List.of(DUP_CPU_ARG, HYPERVISOR_BIT_OFF);
    }

    private static final Rule DUP_CPU_ARG = Rule.of("dup-cpu-arg", Category.HYPERVISOR, Severity.CRITICAL, Need.DOMAIN)
            .title("A second -cpu argument overrides the domain's <cpu>")
            .effect("QEMU takes the last -cpu: the topology flags, features and Hyper-V settings that libvirt wrote"
                    + " vanish without a word.")
            .fix("Move the settings into <cpu> and <features>, and delete the qemu:arg.")
            .source("Pavo-IM/Hackinabox issue 7")
            .when((_, domain, notes) -> domain.qemuArguments().stream()
                    .filter(a -> a.value().equals("-cpu"))
                    .forEach(a -> notes.found(a.path() + "/@value", "-cpu", "(absent)")));

    private static final Rule HYPERVISOR_BIT_OFF = Rule.of(
                    "hypervisor-bit-off", Category.HYPERVISOR, Severity.CRITICAL, Need.DOMAIN)
            .title("The hypervisor bit is hidden from the guest")
            .effect("Windows tests CPUID leaf 1, ECX bit 31 before it looks for any Hyper-V enlightenment:"
                    + " with the bit hidden, all of them are lost.")
            .fix("Delete the feature element or the -hypervisor flag.")
            .risk("Some anti-cheat software wants the bit hidden.")
            .source("Microsoft, Hypervisor Top Level Functional Specification, \"Feature Discovery\"")
            .when(HypervisorRules::hypervisorBitOff);

    private static void hypervisorBitOff(Host host, Domain domain, Examination notes) {
        domain.feature("hypervisor")
                .filter(f -> f.off())
                .ifPresent(f -> notes.found(f.path() + "/@policy", f.policy(), "(absent)"));
        List<Located<String>> arguments = domain.qemuArguments();
        for (int i = 1; i < arguments.size(); i++) {
            String flags = arguments.get(i).value();
            if (arguments.get(i - 1).value().equals("-cpu")
                    && List.of(flags.split(",")).stream()
                            .anyMatch(f -> f.equals("-hypervisor") || f.equals("hypervisor=off"))) {
                notes.found(arguments.get(i).path() + "/@value", flags, "no -hypervisor");
            }
        }
    }
}
