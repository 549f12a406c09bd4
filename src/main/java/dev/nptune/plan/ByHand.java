package dev.nptune.plan;

import dev.nptune.doctor.Finding;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Why findings are left to a person, and what exactly there is to do.
final class ByHand {
    private static final String FIRMWARE = "only the firmware's setup can change it";
    private static final String KERNEL = "it takes another kernel";
    private static final String HARDWARE = "it takes a hand inside of the machine";
    private static final String WHILE_ON = "it is to be so only while the VM runs, which a libvirt hook has to see to";
    private static final String COMMAND_LINE = "it is a kernel argument, and whether to change it is yours to say";
    private static final String MACHINE_TYPE = "with another machine type Windows finds its devices anew";
    private static final String SPELLING = "what was meant is not for a program to guess";

    /// What `nptune plan` is to be asked for.
    private static final Map<String, String> ARGUMENTS = Map.of(
            "mitigations-off", "--drop-kernel-arg mitigations=off",
            "acs-override", "--drop-kernel-arg pcie_acs_override",
            "acs-id-unread", "--drop-kernel-arg pcie_acs_override, and --kernel-arg with what of it is to stay",
            "sme-on", "--drop-kernel-arg mem_encrypt --kernel-arg mem_encrypt=off",
            "bootfb-held", "--kernel-arg initcall_blacklist=sysfb_init",
            "zen1-idle", "--kernel-arg processor.max_cstate=5");

    private static final Map<String, String> WHY = why();

    private ByHand() {}

    private static Map<String, String> why() {
        Map<String, String> why = new HashMap<>();
        List.of("clocksource-not-tsc", "iommu-off", "bios-uma", "srso-ibpb", "ftpm-rng")
                .forEach(rule -> why.put(rule, FIRMWARE));
        List.of("npt-gpat", "zen5-buslock", "reset-regress").forEach(rule -> why.put(rule, KERNEL));
        List.of("link-width", "gpu-bus-errors", "machine-check").forEach(rule -> why.put(rule, HARDWARE));
        List.of("governor", "cstates", "irq-affinity", "host-on-guest-cpus").forEach(rule -> why.put(rule, WHILE_ON));
        ARGUMENTS.keySet().forEach(rule -> why.put(rule, COMMAND_LINE));
        List.of("q35-le-3.1", "q35-le-2.12", "q35-le-5.1", "i440fx-gpu").forEach(rule -> why.put(rule, MACHINE_TYPE));
        List.of("xml-invalid", "xml-ignored").forEach(rule -> why.put(rule, SPELLING));
        why.put("wrong-place", "not all of it has one place where it can only have been meant to be");
        why.put("mem-overpin", "how much memory the VM needs is yours to say");
        why.put(
                "hugepage-not-real",
                "which folder was meant is yours to say, and it counts from the VM's next start on");
        why.put("thp-thin", "whether there are pieces that large is not to be seen before the VM starts anew");
        why.put("group-shared", "which devices the host can do without is yours to say");
        why.put("one-gpu-no-hook", "it ends the desktop while the VM runs, which is yours to agree to");
        why.put("amd-reset", "it takes a module from outside of the kernel");
        why.put("kvmfr", "it takes a module from outside of the kernel");
        why.put("rom-bad", "the ROM must be read from this very card");
        why.put("rebar", "the size can be set only while no driver is bound, and some cards fail then");
        why.put("line-irq", "it is set within the guest");
        why.put("unsafe-irq", "without interrupt remapping no device could be passed any more");
        why.put("unhandled-msr", "only you know whether the guest crashes");
        why.put("dma-limit", "the limit is that of your IOMMU");
        why.put("vq-map", "it gives the VM threads that must be bound too");
        why.put("audio", "it depends on the sound server that you use, and as whom QEMU runs");
        why.put("tpm-passthrough", "keys of the guest are in that TPM, and it starts without them afterwards");
        why.put("guest-vbs", "whether Windows makes use of it is not to be seen from outside, and it takes WSL2 away");
        why.put("zen4-vls", "both ways change what the guest can do");
        why.put("avic-off-zen4", "these kernels have it off by default, and whether the guest stays up takes a test");
        why.put(
                "hypervisor-bit-off",
                "nobody hides that bit by accident: some anti-cheat software wants it so. It costs the guest all that"
                        + " it would gain from knowing of the hypervisor: Windows its enlightenments (timers, clock,"
                        + " interrupts without exits), Linux its kvm-clock. Whether that is worth it is yours to say");
        why.put("dup-cpu-arg", "what its author wanted from it is not for a program to guess");
        return why;
    }

    /// What to do where the rule's own words leave something open.
    private static Optional<String> exactly(String rule, Domain domain) {
        return switch (rule) {
            case "dup-cpu-arg" -> Optional.of(cpuArgument(domain));
            case "zen4-vls" ->
                Optional.of("Write 'options kvm_amd vls=0' to a file in /etc/modprobe.d and load kvm_amd again, or add"
                        + " <feature policy='disable' name='svm'/> to <cpu>, or run Linux 6.12 or later.");
            case "avic-off-zen4" ->
                Optional.of("Write 'options kvm_amd avic=1' to a file in /etc/modprobe.d, load kvm_amd again, and plan"
                        + " again.");
            default -> Optional.empty();
        };
    }

    /// Where the flags of a `-cpu` argument belong.
    private static String cpuArgument(Domain domain) {
        var arguments = domain.qemuArguments();
        List<String> values = new ArrayList<>();
        for (int i = 1; i < arguments.size(); i++) {
            if (arguments.get(i - 1).value().equals("-cpu")) {
                values.add(arguments.get(i).value());
            }
        }
        return "Of " + (values.isEmpty() ? "it" : "'" + String.join("', '", values) + "'")
                + " the model 'host' is <cpu mode='host-passthrough'/>; a flag '+x' or 'x=on' is <feature"
                + " policy='require' name='x'/> in <cpu>, '-x' or 'x=off' one with policy='disable'; 'hv-x' is <x"
                + " state='on'/> in <hyperv>, 'hv-time' a timer hypervclock in <clock>, 'kvm=off' is <hidden"
                + " state='on'/> in <kvm>. Then delete both qemu:arg and plan again.";
    }

    /// Why a finding is left and what to do, for people; empty if nothing special is known of its rule.
    static Optional<String> note(Finding finding, Domain domain) {
        return Optional.ofNullable(WHY.get(finding.rule()))
                .map(why -> "left alone: " + why + ". " + finding.title() + ". "
                        + exactly(finding.rule(), domain).orElse(finding.fix())
                        + argument(finding.rule()));
    }

    private static String argument(String rule) {
        String options = ARGUMENTS.getOrDefault(rule, "");
        return options.isEmpty() ? "" : " 'nptune plan' sees to the boot loader with " + options + ".";
    }

    /// Leaves a rule alone if a `-cpu` argument past libvirt makes QEMU forget what would be written for it.
    static boolean overridden(Draft draft, String rule) {
        boolean argument =
                draft.domain().qemuArguments().stream().anyMatch(a -> a.value().equals("-cpu"));
        if (argument) {
            draft.leave(rule, "left alone: the -cpu argument overrides whatever is written for it (dup-cpu-arg).");
        }
        return argument;
    }
}
