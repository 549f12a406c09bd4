package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Cpu.CoreClass;
import dev.nptune.host.Cpu.CoreClass.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuReaderTest {
    private static final String CPUS = "/sys/devices/system/cpu/";

    @TempDir
    Path root = Path.of("");

    TestTree tree = new TestTree(root);

    @BeforeEach
    void plant() {
        tree = new TestTree(root).file(CPUS + "online", "0-1,3\n");
    }

    private Cpu read() {
        return CpuReader.read(new Tree(root));
    }

    @Test
    void setsOfCpus() {
        tree.file(CPUS + "present", "0-3\n").file(CPUS + "offline", "2,4-63\n");
        tree.file(CPUS + "isolated", "3\n").file(CPUS + "nohz_full", "  (null)\n");
        tree.file(CPUS + "smt/control", "forceoff\n");
        tree.file("/sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc hpet acpi_pm \n");
        tree.file("/proc/cpuinfo", "vendor_id : AuthenticAMD\nmicrocode\t: 0x8001138\n");

        Cpu cpu = read();

        assertThat(cpu.offline()).isEqualTo(Fact.known(CpuSet.of(2), CPUS + "present"));
        assertThat(cpu.isolated().get()).contains(CpuSet.of(3));
        assertThat(cpu.nohzFull().get()).contains(CpuSet.of());
        assertThat(cpu.smtControl().get()).contains("forceoff");
        assertThat(cpu.clocksources().get()).contains(List.of("tsc", "hpet", "acpi_pm"));
        assertThat(cpu.microcode()).isEqualTo(Fact.known("0x8001138", "/proc/cpuinfo"));
    }

    @Test
    void frequencyPolicies() {
        String policy = CPUS + "cpufreq/policy";
        tree.files(
                policy + "10",
                Map.of("affected_cpus", "3", "scaling_driver", "amd-pstate-epp", "scaling_max_freq", "?"));
        tree.files(
                policy + "2",
                Map.of(
                        "affected_cpus",
                        "0 1",
                        "scaling_governor",
                        "powersave",
                        "energy_performance_preference",
                        "performance",
                        "cpuinfo_max_freq",
                        "5759000"));
        tree.file(CPUS + "amd_pstate/status", "active\n").file(CPUS + "amd_pstate/prefcore", "enabled\n");
        tree.file(CPUS + "intel_pstate/no_turbo", "1\n");

        CpuFrequency frequency = read().frequency();

        assertThat(frequency.pstateMode().get()).contains("active");
        assertThat(frequency.preferredCores().get()).contains("enabled");
        assertThat(frequency.boost()).isEqualTo(Fact.known(false, CPUS + "intel_pstate/no_turbo"));
        assertThat(frequency.policies())
                .extracting(p -> p.cpus().get().orElseThrow().toString())
                .containsExactly("0-1", "3");
        assertThat(frequency.policies().getFirst().energyPreference().get()).contains("performance");
        assertThat(frequency.policies().getFirst().hardwareMaximum().get()).contains(5_759_000L);
        assertThat(frequency.policies().getLast().maximum())
                .isEqualTo(Fact.unreadable(policy + "10/scaling_max_freq", "not a count: '?'"));
    }

    @Test
    void oldKernelsHaveAPolicyInEachCpu() {
        for (int cpu : new int[] {0, 1, 3}) {
            tree.files(
                    CPUS + "cpu" + cpu + "/cpufreq",
                    Map.of("affected_cpus", cpu < 2 ? "0 1" : "3", "scaling_driver", "acpi-cpufreq"));
        }
        assertThat(read().frequency().policies())
                .extracting(CpuFrequency.Policy::directory)
                .containsExactly(CPUS + "cpu0/cpufreq", CPUS + "cpu3/cpufreq");
    }

    @Test
    void idleStatesAndWhereTheyAreOff() {
        tree.file(CPUS + "cpuidle/current_driver", "acpi_idle\n").file(CPUS + "cpuidle/current_governor_ro", "menu\n");
        for (int cpu : new int[] {0, 1}) {
            String directory = CPUS + "cpu" + cpu + "/cpuidle/state";
            tree.files(directory + "0", Map.of("name", "POLL", "latency", "0", "disable", "0"));
            tree.files(directory + "2", Map.of("name", "C2", "latency", "18", "disable", cpu + ""));
        }

        CpuIdle idle = read().idle();

        assertThat(idle.driver().get()).contains("acpi_idle");
        assertThat(idle.governor().get()).contains("menu");
        String state = CPUS + "cpu0/cpuidle/state2/";
        assertThat(idle.states())
                .hasSize(2)
                .last()
                .isEqualTo(new CpuIdle.State(
                        Fact.known("C2", state + "name"),
                        Fact.known(18L, state + "latency"),
                        CpuSet.of(0, 1),
                        Fact.known(CpuSet.of(1), state + "disable")));
        assertThat(idle.states().getFirst().disabledOn().get()).contains(CpuSet.of());
    }

    @Test
    void whereAStateIsOffIsUnknownIfOneCpuDoesNotTell() {
        tree.files(CPUS + "cpu0/cpuidle/state0", Map.of("name", "POLL", "disable", "0"));
        tree.files(CPUS + "cpu1/cpuidle/state0", Map.of("name", "POLL"));

        assertThat(read().idle().states().getFirst().disabledOn())
                .isEqualTo(Fact.absent(CPUS + "cpu1/cpuidle/state0/disable"));
    }

    @Test
    void vulnerabilities() {
        tree.file(CPUS + "vulnerabilities/retbleed", "Mitigation: untrained return thunk\n");
        tree.directory(CPUS + "vulnerabilities/meltdown").file(CPUS + "vulnerabilities/\u001b[31m", "x");

        assertThat(read().vulnerabilities())
                .isEqualTo(Map.of(
                        "retbleed",
                        Fact.known("Mitigation: untrained return thunk", CPUS + "vulnerabilities/retbleed"),
                        "meltdown",
                        Fact.unreadable(CPUS + "vulnerabilities/meltdown", "not a regular file")));
    }

    @Test
    void theRankingOfPreferredCoresComesBeforeWhatTheFirmwareSays() {
        tree.file(CPUS + "cpu0/cpufreq/amd_pstate_prefcore_ranking", "231\n");
        tree.file(CPUS + "cpu0/acpi_cppc/highest_perf", "166\n").file(CPUS + "cpu1/acpi_cppc/highest_perf", "166\n");

        assertThat(read().logical())
                .extracting(Cpu.LogicalCpu::highestPerf)
                .startsWith(
                        Fact.known(231, CPUS + "cpu0/cpufreq/amd_pstate_prefcore_ranking"),
                        Fact.known(166, CPUS + "cpu1/acpi_cppc/highest_perf"));
    }

    @Test
    void theKernelsWordOnKindsOfCoresIsNotInferred() {
        tree.file("/sys/devices/cpu_core/cpus", "0-1\n").file("/sys/devices/cpu_atom/cpus", "3\n");

        assertThat(read().coreClasses().get().orElseThrow())
                .containsExactly(
                        new CoreClass(Kind.PERFORMANCE, CpuSet.of(0, 1), false, "/sys/devices/cpu_core/cpus"),
                        new CoreClass(Kind.EFFICIENT, CpuSet.of(3), false, "/sys/devices/cpu_atom/cpus"));
    }

    @Test
    void sharedL2AloneIsNoSignOfKinds() {
        tree.file("/proc/cpuinfo", "vendor_id : GenuineIntel\n").file(CPUS + "online", "0-3,8\n");
        for (int cpu : new int[] {0, 1, 2, 3, 8}) {
            String directory = CPUS + "cpu" + cpu;
            tree.file(directory + "/topology/thread_siblings_list", cpu + "\n");
            tree.files(
                    directory + "/cache/index2",
                    Map.of("level", "2", "type", "Unified", "shared_cpu_list", cpu == 8 ? "8" : "0-3"));
            tree.files(
                    directory + "/cache/index0",
                    Map.of("level", "1", "type", "Data", "shared_cpu_list", cpu + "", "size", "32K"));
        }
        assertThat(read().coreClasses()).isInstanceOf(Fact.Absent.class);
        tree.file(CPUS + "cpu8/cache/index0/size", "48K");
        assertThat(read().coreClasses().get().orElseThrow())
                .extracting(c -> c.kind() + " " + c.cpus())
                .containsExactly("PERFORMANCE 8", "EFFICIENT 0-3");
        tree.file("/proc/cpuinfo", "vendor_id : AuthenticAMD\n");
        assertThat(read().coreClasses()).isInstanceOf(Fact.Absent.class);
    }

    @Test
    void siblingsWithNumbersOfTheirOwnAreCores() {
        for (int cpu : new int[] {0, 1}) {
            tree.files(
                    CPUS + "cpu" + cpu + "/topology",
                    Map.of("physical_package_id", "0", "core_id", cpu + "", "thread_siblings", "00000003"));
        }
        assertThat(CpuTopology.of(read()).cores())
                .extracting(core -> core.cpus().toString())
                .containsExactly("0", "1");
    }

    @Test
    void whatACpusetAllows() {
        tree.file("/proc/mounts", "none /c cgroup2 rw 0 0\n").file("/proc/self/cgroup", "0::/user.slice/a\n");
        tree.file("/c/user.slice/cpuset.cpus.effective", "0,3\n").file("/c/cpuset.cpus.effective", "0-3\n");
        assertThat(read().allowed()).isEqualTo(Fact.known(CpuSet.of(0, 3), "/c/user.slice/cpuset.cpus.effective"));
        tree.file("/proc/mounts", "none /dev/cpuset cgroup rw,cpuset,noprefix 0 0\n");
        tree.file("/proc/self/cpuset", "/vm\n").file("/dev/cpuset/vm/cpus", "1\n");
        assertThat(read().allowed().get()).contains(CpuSet.of(1));
        tree.file("/proc/self/status", "Name:\tcat\nCpus_allowed_list:\t0-1\n");
        assertThat(read().allowed()).isEqualTo(Fact.known(CpuSet.of(0, 1), "/proc/self/status"));
    }
}
