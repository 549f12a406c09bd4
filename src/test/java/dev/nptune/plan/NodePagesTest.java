package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestHost;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Memory;
import dev.nptune.host.Memory.HugePagePool;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodePagesTest {
    private static final String NR = "/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages";

    private static final Domain BOUND = Domain.parse("""
            <domain type='kvm'>
              <name>win</name>
              <memory unit='GiB'>2</memory>
              <vcpu>2</vcpu>
              <numatune>
                <memory mode='strict' nodeset='1'/>
              </numatune>
              <os>
                <type arch='x86_64' machine='pc-q35-8.2'>hvm</type>
              </os>
              <cpu mode='host-passthrough' check='none'/>
              <devices>
                <memballoon model='none'/>
              </devices>
            </domain>
            """);

    static void nodes(TestHost host, long gib, long total, long free) {
        host.thp = Fact.known("never", TestHost.THP);
        for (int id = 0; id < 2; id++) {
            String dir = "/sys/devices/system/node/node" + id;
            host.nodes.add(new Memory.Node(
                    id,
                    Fact.known(CpuSet.parse(id == 0 ? "0-3,8-11" : "4-7,12-15"), dir + "/cpulist"),
                    Fact.known(gib << 30, dir + "/meminfo"),
                    Fact.known(gib << 30, dir + "/meminfo"),
                    List.of(new HugePagePool(2L << 20, Fact.known(total, dir), Fact.known(free, dir))),
                    Fact.known(id == 0 ? List.of(10, 16) : List.of(16, 10), dir + "/distance")));
        }
    }

    private static Plan plan(long gib, long total, long free, Map<String, String> files) {
        return Plans.of(BOUND, h -> nodes(h, gib, total, free), files, Plans.ALL_BUT_CPUS);
    }

    @Test
    void thePagesComeFromTheGuestsNodeNowAndAtBoot() {
        Plan plan = plan(8, 100, 90, Map.of());
        assertThat(plan.changes())
                .contains(new Change.WriteSysfs(
                        "Reserve 1024 huge pages of 2 MiB for the guest on NUMA node 1",
                        List.of("small-pages"),
                        NR,
                        "100",
                        "1034"))
                .contains(new Change.EditFile(
                        "Reserve 1034 huge pages of 2 MiB on NUMA node 1 at every boot",
                        List.of("small-pages"),
                        NodePages.FILE,
                        null,
                        """
                        # Reserved by nptune for VMs whose memory is in huge pages: without them they do not start.
                        w %s - - - - 1034
                        """.formatted(NR)));
        assertThat(Plans.after(plan, BOUND).hugePages()).isPresent();
    }

    @Test
    void theLineOfAnotherNodeAndWhatElseIsThereStays() {
        String other = NR.replace("node1", "node0");
        String file = "# mine\nw " + other + " - - - - 7\nw " + NR + " - - - - 5\n";
        Plan plan = plan(8, 0, 0, Map.of(NodePages.FILE, file));
        assertThat(plan.changes())
                .anySatisfy(c -> assertThat(c)
                        .isInstanceOfSatisfying(
                                Change.EditFile.class,
                                edit -> assertThat(edit.after())
                                        .isEqualTo("# mine\nw " + other + " - - - - 7\nw " + NR + " - - - - 1024\n")));
    }

    @Test
    void enoughNowAndAtBootIsEnough() {
        Plan plan = plan(8, 1024, 1024, Map.of(NodePages.FILE, "w " + NR + " - - - - 1024\n"));
        assertThat(plan.changes()).noneMatch(c -> c instanceof Change.WriteSysfs || c instanceof Change.EditFile);
        assertThat(Plans.after(plan, BOUND).hugePages()).isPresent();
    }

    @Test
    void aNodeThatIsTooSmallGivesNone() {
        Plan plan = plan(2, 0, 0, Map.of());
        assertThat(Plans.after(plan, BOUND).hugePages()).isEmpty();
        assertThat(Plans.notes(plan, "small-pages"))
                .anyMatch(n -> n.contains("node 1 has 2048 MiB, of which 2048 MiB"));
    }

    @Test
    void pagesOfTheOtherNodeAreNone() {
        Domain huge = BOUND.withHugePages();
        Plan plan = Plans.of(
                huge,
                h -> {
                    nodes(h, 8, 10, 10);
                    h.hugeTotal = Fact.known(5000L, TestHost.POOL + "nr_hugepages");
                    h.hugeFree = Fact.known(5000L, TestHost.POOL + "free_hugepages");
                },
                Map.of(),
                Plans.ALL_BUT_CPUS);
        assertThat(plan.changes())
                .anySatisfy(c -> assertThat(c.rules()).containsExactly("hugepage-short"))
                .anyMatch(c -> c instanceof Change.WriteSysfs w
                        && w.path().equals(NR)
                        && w.after().equals("1024"));
    }
}
