package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;
import static dev.nptune.doctor.Cores.hook;
import static dev.nptune.doctor.Cores.vm;
import static dev.nptune.doctor.TestHost.policy;

import dev.nptune.host.CpuFrequency;
import dev.nptune.host.CpuFrequency.Policy;
import dev.nptune.host.CpuIdle;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [PowerRules].
final class PowerCases {
    private static final String POLICY = "/sys/devices/system/cpu/cpufreq/policy";
    private static final String WANTED = " | performance while the VM runs";
    private static final String STATE = "/sys/devices/system/cpu/cpu0/cpuidle/state3/";

    private PowerCases() {}

    static List<Case> all() {
        return Stream.of(governors(), idle()).flatMap(List::stream).toList();
    }

    private static Consumer<TestHost> policies(Policy... policies) {
        return h -> h.frequency = TestHost.frequency(policies);
    }

    private static Policy unread(boolean cpus, boolean driver, boolean preference) {
        Policy p = policy("0-15", "amd-pstate-epp", "powersave", "power");
        return new Policy(
                p.directory(),
                cpus ? TestHost.unreadable(p.cpus()) : p.cpus(),
                driver ? TestHost.unreadable(p.driver()) : p.driver(),
                p.governor(),
                preference ? TestHost.unreadable(p.energyPreference()) : p.energyPreference(),
                p.minimum(),
                p.maximum(),
                p.hardwareMinimum(),
                p.hardwareMaximum());
    }

    private static List<Case> governors() {
        String id = "governor";
        Consumer<TestHost> slow = policies(policy("0-15", "acpi-cpufreq", "powersave", ""));
        String found = POLICY + "0/scaling_governor | powersave on CPU 0-15" + WANTED;
        return List.of(
                fires(id, "powersave", slow, tuned(), found),
                fires(id, "without pins", slow, vm("", "", ""), found),
                fires(
                        id,
                        "conservative, passive mode",
                        policies(policy("4-5", "amd-pstate", "conservative", "")),
                        tuned(),
                        POLICY + "4/scaling_governor | conservative on CPU 4-5" + WANTED),
                fires(id, "a hook for something else", slow.andThen(hook("qemu", "modprobe vfio")), tuned(), found),
                fires(
                        id,
                        "each CPU for itself",
                        policies(
                                policy("3", "amd-pstate-epp", "powersave", "power"),
                                policy("4", "amd-pstate-epp", "powersave", "power"),
                                policy("5", "amd-pstate-epp", "powersave", "power"),
                                policy("12", "intel_pstate", "powersave", "balance_power"),
                                policy("13", "intel_pstate", "performance", "performance")),
                        tuned(),
                        POLICY + "4/energy_performance_preference | power on CPU 4-5" + WANTED,
                        POLICY + "12/energy_performance_preference | balance_power on CPU 12" + WANTED),
                clear(id, "powersave is normal where the processor chooses", SOUND, tuned()),
                clear(
                        id,
                        "intel_pstate without EPP",
                        policies(policy("0-15", "intel_pstate", "powersave", "")),
                        tuned()),
                clear(id, "schedutil", policies(policy("0-15", "acpi-cpufreq", "schedutil", "")), tuned()),
                clear(
                        id,
                        "EPP says nothing of a governor",
                        policies(policy("4", "amd-pstate", "schedutil", "power")),
                        tuned()),
                clear(id, "other CPUs", policies(policy("0-3", "acpi-cpufreq", "powersave", "")), tuned()),
                clear(
                        id,
                        "a hook sets it",
                        slow.andThen(hook("qemu", "echo performance > $cpu/cpufreq/scaling_governor")),
                        tuned()),
                clear(
                        id,
                        "no frequency scaling",
                        h -> h.frequency = new CpuFrequency(
                                Fact.absent("status"), Fact.absent("boost"), Fact.absent("prefcore"), List.of()),
                        tuned()),
                unknown(id, "driver", policies(unread(false, true, false)), tuned(), POLICY + "0/scaling_driver"),
                unknown(id, "CPUs", policies(unread(true, false, false)), tuned(), POLICY + "0/affected_cpus"),
                unknown(
                        id,
                        "EPP",
                        policies(unread(false, false, true)),
                        tuned(),
                        POLICY + "0/energy_performance_preference"),
                unknown(
                        id,
                        "nothing read",
                        h -> h.frequency = CpuFrequency.unread("no"),
                        tuned(),
                        "/sys/devices/system/cpu/amd_pstate/status"));
    }

    private static Consumer<TestHost> deep(long micros, String cpus, Fact<CpuSet> disabled) {
        return h -> h.idle = TestHost.idle(
                TestHost.idleState(1, "C1", 1),
                new CpuIdle.State(
                        Fact.known("C3", STATE + "name"),
                        Fact.known(micros, STATE + "latency"),
                        CpuSet.parse(cpus),
                        disabled));
    }

    private static Fact<CpuSet> disabled(String cpus) {
        return Fact.known(CpuSet.parse(cpus), STATE + "disable");
    }

    private static List<Case> idle() {
        String id = "cstates";
        Consumer<TestHost> deep = deep(350, "0-15", disabled(""));
        String wanted = " | at most 100 µs while the VM runs";
        return List.of(
                fires(id, "C3", deep, tuned(), STATE + "latency | 350 µs on CPU 4-5,12-13" + wanted),
                fires(
                        id,
                        "switched off on some, just too deep",
                        deep(101, "0-12", disabled("4-7")),
                        tuned(),
                        STATE + "latency | 101 µs on CPU 12" + wanted),
                clear(id, "just shallow enough", deep(100, "0-15", disabled("")), tuned()),
                clear(id, "switched off on these", deep(350, "0-15", disabled("4-5,12-13")), tuned()),
                clear(id, "other CPUs", deep(350, "0-3", Fact.unreadable("x", "y")), tuned()),
                clear(id, "no pins", deep, vm("", "", "")),
                clear(
                        id,
                        "a hook holds the latency",
                        deep.andThen(hook("qemu", "exec 3> /dev/cpu_dma_latency")),
                        tuned()),
                clear(
                        id,
                        "no idle states",
                        h -> h.idle = new CpuIdle(Fact.absent("driver"), Fact.absent("governor"), List.of()),
                        tuned()),
                clear(id, "shallow states", SOUND, tuned()),
                unknown(
                        id,
                        "what is off",
                        deep(350, "0-15", TestHost.unreadable(disabled(""))),
                        tuned(),
                        STATE + "disable"),
                unknown(
                        id,
                        "latency",
                        h -> h.idle = TestHost.idle(new CpuIdle.State(
                                Fact.known("C3", STATE + "name"),
                                Fact.unreadable(STATE + "latency", "no"),
                                CpuSet.range(0, 15),
                                disabled(""))),
                        tuned(),
                        STATE + "latency"),
                unknown(
                        id,
                        "nothing read",
                        h -> h.idle = CpuIdle.unread("no"),
                        tuned(),
                        "/sys/devices/system/cpu/cpuidle/current_driver"));
    }
}
