package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import dev.nptune.vm.Located;
import java.util.List;
import java.util.Optional;

/// Rules about interrupts and AVIC.
final class InterruptRules {
    private static final int FAMILY_17H = 0x17;
    private static final String AVIC = HostFacts.parameterPath("kvm_amd", "avic");

    private InterruptRules() {}

    static List<Rule> all() {
        return List.of(
                LineInterrupts.LINE_IRQ, AVIC_1235, AVIC_INHIBITED, AVIC_OFF_ZEN4, X2APIC_OFF_ZEN4, HV_AVIC_NO_HW);
    }

    private static Optional<String> avic(Host host, Examination notes) {
        return HostFacts.loadedParameter(host, "kvm_amd", "avic", notes);
    }

    private static final Rule AVIC_1235 = Rule.of(
                    "avic-1235", Category.INTERRUPTS, Severity.HIGH, Need.PROCESSOR, Need.MODULES)
            .versions("Linux before 6.17")
            .title("AVIC loses interrupts on this processor (erratum 1235)")
            .effect("A vCPU that sleeps may miss an interrupt from another: the guest hangs or stutters.")
            .fix("Run Linux 6.17 or later, or drop avic=1 from the kvm_amd options.")
            .source("deepin kernel pull request 2070")
            .when(InterruptRules::avic1235);

    /// Kernels that know of the erratum have `enable_ipiv` and turn it off by themselves.
    private static void avic1235(Host host, Domain domain, Examination notes) {
        if (HostFacts.amd(host, notes)
                && notes.read(host.cpu().family()).filter(f -> f == FAMILY_17H).isPresent()
                && avic(host, notes).filter(HostFacts::isTrue).isPresent()) {
            String ipiv =
                    HostFacts.parameter(host, "kvm_amd", "enable_ipiv", notes).orElse("(absent)");
            if (notes.missing().isEmpty() && !HostFacts.isFalse(ipiv)) {
                notes.found(AVIC, avic(host, notes).orElseThrow(), "N");
                notes.found(HostFacts.parameterPath("kvm_amd", "enable_ipiv"), ipiv, "N");
            }
        }
    }

    private static final Rule AVIC_INHIBITED = Rule.of(
                    "avic-inhibited",
                    Category.INTERRUPTS,
                    Severity.MEDIUM,
                    Need.DOMAIN,
                    Need.PROCESSOR,
                    Need.MODULES,
                    Need.RELEASE)
            .after("avic-1235")
            .versions("x2apic: Linux 5.7 to 5.19; svm: Linux 5.6 to 5.18")
            .title("AVIC is on, and the VM's settings turn it off again")
            .effect("KVM goes back to emulating the interrupt controller, without a word.")
            .fix("In <hyperv>: <avic state='on'/>; in <clock>: <timer name='pit' tickpolicy='discard'/>;"
                    + " before Linux 6.0 x2apic disabled, before 5.19 svm disabled.")
            .risk("hv-avic wants Linux 5.15, QEMU 6.2 and libvirt 8.10 or later.")
            .source("QEMU docs/system/i386/hyperv.rst; cloud-hypervisor pull request 5972; reddit r/VFIO fovu39")
            .when(InterruptRules::avicInhibited);

    private static void avicInhibited(Host host, Domain domain, Examination notes) {
        boolean autoEoi = GuestCpu.enlightened(domain, "synic") && !GuestCpu.enlightened(domain, "avic");
        boolean pit = reinjects(domain);
        boolean x2apic = GuestCpu.flag(domain, "x2apic").orElse(true);
        boolean svm = GuestCpu.nests(domain, "svm");
        if (!(autoEoi || pit || x2apic || svm)
                || !HostFacts.amd(host, notes)
                || avic(host, notes).filter(HostFacts::isTrue).isEmpty()) {
            return;
        }
        if (autoEoi) {
            GuestCpu.wanted(domain, "avic", notes);
        }
        if (pit) {
            Optional<Element> timer = GuestCpu.timer(domain, "pit");
            notes.found(
                    timer.map(Element::path).orElse("clock/timer[@name='pit']") + "/@tickpolicy",
                    timer.flatMap(t -> t.attribute("tickpolicy")).orElse("(absent): delay"),
                    "discard");
        }
        if (x2apic || svm) {
            HostFacts.kernel(host, notes).ifPresent(v -> byVersion(host, v, x2apic, svm, notes));
        }
    }

    private static void byVersion(Host host, KernelVersion version, boolean x2apic, boolean svm, Examination notes) {
        String where = host.kernel().release().source();
        String found = host.kernel().release().get().orElseThrow();
        if (x2apic && !version.before(5, 7) && version.before(6, 0)) {
            notes.possible(where, found, "6.0 or later, or x2apic disabled in the guest");
        }
        if (svm
                && !version.before(5, 6)
                && version.before(5, 19)
                && HostFacts.loadedParameter(host, "kvm_amd", "nested", notes)
                        .filter(HostFacts::isTrue)
                        .isPresent()) {
            notes.possible(where, found, "5.19 or later, or svm disabled in the guest");
        }
    }

    /// Whether KVM's PIT sends lost ticks again, which it learns from acknowledgements that AVIC does not show it.
    private static boolean reinjects(Domain domain) {
        boolean outsideKvm = domain.root()
                .find("features/ioapic")
                .filter(i -> i.has("driver", "qemu"))
                .isPresent();
        return !outsideKvm
                && GuestCpu.timer(domain, "pit")
                        .filter(t -> t.has("tickpolicy", "discard"))
                        .isEmpty()
                && domain.qemuArguments().stream()
                        .map(Located::value)
                        .noneMatch("kvm-pit.lost_tick_policy=discard"::equals);
    }

    private static final Rule AVIC_OFF_ZEN4 = Rule.of(
                    "avic-off-zen4", Category.INTERRUPTS, Severity.LOW, Need.PROCESSOR, Need.MODULES, Need.RELEASE)
            .versions("Linux before 6.18, which turns it on by itself")
            .title("The processor has x2AVIC and KVM does not use it")
            .effect("Interrupts between vCPUs leave the guest that need not.")
            .fix(
                    "kvm_amd.avic=1; for Windows <avic state='on'/> in <hyperv> and <timer name='pit' tickpolicy='discard'/>.")
            .risk("Test that the guest stays up under load: it is off by default on these kernels.")
            .source("Linux commit message of the pull kvm-x86-svm-6.18")
            .when((host, _, notes) -> {
                if (HostFacts.amd(host, notes) && HostFacts.flag(host, "x2avic", notes)) {
                    avic(host, notes)
                            .filter(HostFacts::isFalse)
                            .filter(_ -> HostFacts.kernel(host, notes)
                                    .filter(v -> v.before(6, 18))
                                    .isPresent())
                            .ifPresent(avic -> notes.found(AVIC, avic, avic.equals("0") ? "1" : "Y"));
                }
            });

    private static final Rule X2APIC_OFF_ZEN4 = Rule.of(
                    "x2apic-off-zen4", Category.INTERRUPTS, Severity.LOW, Need.DOMAIN, Need.PROCESSOR, Need.RELEASE)
            .versions("Linux from 6.0 on")
            .title("x2apic is taken from a guest whose processor accelerates it")
            .effect("The guest cannot use x2AVIC. The advice is older than Linux 6.0.")
            .fix("Delete <feature policy='disable' name='x2apic'/>.")
            .source("Phoronix on x2AVIC in Linux 6.0")
            .when((host, domain, notes) -> {
                if (!GuestCpu.flag(domain, "x2apic").orElse(true)
                        && HostFacts.flag(host, "x2avic", notes)
                        && HostFacts.kernel(host, notes)
                                .filter(v -> !v.before(6, 0))
                                .isPresent()) {
                    notes.found(
                            domain.feature("x2apic")
                                    .map(f -> f.path() + "/@policy")
                                    .orElse("qemu:commandline/qemu:arg"),
                            domain.feature("x2apic").map(f -> f.policy()).orElse("x2apic off"),
                            "(absent)");
                }
            });

    private static final Rule HV_AVIC_NO_HW = Rule.of(
                    "hv-avic-no-hw", Category.INTERRUPTS, Severity.LOW, Need.DOMAIN, Need.PROCESSOR, Need.MODULES)
            .after("avic-off-zen4")
            .title("Windows is told of AVIC, which KVM does not use")
            .effect("It gives up a cheap way to acknowledge interrupts and gains nothing.")
            .fix("Take <avic state='on'/> out of <hyperv>, or turn AVIC on (not on family 17h before Linux 6.17).")
            .source("QEMU docs/system/i386/hyperv.rst")
            .when(InterruptRules::hvAvicNoHardware);

    private static void hvAvicNoHardware(Host host, Domain domain, Examination notes) {
        if (GuestCpu.allEnlightenments(domain) || !GuestCpu.enlightened(domain, "avic")) {
            return;
        }
        HostFacts.kvmModule(host, notes).ifPresent(module -> {
            String parameter = module.equals("kvm_amd") ? "avic" : "enable_apicv";
            HostFacts.loadedParameter(host, module, parameter, notes)
                    .filter(HostFacts::isFalse)
                    .ifPresent(off -> {
                        notes.found("features/hyperv/avic/@state", "on", "(absent)");
                        notes.found(HostFacts.parameterPath(module, parameter), off, "on, for hv-avic to be of use");
                    });
        });
    }
}
