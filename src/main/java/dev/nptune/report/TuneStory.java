package dev.nptune.report;

import dev.nptune.bench.Workload;
import dev.nptune.doctor.Finding;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a run of `nptune tune` did and measured: everything the report shows, and nothing it would have to find out.
///
/// @param title one line, e.g. `Gaming VM win10 on the emulated EPYC`
/// @param when the moment of the run as it is to be read, time zone included
/// @param steps what was done, in order
/// @param findings what the doctor found, and whether it was fixed
/// @param diff the plan as a unified diff; empty if nothing was changed
/// @param workloads what was measured, those of the mean first
/// @param counted how many of the workloads, from the first on, make the efficiency
/// @param efficiencyBefore geometric mean of bare/VM before, 1 being bare metal; null if not measured
/// @param efficiencyAfter the same afterwards
/// @param method how it was measured, a paragraph each
/// @param environment names and versions of what took part, in the order to show
/// @param journal id or path of the journal by which the changes can be taken back; empty if there is none
public record TuneStory(
        String title,
        String when,
        List<Step> steps,
        List<Answered> findings,
        String diff,
        List<Workload> workloads,
        int counted,
        @Nullable Double efficiencyBefore,
        @Nullable Double efficiencyAfter,
        List<String> method,
        Map<String, String> environment,
        String journal) {

    public TuneStory {
        steps = List.copyOf(steps);
        findings = List.copyOf(findings);
        workloads = List.copyOf(workloads);
        Figures.clamp(counted, workloads);
        method = List.copyOf(method);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /// One step of the run.
    ///
    /// @param name what was done, e.g. `scan`
    /// @param detail what came of it
    /// @param seconds how long it took
    public record Step(String name, String detail, double seconds) {}

    /// A finding and its end.
    ///
    /// @param finding what was found
    /// @param fixed whether it was gone afterwards
    public record Answered(Finding finding, boolean fixed) {}
}
