package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTextTest {
    /// What somebody agrees to who has a plan from a stranger.
    @Test
    void aPlanThatSaysAnotherThingThanItDoesIsSeenThrough() {
        Plan plan = Plan.of(
                "win10: 1 change\n\nchanges, in order",
                List.of(
                        new Change.EditFile("Set vm.swappiness", List.of(), "/etc/sudoers.d/x", null, "ALL\n"),
                        new Change.WriteSysfs(
                                "Set it\n      write '10' to /proc/sys/vm/swappiness",
                                List.of(),
                                "/proc/sys/kernel/core_pattern",
                                "core",
                                "|/tmp/x and some more words, so that all of it does not go into one line")));
        assertThat(PlanText.changes(plan, 80)).isEqualTo("""
                Plan for win10: 1 change\\x0a\\x0achanges, in order: 2 changes

                changes, in order
                   1  Set vm.swappiness
                    > make /etc/sudoers.d/x
                   2  Set it\\x0a      write '10' to /proc/sys/vm/swappiness
                    > write '|/tmp/x and some more words, so that all of it does not go into one
                        line' to /proc/sys/kernel/core_pattern
                """);
    }
}
