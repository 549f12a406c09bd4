package dev.nptune.plan;

import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;

/// AMD's virtual interrupt controller: settings of a VM that keep it from being used, and a flaw it has.
final class AvicPlan {
    private static final String ENLIGHTENMENT = "features/hyperv/avic/@state";
    private static final String FLAWED = "avic-1235";
    private static final String INHIBITED = "avic-inhibited";

    private AvicPlan() {}

    static void add(Draft draft, Host host, Findings findings, ModprobeEdits modprobe) {
        findings.finding(FLAWED).ifPresent(flaw -> turnOff(draft, flaw, modprobe));
        findings.finding(INHIBITED).ifPresent(inhibited -> {
            if (!ByHand.overridden(draft, INHIBITED)) {
                use(draft, host, findings, inhibited);
            }
        });
        withoutHardware(draft, findings);
        showX2apic(draft, findings);
    }

    private static void turnOff(Draft draft, Finding flaw, ModprobeEdits modprobe) {
        Optional<String> word = modprobe.onCommandLine("kvm_amd", "avic", HostFacts::isTrue);
        Optional<String> kept = word.isPresent()
                ? word.map(w ->
                        "take " + w + " off the kernel command line (plan with --drop-kernel-arg " + w + ") and reboot")
                : modprobe.drop(FLAWED, "kvm_amd", "avic", HostFacts::isTrue);
        if (kept.isPresent()) {
            draft.leave(FLAWED, "left alone: " + kept.get() + ".");
            return;
        }
        String before = flaw.evidence().getFirst().found();
        draft.change(new Change.ReloadModule(
                "Load kvm_amd again with AVIC off",
                List.of(FLAWED),
                "kvm_amd",
                "avic",
                before,
                before.equals("1") ? "0" : "N"));
        if (draft.domain().root().find("features/hyperv/avic").isPresent()) {
            draft.domain(FLAWED, "no AVIC", draft.domain().withoutEnlightenment("avic"));
        }
        draft.choose(new Choice(
                Topic.HOST,
                "AVIC off",
                "On this processor it loses interrupts: a vCPU that sleeps may miss one from another.",
                "",
                "interrupts between vCPUs leave the guest"));
    }

    /// What the rule wants of the XML, if that is all it wants.
    private static void use(Draft draft, Host host, Findings findings, Finding inhibited) {
        List<String> wanted = inhibited.evidence().stream().map(Evidence::where).toList();
        boolean enlightenment = wanted.contains(ENLIGHTENMENT);
        boolean known = HostFacts.atLeast(host.kernel().release(), 5, 15)
                && HostFacts.atLeast(host.tools().qemu(), 6, 2)
                && HostFacts.atLeast(host.tools().libvirt(), 8, 10);
        if (findings.fired(FLAWED)) {
            draft.leave(INHIBITED, "left alone: on this processor AVIC should be off (" + FLAWED + ").");
        } else if (!wanted.stream().allMatch(w -> w.startsWith("features/") || w.startsWith("clock/"))) {
            draft.leave(
                    INHIBITED,
                    "left alone: this kernel turns AVIC off for guests that see x2apic or svm, and hiding these from"
                            + " the guest is yours to choose. " + inhibited.fix());
        } else if (enlightenment && !known) {
            draft.leave(
                    INHIBITED,
                    "left alone: the enlightenment takes Linux 5.15, QEMU 6.2 and libvirt 8.10, and this machine's"
                            + " are older or not known.");
        } else {
            Domain edited = draft.domain();
            edited = enlightenment ? edited.withEnlightenment("avic") : edited;
            edited =
                    wanted.size() > (enlightenment ? 1 : 0) ? edited.withTimer("pit", "tickpolicy", "discard") : edited;
            draft.domain(INHIBITED, "nothing that keeps AVIC off", edited);
            draft.choose(Choice.of(
                    Topic.GUEST,
                    "nothing in the VM that keeps AVIC off",
                    "KVM has AVIC on, and goes back to emulating the interrupt controller for a VM with such"
                            + " settings, without a word."));
        }
    }

    private static void withoutHardware(Draft draft, Findings findings) {
        String rule = "hv-avic-no-hw";
        if (findings.fired(rule) && !ByHand.overridden(draft, rule)) {
            draft.domain(rule, "no AVIC", draft.domain().withoutEnlightenment("avic"));
            draft.choose(Choice.of(
                    Topic.GUEST,
                    "Windows is not told of AVIC",
                    "KVM does not use it, and Windows gives up a cheap way to acknowledge interrupts for it."));
        }
    }

    private static void showX2apic(Draft draft, Findings findings) {
        String rule = "x2apic-off-zen4";
        if (findings.fired(rule) && !ByHand.overridden(draft, rule)) {
            draft.domain(rule, "x2apic", draft.domain().withoutFeature("x2apic"));
            draft.choose(Choice.of(
                    Topic.GUEST,
                    "x2apic is left to the guest",
                    "The processor accelerates it, and from Linux 6.0 on it stands in AVIC's way no longer."));
        }
    }
}
