package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.TestCard;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.host.Kernel.ModuleOption;
import dev.nptune.host.KernelLog;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostSettingsPlanTest {
    private static final String CONF = "/etc/modprobe.d/kvm.conf";
    private static final String POLL = "/sys/module/kvm/parameters/halt_poll_ns";
    private static final Domain PINNED = Plans.domain("""
              <cputune>
                <vcpupin vcpu='0' cpuset='4'/>
                <vcpupin vcpu='1' cpuset='5'/>
                <emulatorpin cpuset='0,8'/>
              </cputune>
            """, "");

    private static Consumer<TestHost> balancing(int mode) {
        return h -> h.numaBalancing = Fact.known(mode, "/proc/sys/kernel/numa_balancing");
    }

    private static Consumer<TestHost> trapped(Fact<Integer> mitigate) {
        return h -> {
            h.splitLockMitigate = mitigate;
            h.log = TestHost.log(
                    KernelLog.Category.SPLIT_LOCK,
                    "x86/split lock detection: #AC: CPU 3/KVM/4711 took a split_lock trap at address: 0x7ff6");
        };
    }

    private static Consumer<TestHost> kvm(String parameter, String value) {
        return h -> h.kvm.put(parameter, Plans.parameter("kvm", parameter, value));
    }

    private static List<Change> writes(Plan plan) {
        return plan.changes().stream()
                .filter(c -> c instanceof Change.WriteSysfs)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 2"})
    void pinnedMemoryIsNotBalanced(int mode, String after) {
        assertThat(Plans.of(PINNED, balancing(mode)).changes())
                .containsExactly(
                        new Change.EditFile(
                                "Set kernel.numa_balancing to " + after + " at every boot",
                                List.of("numa-balancing"),
                                "/etc/sysctl.d/90-nptune.conf",
                                null,
                                "# No balancing of memory between NUMA nodes (numa-balancing).\nkernel.numa_balancing = "
                                        + after + "\n"),
                        new Change.WriteSysfs(
                                "No balancing of memory between NUMA nodes",
                                List.of("numa-balancing"),
                                "/proc/sys/kernel/numa_balancing",
                                Integer.toString(mode),
                                after));
    }

    @Test
    void memoryOfAVmWithoutPinsMayBeBalancedAndSoMayTiers() {
        assertThat(Plans.of(Plans.domain("", ""), balancing(1)).changes()).isEmpty();
        assertThat(Plans.of(PINNED, balancing(2)).changes()).isEmpty();
        assertThat(Plans.of(PINNED, h -> h.numaBalancing = TestHost.unreadable(h.numaBalancing))
                        .changes())
                .isEmpty();
    }

    @Test
    void allSettingsAreInOneFile() {
        Consumer<TestHost> machine = balancing(1)
                .andThen(trapped(Fact.known(1, "/proc/sys/kernel/split_lock_mitigate")))
                .andThen(h -> h.thpDefrag = Fact.known("always", TestHost.THP.replace("enabled", "defrag")));
        Plan plan = Plans.of(PINNED, machine);
        assertThat(plan.changes().getFirst())
                .isEqualTo(new Change.EditFile(
                        "Set kernel.numa_balancing to 0 at every boot; Set vm.compaction_proactiveness to 0 at every"
                                + " boot; Set kernel.split_lock_mitigate to 0 at every boot",
                        List.of("numa-balancing", "compaction", "split-lock"),
                        "/etc/sysctl.d/90-nptune.conf",
                        null,
                        """
                        # No balancing of memory between NUMA nodes (numa-balancing).
                        kernel.numa_balancing = 0
                        # No compaction of memory in the background (compaction).
                        vm.compaction_proactiveness = 0
                        # No sleep for locks across two cache lines (split-lock).
                        kernel.split_lock_mitigate = 0
                        """));
        assertThat(writes(plan).stream().map(c -> ((Change.WriteSysfs) c).path()))
                .containsExactly(
                        "/proc/sys/kernel/numa_balancing",
                        "/sys/kernel/mm/transparent_hugepage/defrag",
                        "/proc/sys/vm/compaction_proactiveness",
                        "/proc/sys/kernel/split_lock_mitigate");
        assertThat(plan.choices()).hasSize(3).allMatch(c -> c.topic() == Topic.HOST);
        assertThat(Plans.keeping(PINNED, machine, Topic.HOST, Topic.CPU).changes())
                .isEmpty();
        assertThat(Plans.keeping(PINNED, machine, Topic.HOST, Topic.CPU).notes())
                .singleElement()
                .asString()
                .startsWith("host: left as it is, as asked (")
                .contains("numa-balancing", "compaction", "split-lock");
    }

    @Test
    void aFileThatIsReadLaterIsTold() {
        Plan plan = Plans.of(
                PINNED,
                balancing(1),
                Map.of("/etc/sysctl.d/99-mine.conf", "kernel/numa_balancing = 1\n"),
                Plans.ALL_BUT_CPUS);
        assertThat(plan.changes()).hasSize(1).isEqualTo(writes(plan));
        assertThat(Plans.notes(plan, "numa-balancing"))
                .containsExactly("numa-balancing: /etc/sysctl.d/99-mine.conf sets kernel.numa_balancing to 1 at every"
                        + " boot: make that 0, or take the line out.");
    }

    @Test
    void anOldKernelHasNoSettingForSplitLocks() {
        Plan plan = Plans.of(
                PINNED,
                trapped(Fact.absent("/proc/sys/kernel/split_lock_mitigate"))
                        .andThen(h -> h.release = Fact.known("6.0.0", "osrelease")));
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "split-lock"))
                .singleElement()
                .asString()
                .contains("Add split_lock_detect=off to the kernel command line");
    }

    @ParameterizedTest
    @CsvSource({"0", "1000001", "4294967295"})
    void kvmWaitsAsLongAsByDefault(String now) {
        Plan plan = Plans.of(
                PINNED,
                kvm("halt_poll_ns", now)
                        .andThen(h ->
                                h.options = List.of(new ModuleOption(CONF, 2, "kvm", List.of("halt_poll_ns=" + now)))),
                Map.of(CONF, "# mine\noptions kvm halt_poll_ns=" + now + "\n"),
                Plans.ALL_BUT_CPUS);
        assertThat(plan.changes())
                .containsExactly(
                        new Change.EditFile(
                                "Drop halt_poll_ns=" + now + " from " + CONF,
                                List.of("halt-poll"),
                                CONF,
                                "# mine\noptions kvm halt_poll_ns=" + now + "\n",
                                "# mine\n"),
                        new Change.WriteSysfs(
                                "Let KVM wait 200 µs for a vCPU that sleeps",
                                List.of("halt-poll"),
                                POLL,
                                now,
                                "200000"));
        assertThat(plan.notes()).isEmpty();
    }

    @Test
    void whatComesBackAtBootIsTold() {
        Plan line = Plans.of(
                PINNED,
                kvm("halt_poll_ns", "0")
                        .andThen(h -> h.commandLine = Fact.known("quiet kvm.halt_poll_ns=0", "/proc/cmdline")));
        assertThat(writes(line)).hasSize(1);
        assertThat(line.notes())
                .containsExactly(
                        "halt-poll: this lasts until reboot: take kvm.halt_poll_ns=0 off the kernel command line (plan with"
                                + " --drop-kernel-arg kvm.halt_poll_ns=0).");
        Plan unread = Plans.of(
                PINNED,
                kvm("halt_poll_ns", "0")
                        .andThen(
                                h -> h.options = List.of(new ModuleOption(CONF, 2, "kvm", List.of("halt_poll_ns=0")))));
        assertThat(unread.notes()).singleElement().asString().contains("its text was not read");
        Plan harmless = Plans.of(
                PINNED,
                kvm("halt_poll_ns", "0")
                        .andThen(h -> h.options =
                                List.of(new ModuleOption(CONF, 2, "kvm", List.of("halt_poll_ns=1000000")))));
        assertThat(harmless.notes()).isEmpty();
        assertThat(Plans.of(PINNED, kvm("halt_poll_ns", "1000000")).changes()).isEmpty();
    }

    @Test
    void twoOptionsOnOneLineAndOneOnAnother() {
        String text = "options kvm nx_huge_pages=force halt_poll_ns=0\n# x\noptions kvm halt_poll_ns=0\n";
        Plan plan = Plans.of(
                PINNED,
                kvm("halt_poll_ns", "0")
                        .andThen(kvm("nx_huge_pages", "Y"))
                        .andThen(h -> h.options = List.of(
                                new ModuleOption(CONF, 1, "kvm", List.of("nx_huge_pages=force", "halt_poll_ns=0")),
                                new ModuleOption(CONF, 3, "kvm", List.of("halt_poll_ns=0")))),
                Map.of(CONF, text),
                Plans.ALL_BUT_CPUS);
        assertThat(plan.changes().getFirst())
                .isEqualTo(new Change.EditFile(
                        "Drop halt_poll_ns=0, nx_huge_pages=force from " + CONF,
                        List.of("halt-poll", "nx-hugepages"),
                        CONF,
                        text,
                        "# x\n"));
        assertThat(writes(plan))
                .contains(new Change.WriteSysfs(
                        "Do not split huge pages that hold code",
                        List.of("nx-hugepages"),
                        "/sys/module/kvm/parameters/nx_huge_pages",
                        "Y",
                        "N"));
    }

    @Test
    void anAffectedProcessorSplitsThem() {
        Consumer<TestHost> affected = kvm("nx_huge_pages", "Y")
                .andThen(h -> h.vulnerabilities.put(
                        "itlb_multihit", TestHost.vulnerability("itlb_multihit", "KVM: Mitigation: Split huge pages")));
        assertThat(Plans.of(PINNED, affected).changes()).isEmpty();
    }

    @Test
    void whatHangsInOneResetGetsAnother() {
        Domain domain = Domain.parse(PINNED.xml().replace("    <memballoon", """
                    <hostdev mode='subsystem' type='pci' managed='yes'>
                      <source>
                        <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
                      </source>
                    </hostdev>
                    <memballoon"""));
        Consumer<TestHost> usb = h -> {
            h.gpuSound = false;
            h.gpu = new TestCard("01:00.0", 0x0c0330);
            h.gpu.vendor = 0x1022;
            h.gpu.device = 0x149c;
        };
        Plan plan = Plans.of(domain, usb);
        assertThat(writes(plan))
                .containsExactly(new Change.WriteSysfs(
                        "Reset 1022:149c in another way than it hangs in",
                        List.of("flr-quirk"),
                        TestCard.GPU + "/reset_method",
                        "flr bus",
                        "bus"));
        Plan only = Plans.of(
                domain, usb.andThen(h -> h.gpu.resets = Fact.known(List.of("flr"), TestCard.GPU + "/reset_method")));
        assertThat(Plans.withoutHook(only)).isEmpty();
        assertThat(Plans.notes(only, "flr-quirk")).singleElement().asString().contains("no other way to be reset");
    }

    @Test
    void whatIsWantedOnlyWhileTheVmRunsIsLeftToAHook() {
        Plan plan = Plans.of(
                PINNED,
                h -> h.frequency = TestHost.frequency(TestHost.policy("0-15", "acpi-cpufreq", "powersave", "")));
        assertThat(plan.changes()).isEmpty();
        assertThat(Plans.notes(plan, "governor"))
                .singleElement()
                .asString()
                .contains("only while the VM runs, which a libvirt hook has to see to");
    }
}
