package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.vm.Domain;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuModelPlanTest {
    private static final String CARD = """
                <hostdev mode='subsystem' type='pci' managed='yes'>
                  <source>
                    <address domain='0x0000' bus='0x01' slot='0x00' function='0x1'/>
                  </source>
                </hostdev>
            """;

    private static void steady(TestHost host) {
        host.flags = Fact.known(Set.of("svm", "npt", "topoext", "nonstop_tsc"), "/proc/cpuinfo");
    }

    private static Domain domain(String cpu, String devices) {
        return Plans.domain("pc-q35-8.2", cpu, "  <features>\n    <acpi/>\n  </features>\n", devices);
    }

    /// What is told of CPUs counts here.
    private static Domain edited(Domain before) {
        return Plans.edited(before, Plans.SOUND, Request.DEFAULT);
    }

    @Test
    void aModelFromLongAgoBecomesTheHosts() {
        assertThat(edited(domain("""
                  <cpu mode="custom" match='exact' check='partial'>
                    <model fallback='allow'>qemu64</model>
                    <vendor>AMD</vendor>
                    <!-- mine -->
                    <feature policy='disable' name='svm'/>
                  </cpu>
                """, ""))).isEqualTo(domain("""
                  <cpu mode="host-passthrough" check='none'>
                    <!-- mine -->
                    <feature policy='disable' name='svm'/>
                  </cpu>
                """, ""));
        assertThat(edited(domain("  <cpu><model>kvm64</model></cpu>\n", "")))
                .isEqualTo(domain("  <cpu mode='host-passthrough'/>\n", ""));
    }

    @Test
    void noneAtAllBecomesTheHosts() {
        assertThat(edited(domain("", ""))).isEqualTo(domain("  <cpu mode='host-passthrough' check='none'/>\n", ""));
    }

    @Test
    void oneThatWasChosenStays() {
        for (String cpu : new String[] {
            "  <cpu mode='custom' match='exact'>\n    <model>EPYC</model>\n  </cpu>\n", "  <cpu mode='host-model'/>\n"
        }) {
            assertThat(Plans.of(domain(cpu, ""), Plans.SOUND).changes()).isEmpty();
        }
    }

    @Test
    void whatTheHostsProcessorThenLacksComesAlong() {
        Domain after = Plans.edited(domain("""
                  <cpu>
                    <topology sockets='1' cores='1' threads='2'/>
                  </cpu>
                """, CARD), CpuModelPlanTest::steady, Request.DEFAULT);
        assertThat(after.xml()).contains("""
                  <cpu mode='host-passthrough'>
                    <topology sockets='1' cores='1' threads='2'/>
                    <feature policy='require' name='topoext'/>
                    <feature policy='require' name='invtsc'/>
                  </cpu>
                """);
    }

    @Test
    void aSteadyCounterIsShownOnlyWithAPassedDevice() {
        String cpu = "  <cpu mode='host-passthrough' check='none'/>\n";
        assertThat(Plans.edited(domain(cpu, CARD), CpuModelPlanTest::steady)).isEqualTo(domain("""
                  <cpu mode='host-passthrough' check='none'>
                    <feature policy='require' name='invtsc'/>
                  </cpu>
                """, CARD));
        assertThat(Plans.of(domain(cpu, ""), CpuModelPlanTest::steady).changes())
                .isEmpty();
        assertThat(Plans.of(domain(cpu, CARD), h -> h.flags = TestHost.unreadable(h.flags))
                        .changes())
                .isEmpty();
        assertThat(Plans.of(
                                domain("  <cpu mode='host-passthrough' migratable='off'/>\n", CARD),
                                CpuModelPlanTest::steady)
                        .changes())
                .isEmpty();
    }

    @Test
    void whatIsToBeLeftAsItIsIsLeft() {
        Plan plan = Plans.keeping(domain("", ""), Plans.SOUND, Topic.CPU);
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.notes()).containsExactly("CPUs: left as it is, as asked (cpu-model-emulated).");
    }
}
