package dev.nptune.cli;

import dev.nptune.bench.Efficiency;
import dev.nptune.bench.Measure;
import dev.nptune.report.TuneDocument;
import dev.nptune.report.TuneStory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What happened in the lab, in the words of the report.
///
/// @param document what was found, done and measured
/// @param steps the steps as they ended
/// @param refusal what libvirt said when the VM was started as it was found; empty if it started
record LabStory(TuneDocument document, List<ConsoleProgress.Step> steps, String refusal) {

    TuneStory tell(String when, Map<String, String> environment) {
        Efficiency efficiency = Objects.requireNonNull(document.efficiency());
        List<TuneStory.Step> told = new ArrayList<>(steps.stream()
                .map(step -> new TuneStory.Step(step.name(), step.result(), step.seconds()))
                .toList());
        return new TuneStory(
                "VM " + document.domain() + " on the emulated "
                        + document.host().cpu().modelName().get().orElse("host"),
                when,
                told,
                document.findings().stream()
                        .map(f -> new TuneStory.Answered(f.finding(), f.fixed()))
                        .toList(),
                document.diff(),
                document.workloads(),
                Measure.counted(document.workloads()),
                efficiency.before(),
                efficiency.after(),
                method(),
                environment,
                document.journal());
    }

    private List<String> method() {
        List<String> method = new ArrayList<>();
        method.add(
                "Every machine here is emulated, and its clock is the count of executed instructions, one"
                        + " nanosecond each, those of the emulated hypervisor included. What is measured so repeats"
                        + " to within 1 % from run to run, on this computer or another. It leaves out what depends on caches, TLBs and memory types.");
        method.add("Bare metal is the same emulated processor with the same kernel, initramfs, number of CPUs and"
                + " memory size as the VM, without a hypervisor. Its disk is a RAM disk, as is the one behind the"
                + " VM's disk.");
        if (!refusal.isEmpty()) {
            method.add("As found, the VM did not start; libvirt said: " + refusal + ". For the column 'before', its"
                    + " graphics card was detached from the host's driver by hand and nothing else was changed.");
        }
        return method;
    }
}
