package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Fact;
import dev.nptune.vm.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockPlanTest {
    /// Windows with all enlightenments.
    private static Domain windows(String clock) {
        return Plans.domain("""
                  <features>
                    <hyperv mode='custom'>
                      <vpindex state='on'/>
                      <synic state='on'/>
                      <stimer state='on'/>
                      <tlbflush state='on'/>
                      <ipi state='on'/>
                    </hyperv>
                  </features>
                """ + clock, "");
    }

    @Test
    void aClockIsMade() {
        Domain after = Plans.edited(windows(""), Plans.SOUND);
        assertThat(after.xml()).contains("""
                  <cpu mode='host-passthrough' check='none'/>
                  <clock offset='localtime'>
                    <timer name='hypervclock' present='yes'/>
                    <timer name='hpet' present='no'/>
                  </clock>
                  <devices>
                """);
    }

    @Test
    void theOwnersClockIsMended() {
        assertThat(Plans.edited(windows("""
                  <clock adjustment='reset'  offset="utc">
                    <!-- lost ticks -->
                    <timer name='rtc'   tickpolicy='catchup'/>
                    <timer name="hpet" present="yes"/>
                    <timer name='hypervclock' present='no'/>
                  </clock>
                """), Plans.SOUND)).isEqualTo(windows("""
                  <clock adjustment='reset'  offset="localtime">
                    <!-- lost ticks -->
                    <timer name='rtc'   tickpolicy='catchup'/>
                    <timer name="hpet" present="no"/>
                    <timer name='hypervclock' present='yes'/>
                  </clock>
                """));
    }

    @ParameterizedTest
    @CsvSource({"timezone", "variable"})
    void anotherOffsetIsMeantSo(String offset) {
        String clock = "  <clock offset='" + offset + "'>\n    <timer name='hpet' present='no'/>\n"
                + "    <timer name='hypervclock' present='yes'/>\n  </clock>\n";
        assertThat(Plans.of(windows(clock), Plans.SOUND).changes()).isEmpty();
    }

    @Test
    void aGuestThatIsNotWindowsKeepsItsClock() {
        Domain linux = Plans.domain("  <clock offset='utc'/>\n", "");
        assertThat(Plans.of(linux, Plans.SOUND).changes()).isEmpty();
    }

    @Test
    void theHostsOwnClockIsAMatterOfTheFirmware() {
        Plan plan = Plans.of(Plans.domain("", ""), h -> h.clocksource = Fact.known("hpet", "current_clocksource"));
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "clocksource-not-tsc"))
                .singleElement()
                .asString()
                .contains(
                        "left alone: only the firmware's setup can change it. The host does not keep time by the TSC.");
    }
}
