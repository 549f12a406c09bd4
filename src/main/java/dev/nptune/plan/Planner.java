package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Severity;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns findings into changes. Pure: it sees the machine only through its arguments.
///
/// The changes come in the order in which they must be made: files, module reloads, sysfs, and last the domain, whose
/// edits are one change. A finding that no change answers is left as a note with what a person can do.
public final class Planner {
    private Planner() {}

    /// Plans.
    ///
    /// @param host the machine
    /// @param domain the domain as libvirt has it
    /// @param diagnosis what the doctor says of the two
    /// @param files text by absolute path below the root: of the files that [Host] names in
    ///     `kernel.moduleOptions`, of sysctl's, [NodePages#FILE], and those of
    ///     [dev.nptune.plan.boot.BootBinding]. A modprobe file that is missing here is
    ///     not edited, and a note says so; a sysctl file that is missing here is taken for one that does not exist
    /// @param request what a person asks for
    public static PlanResult plan(
            Host host, Domain domain, Diagnosis diagnosis, Map<String, String> files, Request request) {
        Optional<Refusal> tooMuch =
                MemoryPlan.tooMuch(host, request.memoryBytes().orElse(domain.memoryBytes()));
        if (tooMuch.isPresent()) {
            return tooMuch.get();
        }
        Optional<Refusal> tooMany = CpuPlan.refusal(host, domain, request);
        if (tooMany.isPresent()) {
            return tooMany.get();
        }
        Optional<Refusal> noScreen = ScreenPlan.refusal(host, domain, request);
        if (noScreen.isPresent()) {
            return noScreen.get();
        }
        boolean kept = request.keep().contains(Topic.GRAPHICS) || ArgumentPlan.turnsIommuOn(host, diagnosis, request);
        return switch (DeviceAdvisor.forDomain(host, domain, kept, ScreenPlan.writes(host, domain, request))) {
            case Refusal refusal -> refusal;
            case DeviceAdvice.Devices devices -> plan(host, domain, diagnosis, files, request, devices);
        };
    }

    private static Plan plan(
            Host host,
            Domain domain,
            Diagnosis diagnosis,
            Map<String, String> files,
            Request request,
            DeviceAdvice.Devices devices) {
        Draft draft = new Draft(domain, request.keep());
        Findings findings = new Findings(host, draft, diagnosis);
        ModprobeEdits modprobe = new ModprobeEdits(host, files);
        Sysctl sysctl = new Sysctl(files);
        MemoryPlan.size(draft, host, request);
        BindPlan bind = BindPlan.of(host, domain, devices, files, request);
        PassPlan.add(draft, findings, bind.devices());
        bind.addTo(draft);
        PlacePlan.add(draft, host, findings);
        NptPlan.add(draft, findings, modprobe);
        DiskPlan.add(draft, findings, request);
        CpuModelPlan.add(draft, findings);
        CpuPlan.add(draft, host, findings, request);
        MemoryPlan.add(draft, host, findings, sysctl, files);
        DevicePlan.add(draft, findings);
        HypervPlan.add(draft, host, findings);
        ClockPlan.add(draft, findings);
        MachinePlan.add(draft, findings);
        AvicPlan.add(draft, host, findings, modprobe);
        NetworkPlan.add(draft, findings);
        UsbPlan.add(draft, host, findings);
        HostSettingsPlan.add(draft, host, findings, sysctl, modprobe);
        HookPlan.add(draft, host, findings.diagnosis());
        ScreenPlan.add(draft, host, request);
        HostdevHook.add(draft, host);
        ArgumentPlan.add(draft, host, findings, request);
        modprobe.addTo(draft);
        sysctl.addTo(draft);
        BootPlan.add(draft, host, files);
        leaveRest(draft, findings);
        return draft.plan();
    }

    /// Tells of what is left alone: of what should be dealt with now, or of what a reason is known, what to do, of the
    /// rest that it is there. A myth asks for nothing, and what the edits of the domain answer by the way is
    /// not told.
    private static void leaveRest(Draft draft, Findings findings) {
        List<Finding> rest = findings.diagnosis().findings().stream()
                .filter(f -> !f.isMyth() && f.severity() != Severity.INFORMATION)
                .filter(f -> !draft.answered(f.rule()) && findings.fired(f.rule()))
                .toList();
        List<String> later = new ArrayList<>();
        for (Finding finding : rest) {
            Optional<String> reason = ByHand.note(finding, draft.domain());
            if (reason.isPresent()) {
                draft.leave(finding.rule(), reason.get());
            } else if (finding.severity().urgency() == Severity.Urgency.NOW) {
                draft.note(finding.rule() + ": left alone. " + finding.title() + ". " + finding.fix());
            } else {
                later.add(finding.rule());
            }
        }
        if (!later.isEmpty()) {
            draft.note(
                    "left alone, and less urgent: " + String.join(", ", later) + ". 'nptune doctor' says what to do.");
        }
    }
}
