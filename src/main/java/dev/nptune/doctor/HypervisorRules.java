package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Rules about what the guest is told of the hypervisor and its CPU.
final class HypervisorRules {
    private HypervisorRules() {}

    static List<Rule> all() {
        return List.of(
                DUP_CPU_ARG, HYPERVISOR_BIT_OFF, HV_STIMER_MISSING, HV_FLUSH_IPI, HV_PASSTHROUGH, HV_CRASH, GUEST_VBS);
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
            .effect(
                    "Windows looks at this bit (CPUID leaf 1, ECX bit 31) before any Hyper-V enlightenment, Linux before"
                            + " kvm-clock: all of them are lost.")
            .fix("Delete the feature element or the -hypervisor flag.")
            .risk("Some anti-cheat software wants the bit hidden.")
            .source("Microsoft, Hypervisor Top Level Functional Specification, \"Feature Discovery\"")
            .when(HypervisorRules::hypervisorBitOff);

    private static void hypervisorBitOff(Host host, Domain domain, Examination notes) {
        domain.feature("hypervisor")
                .filter(f -> f.off())
                .ifPresent(f -> notes.found(f.path() + "/@policy", f.policy(), "(absent)"));
        GuestCpu.cpuArguments(domain).stream()
                .filter(a -> List.of(a.value().split(",")).stream()
                        .anyMatch(f -> f.equals("-hypervisor") || f.equals("hypervisor=off")))
                .forEach(a -> notes.found(a.path() + "/@value", a.value(), "no -hypervisor"));
    }

    private static final Rule HV_STIMER_MISSING = Rule.of(
                    "hv-stimer-missing", Category.HYPERVISOR, Severity.HIGH, Need.DOMAIN)
            .after("hypervisor-bit-off")
            .title("Windows has no synthetic timer")
            .effect("It takes its ticks from an emulated HPET or RTC: idle load 30 % instead of 1 % (one report).")
            .fix("In <hyperv>: <vpindex state='on'/>, <synic state='on'/>, <stimer state='on'>"
                    + "<direct state='on'/></stimer>; and timer hypervclock present='yes'.")
            .source("QEMU docs/system/i386/hyperv.rst")
            .when((_, domain, notes) -> {
                if (domain.windows().isPresent()) {
                    Stream.of("vpindex", "synic", "stimer").forEach(name -> GuestCpu.wanted(domain, name, notes));
                }
            });

    private static final Rule HV_FLUSH_IPI = Rule.of("hv-flush-ipi", Category.HYPERVISOR, Severity.MEDIUM, Need.DOMAIN)
            .after("hypervisor-bit-off")
            .title("Windows flushes other vCPUs' TLBs one interrupt at a time")
            .effect("Each interrupt between vCPUs leaves the guest; one hypercall would do for many.")
            .fix("In <hyperv>: <tlbflush state='on'/> and <ipi state='on'/>.")
            .source("QEMU docs/system/i386/hyperv.rst")
            .when((_, domain, notes) -> {
                if (domain.windows().isPresent()
                        && domain.vcpus().enabled().size() > 1
                        && GuestCpu.enlightened(domain, "vpindex")) {
                    Stream.of("tlbflush", "ipi").forEach(name -> GuestCpu.wanted(domain, name, notes));
                }
            });

    private static final Rule HV_PASSTHROUGH = Rule.of(
                    "hv-passthrough", Category.HYPERVISOR, Severity.MEDIUM, Need.DOMAIN)
            .title("Which Hyper-V enlightenments Windows sees is left to QEMU")
            .effect("Every enlightenment set by hand is overridden, vendor_id too;"
                    + " the set changes with each kernel and QEMU. Meant for development.")
            .fix("<hyperv mode='custom'> with the enlightenments written out.")
            .source("QEMU docs/system/i386/hyperv.rst")
            .when((_, domain, notes) -> {
                if (domain.windows().isPresent() && GuestCpu.passthrough(domain)) {
                    notes.found("features/hyperv/@mode", "passthrough", "custom");
                }
            });

    private static final Rule HV_CRASH = Rule.of("hv-crash", Category.HYPERVISOR, Severity.LOW, Need.DOMAIN)
            .title("Windows tells QEMU of a crash and writes no dump")
            .effect("After a blue screen there is no dump file to look into.")
            .fix("Delete <panic model='hyperv'/>.")
            .risk("libvirt no longer learns that the guest crashed.")
            .source("QEMU docs/system/i386/hyperv.rst")
            .when((_, domain, notes) -> {
                domain.root().all("devices/panic").stream()
                        .filter(p -> p.has("model", "hyperv"))
                        .forEach(p -> notes.found(p.path() + "/@model", "hyperv", "(absent)"));
                if (GuestCpu.flag(domain, "hv-crash").orElse(false)) {
                    notes.found("qemu:commandline/qemu:arg", "hv-crash", "(absent)");
                }
            });

    private static final Rule GUEST_VBS = Rule.of(
                    "guest-vbs", Category.HYPERVISOR, Severity.HIGH, Need.DOMAIN, Need.PROCESSOR, Need.MODULES)
            .title("Windows 11 can run itself on a hypervisor within the VM")
            .effect("If it does (msinfo32: virtualization-based security is running), each exit costs more:"
                    + " 10 to 30 % in reports.")
            .fix("<feature policy='disable' name='svm'/> (Intel: vmx), or turn Memory Integrity off in Windows.")
            .risk("WSL2 and Hyper-V stop working in the guest, and some anti-cheat software demands VBS.")
            .source("QEMU issue 3099")
            .when(HypervisorRules::guestVbs);

    private static void guestVbs(Host host, Domain domain, Examination notes) {
        Optional<String> release = WindowsRelease.of(domain);
        boolean svm = GuestCpu.nests(domain, "svm");
        boolean vmx = GuestCpu.nests(domain, "vmx");
        if (domain.windows().isEmpty() || release.filter(r -> !r.equals("11")).isPresent() || !(svm || vmx)) {
            return;
        }
        HostFacts.kvmModule(host, notes)
                .filter(module -> module.equals("kvm_amd") ? svm : vmx)
                .ifPresent(module -> HostFacts.loadedParameter(host, module, "nested", notes)
                        .filter(HostFacts::isTrue)
                        .ifPresent(nested -> mayNest(domain, release, module, nested, notes)));
    }

    /// Whether Windows makes use of it cannot be seen from outside.
    private static void mayNest(
            Domain domain, Optional<String> release, String module, String nested, Examination notes) {
        if (release.isEmpty()) {
            notes.missing("metadata", "it does not say whether this is Windows 11");
            return;
        }
        String feature = module.equals("kvm_amd") ? "svm" : "vmx";
        String found = GuestCpu.flag(domain, feature).isPresent() ? "on" : "(absent): as the host has it";
        notes.possible("cpu/feature[@name='" + feature + "']", found, "disable");
        notes.possible(
                HostFacts.parameterPath(module, "nested"),
                nested,
                module.equals("kvm_amd") ? "svm hidden from the guest" : "vmx hidden from the guest");
    }
}
