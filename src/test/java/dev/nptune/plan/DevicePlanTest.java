package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestHost;
import dev.nptune.vm.Domain;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DevicePlanTest {
    private static final String BUS_0 =
            "      <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x%d'/>\n";
    private static final String PORT = """
                <controller type='pci' index='0' model='pcie-root'/>
                <controller type='pci' index='1' model='pcie-root-port'/>
                <controller type='pci' index='2' model='pcie-to-pci-bridge'/>
            """;

    /// The VM with its vCPUs pinned and the topology told, so that a passed card makes no rule but those about it fire.
    private static Domain domain(String machine, String devices) {
        return Plans.domain(machine, "  <cpu mode='host-passthrough' check='none'/>\n", """
                  <cputune>
                    <vcpupin vcpu='0' cpuset='4'/>
                    <vcpupin vcpu='1' cpuset='5'/>
                    <emulatorpin cpuset='0,8'/>
                  </cputune>
                """, PORT + devices);
    }

    private static String card(int function, String address) {
        return """
                    <hostdev mode='subsystem' type='pci' managed='yes'>
                      <source>
                        <address domain='0x0000' bus='0x01' slot='0x00' function='0x%d'/>
                      </source>
                %s      <rom bar='on'/>
                    </hostdev>
                """.formatted(function, address);
    }

    @Test
    void aCardOnTheRootComplexMovesWithItsSound() {
        Domain before = domain("pc-q35-8.2", card(0, BUS_0.formatted(0)) + card(1, BUS_0.formatted(1)));
        assertThat(Plans.edited(before, Plans.SOUND)).isEqualTo(domain("pc-q35-8.2", card(0, "") + card(1, "")));
        assertThat(Plans.of(before, Plans.SOUND).choices()).anySatisfy(c -> {
            assertThat(c.topic()).isEqualTo(Topic.GRAPHICS);
            assertThat(c.costs()).startsWith("Windows finds the card anew");
        });
    }

    @Test
    void soundElsewhereStaysThere() {
        String other = "      <address type='pci' domain='0x0000' bus='0x00' slot='6' function='0x0'/>\n";
        assertThat(Plans.edited(domain("pc-q35-8.2", card(0, BUS_0.formatted(0)) + card(1, other)), Plans.SOUND))
                .isEqualTo(domain("pc-q35-8.2", card(0, "") + card(1, other)));
    }

    @Test
    void aCardBehindABridgeMoves() {
        String bridge = "      <address type='pci' domain='0x0000' bus='0x02' slot='0x01' function='0x0'/>\n";
        assertThat(Plans.edited(domain("pc-q35-8.2", card(0, bridge)), Plans.SOUND))
                .isEqualTo(domain("pc-q35-8.2", card(0, "")));
    }

    @Test
    void aCardThatSharesItsSlotStays() {
        String nic = """
                    <interface type='user'>
                      <model type='virtio'/>
                      <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x3'/>
                    </interface>
                """;
        Plan plan = Plans.of(domain("pc-q35-8.2", card(0, BUS_0.formatted(0)) + nic), Plans.SOUND);
        assertThat(Plans.withoutHook(plan)).isEmpty();
        assertThat(Plans.notes(plan, "gpu-not-rootport"))
                .singleElement()
                .asString()
                .contains("shares its slot");
    }

    @Test
    void aCardOnARootPortOrOnAnotherMachineOrUnknownStays() {
        String port = "      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>\n";
        Consumer<TestHost> gone = h -> h.gpuPresent = false;
        assertThat(Plans.withoutHook(Plans.of(domain("pc-q35-8.2", card(0, port)), Plans.SOUND)))
                .isEmpty();
        assertThat(Plans.of(domain("pc-q35-8.2", card(0, BUS_0.formatted(0))), gone)
                        .changes())
                .isEmpty();
        assertThat(Plans.of(
                                Plans.domain(
                                        "pc-i440fx-8.2",
                                        "  <cpu mode='host-passthrough'/>\n",
                                        "",
                                        card(0, BUS_0.formatted(0))),
                                Plans.SOUND)
                        .changes())
                .noneMatch(c -> c.rules().contains("gpu-not-rootport"));
    }

    @Test
    void aBalloonGoesUnlessMemoryIsToStayAsItIs() {
        Domain before = Domain.parse(domain("pc-q35-8.2", card(1, ""))
                .xml()
                .replace("<memballoon model='none'/>", "<memballoon model='virtio'/>"));
        assertThat(Plans.edited(before, Plans.SOUND)).isEqualTo(domain("pc-q35-8.2", card(1, "")));
        Plan kept = Plans.keeping(before, Plans.SOUND, Topic.MEMORY, Topic.CPU);
        assertThat(kept.changes()).isEmpty();
        assertThat(kept.notes()).contains("memory: left as it is, as asked (memballoon).");
    }
}
