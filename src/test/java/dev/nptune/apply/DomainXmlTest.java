package dev.nptune.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class DomainXmlTest {
    private static final String BEFORE = """
            <domain type='kvm'>
              <name>win11</name>
              <memory unit='KiB'>8388608</memory>
              <vcpu>4</vcpu>
              <features><hyperv mode='custom'><relaxed state='on'/></hyperv><acpi/></features>
            </domain>
            """;

    @Test
    void libvirtsOwnWordingOfTheSameIsTheChange() throws IOException {
        String after = BEFORE.replace("<memory unit='KiB'>8388608", "<memory unit='GiB'>16")
                .replace("<acpi/>", "<acpi/><apic/>")
                .replace("<vcpu>4</vcpu>", "<vcpu>8</vcpu><cputune><vcpupin vcpu='0' cpuset='0,1,2'/></cputune>");
        String now = """
                <domain type='kvm'>
                  <name>win11</name>
                  <memory unit='KiB'>16777216</memory>
                  <vcpu placement='static'>8</vcpu>
                  <cputune>
                    <vcpupin vcpu='0' cpuset='0-2'/>
                  </cputune>
                  <features>
                    <acpi/>
                    <apic/>
                    <hyperv mode='custom'>
                      <relaxed state='on'/>
                    </hyperv>
                  </features>
                  <on_reboot>restart</on_reboot>
                </domain>
                """;
        assertThat(DomainXml.missing(BEFORE, after, now)).isEmpty();
    }

    @Test
    void whatLibvirtDroppedOrKeptIsNamed() throws IOException {
        String after = BEFORE.replace("<acpi/>", "").replace("<relaxed state='on'/>", "<tlbflush state='on'/>");
        assertThat(DomainXml.missing(BEFORE, after, BEFORE))
                .containsExactly(
                        "not there: domain/features/hyperv/tlbflush state='on'",
                        "still there: domain/features/hyperv/relaxed state='on'",
                        "still there: domain/features/acpi");
        assertThat(DomainXml.missing(BEFORE, after, after)).isEmpty();
    }

    @Test
    void twoOfAKindAreCounted() throws IOException {
        String one = "<domain><devices><controller type='usb'/></devices></domain>";
        String two = "<domain><devices><controller type='usb'/><controller type='usb'/></devices></domain>";
        assertThat(DomainXml.missing(one, two, one)).containsExactly("not there: domain/devices/controller type='usb'");
        assertThat(DomainXml.missing(two, one, two))
                .containsExactly("still there: domain/devices/controller type='usb'");
        assertThat(DomainXml.missing(one, two, two)).isEmpty();
    }

    @Test
    void hostileTextIsRefused() {
        assertThatThrownBy(() -> DomainXml.elements("<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><d>&e;</d>"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> DomainXml.elements("<d>".repeat(100))).hasMessageContaining("nested deeper");
        assertThatThrownBy(() -> DomainXml.elements("<d>")).hasMessageContaining("not well-formed");
    }

    @Test
    void ofANewDomainEverythingHasToBeThereAndQ35StandsForTheNewest() throws IOException {
        String planned = "<domain><os><type machine='q35'>hvm</type></os><vcpu>2</vcpu></domain>";
        String kept = planned.replace("'q35'", "'pc-q35-7.2'");
        assertThat(DomainXml.missing(null, planned, planned)).isEmpty();
        assertThat(DomainXml.missing(null, planned, kept)).isEmpty();
        assertThat(DomainXml.missing(null, planned, kept.replace("pc-q35", "pc-i440fx")))
                .containsExactly("not there: domain/os/type machine='q35' 'hvm'");
        assertThat(DomainXml.missing(null, planned, kept.replace("<vcpu>2", "<vcpu>1")))
                .containsExactly("not there: domain/vcpu '2'");
        assertThat(DomainXml.missing(null, kept, planned)).hasSize(1);
    }
}
