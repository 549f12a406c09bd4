package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.HostFacts;
import java.util.List;
import java.util.Optional;

/// Turns nested page tables on again.
final class NptPlan {
    private static final String RULE = "npt-off";
    private static final String MODULE = "kvm_amd";
    private static final String PARAMETER = "npt";

    private NptPlan() {}

    static void add(Draft draft, Findings findings, ModprobeEdits modprobe) {
        Diagnosis diagnosis = findings.diagnosis();
        Optional<Finding> off = diagnosis.finding(RULE);
        if (off.isEmpty()) {
            return;
        }
        if (diagnosis.fired("npt-gpat")) {
            draft.leave(
                    RULE,
                    "left off. This kernel may ignore the guest's memory types under nested paging,"
                            + " which costs more than NPT gains: upgrade the kernel first.");
            return;
        }
        if (diagnosis.unknown().stream().anyMatch(u -> u.rule().equals("npt-gpat"))) {
            draft.note("npt-gpat could not be decided: if frame rates fall with NPT on, look at the kernel's age.");
        }
        Optional<String> kept = modprobe.drop(RULE, MODULE, PARAMETER, HostFacts::isFalse);
        kept.ifPresent(why -> draft.leave(RULE, why + "."));
        Optional<String> word = modprobe.onCommandLine(MODULE, PARAMETER, HostFacts::isFalse);
        if (word.isPresent() && kept.isEmpty()) {
            // loading the module again takes the word again
            draft.dropArgument(RULE, word.get());
            draft.note(RULE + ": " + word.get() + " on the kernel's command line turns them off until the next boot.");
        } else if (kept.isEmpty()) {
            turnOn(draft, off.get());
        }
    }

    private static void turnOn(Draft draft, Finding off) {
        String before = off.evidence().getFirst().found();
        String after = off.evidence().getFirst().wanted();
        draft.change(new Change.ReloadModule(
                "Load kvm_amd again with nested page tables on", List.of(RULE), MODULE, PARAMETER, before, after));
        draft.note(
                "npt-off: if the initramfs loads kvm_amd, rebuild it, or its old copy of the options comes back at boot.");
        draft.choose(new Choice(
                Topic.HOST,
                "nested page tables on",
                "Without them KVM keeps shadow page tables in software, and every change the guest makes to its own"
                        + " page tables leaves the guest.",
                "reported: a game at 60 fps felt like 30 without them (Level1Techs, \"Patch NPT on Ryzen for Better"
                        + " Performance\")",
                ""));
    }
}
