package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.vm.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachinePlanTest {
    private static final String CPU = "  <cpu mode='host-passthrough'/>\n";
    private static final String CARD = """
                <hostdev mode='subsystem' type='pci' managed='yes'>
                  <source>
                    <address domain='0x0000' bus='0x01' slot='0x00' function='0x1'/>
                  </source>
                </hostdev>
            """;

    private static Domain split(String features, String devices) {
        return Plans.domain("pc-q35-4.0", CPU, features, devices);
    }

    @Test
    void theIoapicGoesToKvm() {
        assertThat(Plans.edited(split("", CARD), Plans.SOUND)).isEqualTo(split("""
                  <features>
                    <ioapic driver='kvm'/>
                  </features>
                """, CARD));
        assertThat(Plans.edited(
                        split("  <features>\n    <ioapic  driver=\"qemu\"/>\n    <acpi/>\n  </features>\n", CARD),
                        Plans.SOUND))
                .isEqualTo(split("  <features>\n    <ioapic  driver=\"kvm\"/>\n    <acpi/>\n  </features>\n", CARD));
    }

    @Test
    void aVmWithItsOwnIommuKeepsIt() {
        String devices = CARD + "    <iommu model='intel'>\n      <driver intremap='on'/>\n    </iommu>\n";
        Plan plan = Plans.of(split("  <features>\n    <ioapic driver='qemu'/>\n  </features>\n", devices), Plans.SOUND);
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "q35-4.0-split"))
                .singleElement()
                .asString()
                .contains("left alone: the VM has an IOMMU of its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pc-q35-4.0.1", "pc-q35-4.1", "pc-i440fx-4.0", "q35"})
    void otherTypesHaveItThereAlready(String machine) {
        assertThat(Plans.of(Plans.domain(machine, CPU, "", CARD), Plans.SOUND).changes())
                .noneMatch(c -> c.rules().contains("q35-4.0-split"));
    }

    @Test
    void everyVcpuGetsAQueue() {
        String disk = """
                    <disk type='block' device='disk'>
                      <driver name="qemu" type="raw" cache='none' io='native' iothread='1'/>
                      <source dev='/dev/a'/>
                      <target dev='vda' bus='virtio'/>
                    </disk>
                """;
        String bare = """
                    <controller type='scsi' index='0' model='virtio-scsi'>
                      <alias name='ua-scsi'/>
                    </controller>
                    <controller type='scsi' index='1' model='virtio-scsi'/>
                    <controller type='scsi' index='2' model='lsilogic'/>
                    <controller type='scsi' index='3' model='virtio-scsi'>
                      <driver queues='4'/>
                    </controller>
                """;
        String iothread = "  <iothreads>1</iothreads>\n";
        assertThat(Plans.edited(Plans.domain("pc-q35-5.1", CPU, iothread, disk + bare), Plans.SOUND))
                .isEqualTo(Plans.domain(
                        "pc-q35-5.1", CPU, iothread, disk.replace("iothread='1'/", "iothread='1' queues='2'/") + """
                                    <controller type='scsi' index='0' model='virtio-scsi'>
                                      <driver queues='2'/>
                                      <alias name='ua-scsi'/>
                                    </controller>
                                    <controller type='scsi' index='1' model='virtio-scsi'>
                                      <driver queues='2'/>
                                    </controller>
                                    <controller type='scsi' index='2' model='lsilogic'/>
                                    <controller type='scsi' index='3' model='virtio-scsi'>
                                      <driver queues='4'/>
                                    </controller>
                                """));
        assertThat(Plans.of(Plans.domain("pc-q35-5.2", CPU, iothread, disk + bare), Plans.SOUND)
                        .changes())
                .isEmpty();
    }

    /// The disk is on virtio only by the plan itself.
    @Test
    void aDiskThatMovesToVirtioGetsItsQueuesAtOnce() {
        Domain domain = Plans.domain("pc-q35-5.1", CPU, "", """
                    <disk type='file' device='disk'>
                      <source file='/a'/>
                      <target dev='sda' bus='sata'/>
                    </disk>
                """);
        assertThat(Plans.edited(domain, Plans.SOUND).xml())
                .contains("<driver name='qemu' type='raw' cache='none' io='native' iothread='1' queues='2'/>");
    }

    @Test
    void theTypeItselfIsForAPersonToChange() {
        Plan plan = Plans.of(Plans.domain("pc-q35-3.1", CPU, "", CARD), Plans.SOUND);
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "q35-le-3.1"))
                .singleElement()
                .asString()
                .startsWith("q35-le-3.1: left alone: with another machine type Windows finds its devices anew.");
    }
}
