package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.host.CommandLine;
import dev.nptune.host.Host;
import java.util.List;
import java.util.Optional;

/// What rules ask of the kernel's command line, and what a person does.
final class ArgumentPlan {
    /// What turns an IOMMU off, or names what is not one.
    private static final List<String> IOMMU_OFF = List.of("iommu=off", "amd_iommu=off", "intel_iommu=off");

    private static final String NO_BOOT_FRAMEBUFFER = "initcall_blacklist=sysfb_init";

    private ArgumentPlan() {}

    static void add(Draft draft, Host host, Findings findings, Request request) {
        draft.nextBoot().add().addAll(request.host().addArguments());
        draft.nextBoot().drop().addAll(request.host().dropArguments());
        if (draft.keeps(Topic.HOST)) {
            return;
        }
        Optional<CommandLine> now = host.kernel().commandLine().get().map(CommandLine::parse);
        if (now.isPresent() && findings.fired("iommu-off")) {
            iommu(draft, host, now.get());
        }
        if (now.isPresent() && findings.fired("bootfb-held")) {
            bootFramebuffer(draft, host, now.get());
        }
    }

    /// Where the firmware has an IOMMU and the kernel was told to leave it off, or was not told to use Intel's.
    private static void iommu(Draft draft, Host host, CommandLine now) {
        List<String> off = IOMMU_OFF.stream()
                .filter(word ->
                        now.parameters().stream().anyMatch(p -> p.toString().equals(word)))
                .toList();
        off.forEach(word -> draft.dropArgument("iommu-off", word));
        boolean intel = host.cpu().vendor().get().filter("GenuineIntel"::equals).isPresent();
        if (intel && now.last("intel_iommu").filter(v -> v.startsWith("on")).isEmpty()) {
            draft.argument("iommu-off", "intel_iommu=on");
        }
        if (!off.isEmpty() || intel) {
            draft.note(
                    "iommu-off: if the IOMMU stays off after the next boot, it is off in the firmware (AMD-Vi, VT-d).");
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
