package dev.nptune.doctor;

import java.util.List;

/// Rules about clocks.
final class TimeRules {
    private TimeRules() {}

    static List<Rule> all() {
        return List.of(CLOCKSOURCE_NOT_TSC);
    }

    private static final Rule CLOCKSOURCE_NOT_TSC = Rule.of(
                    "clocksource-not-tsc", Category.TIME, Severity.CRITICAL, Need.CLOCKSOURCE)
            .title("The host does not keep time by the TSC")
            .effect("KVM can offer the guest no reference TSC page: each time stamp leaves the guest.")
            .fix("Update the firmware and look in the kernel log why the TSC was given up;"
                    + " force it with tsc=reliable only after a drift test.")
            .risk("A TSC that is wrong makes clocks drift.")
            .when((host, _, notes) -> notes.read(host.cpu().clocksource())
                    .filter(c -> !c.equals("tsc"))
                    .ifPresent(c -> notes.found(host.cpu().clocksource().source(), c, "tsc")));
}
