package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.vm.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacePlanTest {
    @Test
    void whatBelongsInOnePlaceGoesThereAsItIs() {
        Domain before = Plans.domain("""
                  <kvm>
                    <!-- mine -->
                    <hint-dedicated  state="on"/>
                  </kvm>
                  <locked/>
                  <features>
                    <acpi/>
                  </features>
                """, "");
        assertThat(Plans.edited(before, Plans.SOUND).xml())
                .isEqualTo(Plans.domain("""
                  <features>
                    <acpi/>
                    <kvm>
                      <!-- mine -->
                      <hint-dedicated  state="on"/>
                    </kvm>
                  </features>
                """, "")
                        .xml()
                        .replace("  <vcpu>", "  <memoryBacking>\n    <locked/>\n  </memoryBacking>\n  <vcpu>"));
    }

    @Test
    void aPlaceIsMadeBesideWhatIsMoved() {
        assertThat(Plans.edited(Plans.domain("  <ioapic driver='kvm'/>\n", ""), Plans.SOUND))
                .isEqualTo(Plans.domain("""
                  <features>
                    <ioapic driver='kvm'/>
                  </features>
                """, ""));
        Domain line = Domain.parse("<domain type='kvm'><name>a</name><memory>1</memory><os><type>hvm</type></os>"
                + "<ioapic driver='kvm'/><cpu mode='host-passthrough'/></domain>");
        assertThat(Plans.after(Plans.of(line, Plans.SOUND), line).xml())
                .isEqualTo("<domain type='kvm'><name>a</name><memory>1</memory><os><type>hvm</type></os><features>"
                        + "<ioapic driver='kvm'/></features><cpu mode='host-passthrough'/></domain>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // two of them
                "  <ioapic driver='kvm'/>\n  <features>\n    <ioapic driver='qemu'/>\n  </features>\n",
                // nowhere to go
                "  <relaxed state='on'/>\n",
                // one can be moved, the other belongs in the domain itself
                "  <ioapic driver='kvm'/>\n  <features>\n    <cputune/>\n  </features>\n",
                // which place is meant is not known
                "  <features>\n    <feature policy='disable' name='svm'/>\n  </features>\n",
            })
    void whatCannotBeToldIsLeft(String more) {
        Plan plan = Plans.of(Plans.domain(more, ""), Plans.SOUND);
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "wrong-place"))
                .singleElement()
                .asString()
                .startsWith("wrong-place: left alone: not all of it has one place");
    }

    @Test
    void timersAreToldByTheirNames() {
        String clock = "  <clock offset='utc'>\n    <timer name='rtc' tickpolicy='catchup'/>\n  </clock>\n";
        Domain other = Plans.domain(clock + "  <timer name='pit' tickpolicy='delay'/>\n", "");
        assertThat(Plans.edited(other, Plans.SOUND)).isEqualTo(Plans.domain("""
                  <clock offset='utc'>
                    <timer name='rtc' tickpolicy='catchup'/>
                    <timer name='pit' tickpolicy='delay'/>
                  </clock>
                """, ""));
        Domain same = Plans.domain(clock + "  <timer name='rtc' tickpolicy='delay'/>\n", "");
        assertThat(Plans.of(same, Plans.SOUND).changes()).isEmpty();
    }
}
