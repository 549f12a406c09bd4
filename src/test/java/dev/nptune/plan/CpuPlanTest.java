package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// vCPUs of VMs that pass the card at 01:00.
class CpuPlanTest {
    private static Domain domain(int vcpus, String tune, String cpu) {
        return Domain.parse("""
                <domain type='kvm'>
                  <name>win</name>
                  <memory unit='GiB'>2</memory>
                  <vcpu placement='static'>%d</vcpu>
                %s  <os>
                    <type arch='x86_64' machine='pc-q35-8.2'>hvm</type>
                  </os>
                %s  <devices>
                    <hostdev mode='subsystem' type='pci' managed='yes'>
                      <source>
                        <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
                      </source>
                    </hostdev>
                    <memballoon model='none'/>
                  </devices>
                </domain>
                """.formatted(vcpus, tune, cpu));
    }

    private static final String PASSTHROUGH = "  <cpu mode='host-passthrough' check='none' migratable='off'/>\n";

    private static PlanResult plan(Domain domain, Consumer<TestHost> machine, Request request) {
        Host host = Plans.host(machine);
        return Planner.plan(host, domain, Doctor.examine(host, domain), Map.of(), request);
    }

    private static Domain after(Domain domain, Consumer<TestHost> machine, Request request) {
        return Plans.after((Plan) plan(domain, machine, request), domain);
    }

    private static Request request(@Nullable Integer vcpus, Topic... keep) {
        Request d = Request.DEFAULT;
        return new Request(
                d.goal(), Optional.ofNullable(vcpus), Optional.empty(), Set.of(keep), false, Optional.empty());
    }

    /// Six cores, two L3 caches of three: each counts in eights.
    private static void threesome(TestHost host) {
        host.logical = TestHost.cpus(6, 2, 2);
        host.online = Fact.known(CpuSet.range(0, 11), "online");
    }

    @Test
    void anL3OfSixThreadsIsPaddedToEight() {
        Domain after = after(domain(8, "", PASSTHROUGH), CpuPlanTest::threesome, Request.DEFAULT);
        assertThat(after.vcpus().maximum()).isEqualTo(10);
        assertThat(after.vcpus().enabled()).isEqualTo(CpuSet.parse("0-5,8-9"));
        assertThat(after.xml())
                .contains("""
                  <vcpu placement='static' current='8'>10</vcpu>
                  <vcpus>
                    <vcpu id='0' enabled='yes' hotpluggable='no'/>
                """)
                .contains(
                        "    <vcpu id='6' enabled='no' hotpluggable='yes'/>\n",
                        "    <vcpu id='8' enabled='yes' hotpluggable='yes'/>\n")
                .contains("""
                    <topology sockets='1' dies='1' cores='5' threads='2'/>
                    <cache mode='passthrough'/>
                """);
        assertThat(after.vcpuPins().stream().map(p -> p.thread() + ":" + p.cpus()))
                .containsExactly("0:3", "1:9", "2:4", "3:10", "4:5", "5:11", "8:1", "9:7");
    }

    @Test
    void belowOneL3NothingIsPadded() {
        Domain after = after(domain(6, "", PASSTHROUGH), CpuPlanTest::threesome, Request.DEFAULT);
        assertThat(after.vcpus().maximum()).isEqualTo(6);
        assertThat(after.xml()).doesNotContain("<vcpus>", "<cache");
        Plan plan = (Plan) plan(domain(8, "", PASSTHROUGH), CpuPlanTest::threesome, Request.DEFAULT);
        assertThat(plan.notes()).anyMatch(n -> n.startsWith("6 vCPUs would fit below one L3: 22 ns"));
    }

    @Test
    void paddingThatIsNotNeededGoes() {
        Domain padded = after(domain(8, "", PASSTHROUGH), CpuPlanTest::threesome, Request.DEFAULT);
        Domain after = after(padded, _ -> {}, Request.DEFAULT);
        assertThat(after.vcpus().maximum()).isEqualTo(8);
        assertThat(after.xml()).contains("<vcpu placement='static'>8</vcpu>").doesNotContain("<vcpus>");
        assertThat(after.vcpuPins()).hasSize(8);
    }

    @Test
    void moreOrFewerAsAskedFor() {
        Domain twelve = after(domain(8, "", PASSTHROUGH), _ -> {}, request(12));
        assertThat(twelve.vcpus().enabled().size()).isEqualTo(12);
        Domain four = after(domain(8, "", PASSTHROUGH), _ -> {}, request(4));
        assertThat(four.vcpus().enabled()).isEqualTo(CpuSet.range(0, 3));
        assertThat(four.vcpuPins()).hasSize(4);
        assertThat(plan(domain(8, "", PASSTHROUGH), _ -> {}, request(15)))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        r -> assertThat(r.reason()).startsWith("15 vCPUs need a CPU each and the host a core"));
    }

    @Test
    void theTruthIsNotToldWhereItCannotBe() {
        Domain model = domain(4, "", "  <cpu mode='custom' match='exact'>\n    <model>EPYC</model>\n  </cpu>\n");
        Plan plan = (Plan) plan(model, _ -> {}, Request.DEFAULT);
        Domain after = Plans.after(plan, model);
        assertThat(after.vcpuPins()).hasSize(4);
        assertThat(after.xml()).doesNotContain("threads='2'", "topoext");
        assertThat(plan.notes()).anyMatch(n -> n.contains("takes cpu mode host-passthrough"));
        Domain without =
                after(domain(4, "", PASSTHROUGH), h -> h.flags = Fact.known(Set.of("svm"), "f"), Request.DEFAULT);
        assertThat(without.xml()).doesNotContain("threads='2'", "topoext");
    }

    /// Of the eighth core there is one thread: its other number is disabled, and no core has two vCPUs that are none.
    @Test
    void anOddNumberLeavesAThreadOut() {
        Domain domain = domain(8, "", PASSTHROUGH);
        Plan plan = (Plan) plan(domain, _ -> {}, request(7));
        Domain after = Plans.after(plan, domain);
        assertThat(after.vcpus().maximum()).isEqualTo(8);
        assertThat(after.vcpus().enabled()).isEqualTo(CpuSet.range(0, 6));
        assertThat(after.xml()).contains("<topology sockets='1' dies='1' cores='4' threads='2'/>");
        Host host = Plans.host(_ -> {});
        assertThat(Doctor.examine(host, after).fired("smt-pairs")).isFalse();
        assertThat(plan.choices()).noneMatch(c -> c.brings().contains("smt-pairs"));
    }

    @Test
    void whatElseNamesVcpusFollows() {
        String tune = """
                  <cputune>
                    <vcpusched vcpus='0-7' scheduler='fifo' priority='1'/>
                    <cachetune vcpus='6-7'>
                      <cache id='0' level='3' type='both' size='3' unit='MiB'/>
                    </cachetune>
                    <memorytune vcpus='2-6'>
                      <node id='0' bandwidth='60'/>
                    </memorytune>
                  </cputune>
                """;
        Domain after = after(domain(8, tune, PASSTHROUGH), _ -> {}, request(6));
        assertThat(after.xml())
                .contains("<vcpusched vcpus='0-5' scheduler='fifo' priority='1'/>", "<memorytune vcpus='2-5'>")
                .doesNotContain("cachetune");
        Domain more = after(domain(8, tune, PASSTHROUGH), _ -> {}, request(12));
        assertThat(more.xml()).contains("<vcpusched vcpus='0-11'", "<cachetune vcpus='6-7'>");
    }

    @Test
    void aGuestWithNodesOfItsOwnIsLeftToItsOwner() {
        String cpu = """
                  <cpu mode='host-passthrough' check='none' migratable='off'>
                    <numa>
                      <cell id='0' cpus='0-3' memory='1' unit='GiB'/>
                      <cell id='1' cpus='4-7' memory='1' unit='GiB'/>
                    </numa>
                  </cpu>
                """;
        Domain domain = domain(8, "", cpu);
        Plan plan = (Plan) plan(domain, _ -> {}, Request.DEFAULT);
        assertThat(Plans.after(plan, domain)).isEqualTo(domain);
        assertThat(plan.notes()).anyMatch(n -> n.startsWith("unpinned: left alone: the guest has NUMA nodes"));
        assertThat(plan(domain, _ -> {}, request(6))).isInstanceOf(Refusal.class);
    }

    @Test
    void roomForMoreVcpusStays() {
        Domain before = Domain.parse(domain(16, "", PASSTHROUGH)
                .xml()
                .replace("<vcpu placement='static'>", "<vcpu placement='static' current='8'>"));
        Domain after = after(before, _ -> {}, Request.DEFAULT);
        assertThat(after.xml()).contains("<vcpu placement='static' current='8'>16</vcpu>", "cores='8' threads='2'");
        assertThat(after.vcpuPins()).hasSize(8);
    }

    @Test
    void memoryThatIsSpreadOnPurposeStaysSpread() {
        String tune = "  <numatune>\n    <memory mode='interleave' nodeset='0-1'/>\n  </numatune>\n";
        Consumer<TestHost> nodes = h -> {
            h.logical = h.logical.stream()
                    .map(l -> PlacementTest.onNode(l, l.l3Id().get().orElseThrow()))
                    .toList();
            NodePagesTest.nodes(h, 8, 0, 0);
        };
        assertThat(after(domain(6, tune, PASSTHROUGH), nodes, Request.DEFAULT).xml())
                .contains("<memory mode='interleave' nodeset='0-1'/>");
        assertThat(after(domain(6, "", PASSTHROUGH), nodes, Request.DEFAULT).xml())
                .contains("<memory mode='strict' nodeset='");
    }

    @Test
    void memoryMayGrowBeyondWhatItsOwnerAllowed() {
        Domain before = Domain.parse(domain(4, "", PASSTHROUGH)
                .xml()
                .replace("  <memory unit", "  <maxMemory slots='4' unit='GiB'>3</maxMemory>\n  <memory unit"));
        Request d = Request.DEFAULT;
        Domain after = after(
                before,
                _ -> {},
                new Request(d.goal(), Optional.empty(), Optional.of(4L << 30), Set.of(), false, Optional.empty()));
        assertThat(after.xml())
                .contains("<maxMemory slots='4' unit='KiB'>4194304</maxMemory>", "<memory unit='KiB'>4194304</memory>");
    }

    @Test
    void whereNoL3IsKnownNothingIsSaidOfIt() {
        Plan plan = (Plan) plan(
                domain(8, "", PASSTHROUGH),
                h -> h.logical = h.logical.stream().map(CpuPlanTest::withoutL3).toList(),
                Request.DEFAULT);
        assertThat(plan.choices()).anySatisfy(c -> assertThat(c.what()).matches("vCPUs on host CPUs [0-9,-]+"));
        assertThat(plan.notes()).anyMatch(n -> n.startsWith("which CPUs share an L3 cache is not known"));
    }

    private static LogicalCpu withoutL3(LogicalCpu l) {
        return new LogicalCpu(
                l.id(),
                l.packageId(),
                l.packageCpus(),
                l.dieId(),
                l.coreId(),
                l.threadSiblings(),
                Fact.absent("id"),
                Fact.absent("shared_cpu_list"),
                Fact.absent("size"),
                l.node(),
                l.highestPerf());
    }

    @Test
    void cpusStayAsTheyAreWhereAsked() {
        Domain domain = domain(8, "", PASSTHROUGH);
        assertThat(after(domain, _ -> {}, request(null, Topic.CPU))).isEqualTo(domain);
    }

    @Test
    void iothreadsGoWithTheHost() {
        Domain after = after(domain(8, "  <iothreads>2</iothreads>\n", PASSTHROUGH), _ -> {}, Request.DEFAULT);
        assertThat(after.iothreadPins().stream().map(p -> p.thread() + ":" + p.cpus()))
                .containsExactly("1:3,11", "2:3,11");
    }
}
