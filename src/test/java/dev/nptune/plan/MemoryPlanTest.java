package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.host.Virtualization;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.vm.Domain;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
    private static final Domain SMALL = Plans.domain("", "");
    private static final String CARD = """
                <hostdev mode='subsystem' type='pci' managed='yes'>
                  <source>
                    <address domain='0x0000' bus='0x01' slot='0x00' function='0x1'/>
                  </source>
                </hostdev>
            """;

    private static Consumer<TestHost> pool(long total, long free, String... domains) {
        return h -> {
            h.hugeTotal = Fact.known(total, TestHost.POOL + "nr_hugepages");
            h.hugeFree = Fact.known(free, TestHost.POOL + "free_hugepages");
            h.virtualization = defined(domains);
        };
    }

    private static Virtualization defined(String... names) {
        Virtualization none = Virtualization.none();
        return new Virtualization(
                Arrays.stream(names)
                        .map(n -> new DomainFile(n, Fact.known("<domain/>", "/etc/libvirt/qemu/" + n + ".xml")))
                        .toList(),
                none.running(),
                none.processes(),
                none.daemons(),
                none.hooks(),
                none.qemuConf(),
                none.firmware(),
                none.firmwareFiles(),
                none.swtpm(),
                none.kvm(),
                none.lookingGlass(),
                none.groups(),
                none.logs());
    }

    @Test
    void pagesThatLieIdleAreUsed() {
        Plan plan = Plans.of(SMALL, pool(256, 256, "win"));
        assertThat(plan.changes()).hasSize(2);
        assertThat(plan.changes().getFirst()).isInstanceOfSatisfying(Change.EditFile.class, edit -> {
            assertThat(edit.path()).isEqualTo(Sysctl.FILE);
            assertThat(edit.after()).endsWith("\nvm.nr_hugepages = 256\n");
        });
        assertThat(Plans.edited(SMALL, pool(256, 256, "win")).xml()).contains("""
                  <memory unit='MiB'>512</memory>
                  <memoryBacking>
                    <hugepages/>
                  </memoryBacking>
                """);
    }

    @Test
    void pagesThatAreTooFewOrAnotherVmsOrOfAnotherSizeAreNot() {
        for (Consumer<TestHost> machine : List.of(
                pool(255, 255, "win"),
                pool(256, 256, "win", "other"),
                pool(256, 256, "other"),
                pool(256, 256),
                pool(512, 512, "win")
                        .andThen(h -> h.commandLine = Fact.known("default_hugepagesz=1G", "/proc/cmdline")),
                pool(512, 512, "win").andThen(h -> h.commandLine = TestHost.unreadable(h.commandLine)))) {
            Plan plan = Plans.of(SMALL, machine);
            assertThat(plan.changes()).isEmpty();
            assertThat(Plans.notes(plan, "hugepage-idle"))
                    .singleElement()
                    .asString()
                    .startsWith("hugepage-idle: left alone: ");
        }
        assertThat(Plans.of(SMALL, pool(512, 511, "win")).changes()).isEmpty();
    }

    @Test
    void sharedMemoryGetsTransparentPages() {
        Domain shared = Plans.domain("""
                  <memoryBacking>
                    <source type='memfd'/>
                    <access mode='shared'/>
                  </memoryBacking>
                """, "");
        Plan plan = Plans.of(shared, Plans.SOUND);
        assertThat(plan.changes())
                .containsExactly(new Change.WriteSysfs(
                        "Let programs ask for transparent huge pages in shared memory, as QEMU does",
                        List.of("shmem-no-thp"),
                        "/sys/kernel/mm/transparent_hugepage/shmem_enabled",
                        "never",
                        "advise"));
        assertThat(Plans.notes(plan, "shmem-no-thp"))
                .singleElement()
                .asString()
                .contains("'w /sys/kernel/mm/transparent_hugepage/shmem_enabled - - - - advise'");
        assertThat(Plans.of(shared, h -> h.thpShmem = Fact.known("within_size", "shmem"))
                        .changes())
                .isEmpty();
        assertThat(Plans.of(shared, h -> h.thpShmem = TestHost.unreadable(h.thpShmem))
                        .changes())
                .isEmpty();
    }

    @Test
    void pinnedMemoryIsNotOfferedForMerging() {
        Consumer<TestHost> ksm = h -> h.ksmRun = Fact.known(1, "/sys/kernel/mm/ksm/run");
        String pins = """
                  <cputune>
                    <vcpupin vcpu='0' cpuset='4'/>
                    <vcpupin vcpu='1' cpuset='5'/>
                    <emulatorpin cpuset='0,8'/>
                  </cputune>
                """;
        assertThat(Plans.edited(Plans.domain(pins, CARD), ksm).xml()).contains("""
                  <memory unit='MiB'>512</memory>
                  <memoryBacking>
                    <nosharepages/>
                  </memoryBacking>
                """);
        String backing = "  <memoryBacking>\n    <locked/>\n    <!-- mine -->\n  </memoryBacking>\n";
        assertThat(Plans.edited(Plans.domain(pins + backing, CARD), ksm).xml())
                .contains("    <locked/>\n    <nosharepages/>\n    <!-- mine -->\n  </memoryBacking>");
        assertThat(Plans.of(Plans.domain(pins, ""), ksm).changes()).isEmpty();
        assertThat(Plans.of(Plans.domain(pins, CARD), Plans.SOUND).changes()).isEmpty();
        assertThat(Plans.of(Plans.domain(pins, CARD), h -> h.ksmRun = TestHost.unreadable(h.ksmRun))
                        .changes())
                .isEmpty();
    }
}
