package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Severity;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
    ///     `kernel.moduleOptions`, and of sysctl's. A modprobe file that is missing here is not edited, and a note
    ///     says so; a sysctl file that is missing here is taken for one that does not exist
    /// @param request what a person asks for
    public static PlanResult plan(
            Host host, Domain domain, Diagnosis diagnosis, Map<String, String> files, Request request) {
        Draft draft = new Draft(domain, request.keep());
        NptPlan.add(draft, host, diagnosis, files);
        DiskPlan.add(draft, diagnosis, request);
        CpuPlan.add(draft, host, diagnosis, request);
        MemoryPlan.add(draft, host, diagnosis, files);
        DevicePlan.add(draft, diagnosis);
        HookPlan.add(draft, host, diagnosis);
        leaveRest(draft, diagnosis);
        return draft.plan();
    }

    /// Tells of what is left alone: of what should be dealt with now what to do, of the rest that it is there. A myth
    /// asks for nothing.
    private static void leaveRest(Draft draft, Diagnosis diagnosis) {
        List<Finding> rest = diagnosis.findings().stream()
                .filter(f -> !f.isMyth() && f.severity() != Severity.INFORMATION)
                .filter(f -> !draft.answered(f.rule()))
                .toList();
        List<String> later = new ArrayList<>();
        for (Finding finding : rest) {
            if (finding.severity().urgency() == Severity.Urgency.NOW) {
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
