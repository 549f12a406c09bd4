package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.vm.Domain;
import org.junit.jupiter.api.Test;

class NetworkPlanTest {
    private static final String CARDS = """
                <interface type='network'>
                  <mac address='52:54:00:00:00:01'/>
                  <source network='default'/>
                  <model  type="e1000e"/>
                  <address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>
                </interface>
                <interface type='user'>
                  <mac address='52:54:00:00:00:02'/>
                </interface>
                <interface type='bridge'>
                  <source bridge='br0'/>
                  <model type='e1000-82545em'/>
                </interface>
            """;
    private static final String WINDOWS = """
              <features>
                <hyperv mode='custom'>
                  <vpindex state='on'/>
                  <synic state='on'/>
                  <stimer state='on'/>
                  <tlbflush state='on'/>
                  <ipi state='on'/>
                </hyperv>
              </features>
              <clock offset='localtime'>
                <timer name='hpet' present='no'/>
                <timer name='hypervclock' present='yes'/>
              </clock>
            """;

    @Test
    void emulatedCardsGoToVirtioWhereTheyAre() {
        assertThat(Plans.edited(Plans.domain("", CARDS), Plans.SOUND)).isEqualTo(Plans.domain("", """
                    <interface type='network'>
                      <mac address='52:54:00:00:00:01'/>
                      <source network='default'/>
                      <model  type="virtio"/>
                      <address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>
                    </interface>
                    <interface type='user'>
                      <mac address='52:54:00:00:00:02'/>
                      <model type='virtio'/>
                    </interface>
                    <interface type='bridge'>
                      <source bridge='br0'/>
                      <model type='e1000-82545em'/>
                    </interface>
                """));
    }

    @Test
    void aWindowsWithoutTheDriverKeepsItsNetwork() {
        Plan plan = Plans.of(Plans.domain(WINDOWS, CARDS), Plans.SOUND);
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "nic-emulated"))
                .singleElement()
                .asString()
                .contains("left alone. The guest looks like Windows (features/hyperv)")
                .contains("NetKVM");
    }

    @Test
    void aWindowsWithAVirtioCardHasTheDriver() {
        Domain domain = Plans.domain(WINDOWS, CARDS.replace("e1000-82545em", "virtio"));
        assertThat(Plans.edited(domain, Plans.SOUND).xml()).doesNotContain("e1000");
        assertThat(Plans.of(domain, Plans.SOUND).choices())
                .singleElement()
                .satisfies(c -> assertThat(c.costs()).isEqualTo("Windows takes it for another network"));
        Domain modern = Plans.domain(WINDOWS, CARDS.replace("e1000-82545em", "virtio-non-transitional"));
        assertThat(Plans.edited(modern, Plans.SOUND).xml()).doesNotContain("e1000");
    }

    @Test
    void whatIsToBeLeftAsItIsIsLeft() {
        Plan plan = Plans.keeping(Plans.domain("", CARDS), Plans.SOUND, Topic.NETWORK);
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.notes()).containsExactly("network: left as it is, as asked (nic-emulated).");
        assertThat(Plans.keeping(Plans.domain("", CARDS), Plans.SOUND, Topic.DEVICES)
                        .changes())
                .hasSize(1);
    }
}
