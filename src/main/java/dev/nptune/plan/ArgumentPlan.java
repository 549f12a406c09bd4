package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.CommandLine;
import dev.nptune.host.Host;
import java.util.List;
import java.util.Optional;

/// What rules ask of the kernel's command line, and what a person does.
final class ArgumentPlan {
    /// What turns an IOMMU off, or names what is not one.
    private static final List<String> IOMMU_OFF = List.of("iommu=off", "amd_iommu=off", "intel_iommu=off");

    private static final String IOMMU = "iommu-off";
    private static final String NO_BOOT_FRAMEBUFFER = "initcall_blacklist=sysfb_init";

    private ArgumentPlan() {}

    static void add(Draft draft, Host host, Findings findings, Request request) {
        draft.nextBoot().add().addAll(request.host().addArguments());
        draft.nextBoot().drop().addAll(request.host().dropArguments());
        if (draft.keeps(Topic.HOST)) {
            return;
        }
        Optional<CommandLine> now = host.kernel().commandLine().get().map(CommandLine::parse);
        if (now.isPresent() && findings.fired(IOMMU)) {
            iommu(draft, host, now.get());
        }
        if (now.isPresent() && findings.fired("bootfb-held")) {
            bootFramebuffer(draft, host, now.get());
        }
    }

    /// Whether the IOMMU is off and an argument may turn it on, so that what is passed cannot be judged before the next
    /// boot.
    static boolean turnsIommuOn(Host host, Diagnosis diagnosis, Request request) {
        Optional<CommandLine> now = host.kernel().commandLine().get().map(CommandLine::parse);
        return diagnosis.fired(IOMMU)
                && !request.keep().contains(Topic.HOST)
                && now.filter(n -> !off(n).isEmpty() || lacksIntels(host, n)).isPresent();
    }

    private static List<String> off(CommandLine now) {
        return IOMMU_OFF.stream()
                .filter(word ->
                        now.parameters().stream().anyMatch(p -> p.toString().equals(word)))
                .toList();
    }

    private static boolean lacksIntels(Host host, CommandLine now) {
        return host.cpu().vendor().get().filter("GenuineIntel"::equals).isPresent()
                && now.last("intel_iommu").filter(v -> v.startsWith("on")).isEmpty();
    }

    /// Where the firmware has an IOMMU and the kernel was told to leave it off, or was not told to use Intel's.
    private static void iommu(Draft draft, Host host, CommandLine now) {
        List<String> off = off(now);
        boolean intels = lacksIntels(host, now);
        off.forEach(word -> draft.dropArgument(IOMMU, word));
        if (intels) {
            draft.argument(IOMMU, "intel_iommu=on");
        }
        if (!off.isEmpty() || intels) {
            draft.note(
                    IOMMU + ": plan again after the next boot, when what shares a group with a passed device is known."
                            + " If the IOMMU stays off then, it is off in the firmware (AMD-Vi, VT-d).");
        }
    }

    /// Only where another card with a driver shows the console, and not where it is known not to help.
    private static void bootFramebuffer(Draft draft, Host host, CommandLine now) {
        boolean helps = HostFacts.atLeast(host.kernel().release(), 5, 15)
                && !HostFacts.atLeast(host.kernel().release(), 6, 18);
        boolean another = host.pci().stream()
                .filter(f -> f.isDisplay() && !f.bootVga().get().orElse(false))
                .anyMatch(
                        f -> f.driver().get().filter(d -> !d.equals("vfio-pci")).isPresent());
        if (helps && another && !now.values("initcall_blacklist").contains("sysfb_init")) {
            draft.argument("bootfb-held", NO_BOOT_FRAMEBUFFER);
            draft.note("bootfb-held: with " + NO_BOOT_FRAMEBUFFER
                    + " nothing is shown at boot until the driver of the host's own card is loaded.");
        }
    }
}
