package dev.nptune.plan;

/// The processor that the guest sees.
final class CpuModelPlan {
    private CpuModelPlan() {}

    static void add(Draft draft, Findings findings) {
        String rule = "cpu-model-emulated";
        if (findings.fired(rule) && !ByHand.overridden(draft, rule)) {
            draft.domain(rule, "the host's processor", draft.domain().withHostCpu());
            if (findings.fired("topoext-missing")) {
                draft.domain("topoext-missing", "topoext", draft.domain().withFeature("topoext", "require"));
            }
            draft.choose(new Choice(
                    Topic.CPU,
                    "the guest sees the host's processor",
                    "The emulated one lacks AVX and other instructions: programs take slow paths, and some games do not"
                            + " start.",
                    "",
                    "Windows may ask for activation again"));
        }
        rule = "no-invtsc";
        if (findings.fired(rule) && !ByHand.overridden(draft, rule)) {
            draft.domain(rule, "a steady time stamp counter", draft.domain().withFeature("invtsc", "require"));
            draft.choose(new Choice(
                    Topic.GUEST,
                    "the guest is told that its time stamp counter is steady",
                    "QEMU leaves that out for live migration, and programs that look for it use a slower clock.",
                    "",
                    "no live migration, which a passed device rules out anyway"));
        }
    }
}
