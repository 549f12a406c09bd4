package dev.nptune.plan;

/// The guest's clocks.
final class ClockPlan {
    private ClockPlan() {}

    static void add(Draft draft, Findings findings) {
        String rule = "clock-utc";
        if (findings.fired(rule)) {
            draft.domain(rule, "clock in local time", draft.domain().withClock("localtime"));
            draft.choose(new Choice(
                    Topic.GUEST,
                    "the VM's clock in local time",
                    "Windows takes it for that, and is wrong by the time zone until it sets its clock over the network.",
                    "",
                    "a Windows with RealTimeIsUniversal in its registry is wrong then: set utc again for it"));
        }
        rule = "hv-time-missing";
        if (findings.fired(rule) && !ByHand.overridden(draft, rule)) {
            draft.domain(rule, "the hypervisor's clock", draft.domain().withTimer("hypervclock", "present", "yes"));
            draft.choose(Choice.of(
                    Topic.GUEST,
                    "a reference clock of the hypervisor",
                    "Without it each time stamp is read from an emulated device and leaves the guest."));
        }
        rule = "hpet-on";
        if (findings.fired(rule)) {
            draft.domain(rule, "no HPET", draft.domain().withTimer("hpet", "present", "no"));
            draft.choose(Choice.of(
                    Topic.GUEST, "no HPET", "Each read of the emulated one leaves the guest and goes to QEMU."));
        }
    }
}
