package dev.nptune.plan;

import dev.nptune.vm.Domain;
import java.util.List;

/// What a machine type costs, as far as single settings mend it.
final class MachinePlan {
    private MachinePlan() {}

    static void add(Draft draft, Findings findings) {
        ioapic(draft, findings);
        queues(draft, findings);
    }

    /// An emulated IOMMU that remaps interrupts needs the I/O APIC in QEMU.
    private static void ioapic(Draft draft, Findings findings) {
        String rule = "q35-4.0-split";
        if (!findings.fired(rule)) {
            return;
        }
        if (draft.domain().root().find("devices/iommu").isPresent()) {
            draft.leave(
                    rule,
                    "left alone: the VM has an IOMMU of its own, which may need the I/O APIC where it is."
                            + " A machine type of pc-q35-4.0.1 or later is what is left.");
            return;
        }
        draft.domain(rule, "the I/O APIC in KVM", draft.domain().withKernelIoapic());
        draft.choose(Choice.of(
                Topic.MACHINE,
                "the I/O APIC left to KVM",
                "This machine type has it in QEMU, through which line interrupts of passed devices then go; the type"
                        + " itself stays, so that Windows finds its devices as they were."));
    }

    private static void queues(Draft draft, Findings findings) {
        String rule = "q35-le-5.1";
        List<String> single = findings.places(rule, "/driver/@queues");
        if (single.isEmpty()) {
            return;
        }
        Domain edited = draft.domain();
        for (String path : single) {
            edited = edited.withQueues(path, edited.vcpus().enabled().size());
        }
        draft.domain(rule, "a request queue for each vCPU", edited);
        draft.choose(Choice.of(
                Topic.DISK,
                "a request queue for each vCPU",
                "This machine type gives virtio disks one that all vCPUs share; the type itself stays."));
    }
}
