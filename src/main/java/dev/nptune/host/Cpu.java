package dev.nptune.host;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The processors of a machine, each fact as its file tells it. Where files contradict each other, both stand here;
/// [CpuTopology] says what to make of it.
///
/// @param vendor CPUID vendor string, `AuthenticAMD` or `GenuineIntel`
/// @param modelName marketing name
/// @param family display family, decimal (Zen is 23 = 17h)
/// @param model display model
/// @param stepping stepping
/// @param microcode revision as the kernel prints it, `0x8001138`
/// @param flags `/proc/cpuinfo` flags of the first processor
/// @param present CPUs the machine has, online or not
/// @param online CPUs that are online
/// @param offline CPUs that are present and not online
/// @param isolated CPUs taken from the scheduler at boot (`isolcpus=`)
/// @param nohzFull CPUs without a timer tick while one task runs (`nohz_full=`)
/// @param allowed CPUs on which whoever read this machine may run; fewer than online where a cpuset keeps the rest for
///     something else, as `AllowedCPUs=` of systemd does for VMs
/// @param smtControl `on`, `off`, `forceoff`, `notsupported` or `notimplemented`
/// @param clocksource the clock the kernel reads, `tsc` on a sound machine
/// @param clocksources the clocks it could read
/// @param logical online logical CPUs in number order
/// @param caches all distinct caches, by level, then first CPU
/// @param coreClasses performance and efficiency cores; absent where all cores are of one kind
/// @param frequency frequency scaling
/// @param idle idle states
/// @param vulnerabilities what the kernel says of each known hardware vulnerability, by name
/// @param slices systemd's groups at the top, as far as the machine has them
public record Cpu(
        Fact<String> vendor,
        Fact<String> modelName,
        Fact<Integer> family,
        Fact<Integer> model,
        Fact<Integer> stepping,
        Fact<String> microcode,
        Fact<Set<String>> flags,
        Fact<CpuSet> present,
        Fact<CpuSet> online,
        Fact<CpuSet> offline,
        Fact<CpuSet> isolated,
        Fact<CpuSet> nohzFull,
        Fact<CpuSet> allowed,
        Fact<String> smtControl,
        Fact<String> clocksource,
        Fact<List<String>> clocksources,
        List<LogicalCpu> logical,
        List<Cache> caches,
        Fact<List<CoreClass>> coreClasses,
        CpuFrequency frequency,
        CpuIdle idle,
        Map<String, Fact<String>> vulnerabilities,
        List<Slice> slices) {

    public Cpu {
        logical = List.copyOf(logical);
        caches = List.copyOf(caches);
        vulnerabilities = Collections.unmodifiableMap(new TreeMap<>(vulnerabilities));
        slices = List.copyOf(slices);
    }

    /// One logical CPU: what the kernel numbers and schedules on.
    ///
    /// @param id the kernel's number
    /// @param packageId `topology/physical_package_id`
    /// @param packageCpus the CPUs of the same package, this one included: the same fact told another way
    /// @param dieId `topology/die_id`, unique within a package only
    /// @param coreId `topology/core_id`, unique within a package only
    /// @param threadSiblings the CPUs of the same core, this one included
    /// @param l3Id `cache/index3/id`: CPUs with the same number share an L3 (a CCX)
    /// @param l3Sharing the CPUs that share that L3, this one included: the same fact told another way
    /// @param l3Bytes size of that L3 in bytes
    /// @param node NUMA node
    /// @param highestPerf how fast this core can get on the firmware's scale, which compares cores of one
    ///     machine only: the ranking of preferred cores where the driver gives it, else CPPC's `highest_perf`
    public record LogicalCpu(
            int id,
            Fact<Integer> packageId,
            Fact<CpuSet> packageCpus,
            Fact<Integer> dieId,
            Fact<Integer> coreId,
            Fact<CpuSet> threadSiblings,
            Fact<Integer> l3Id,
            Fact<CpuSet> l3Sharing,
            Fact<Long> l3Bytes,
            Fact<Integer> node,
            Fact<Integer> highestPerf) {}

    /// A cache, as the CPUs that name it agree. Size, line and ways are as the first of them tells.
    ///
    /// @param level 1 to 3, seldom 4
    /// @param type what it holds
    /// @param id the kernel's number, unique within a level and type
    /// @param sharing the CPUs that share it; may name CPUs that are offline
    /// @param saidBy the online CPUs that tell exactly this; the online ones of `sharing` on a sound machine
    /// @param bytes size in bytes
    /// @param lineBytes size of a line in bytes
    /// @param ways associativity
    public record Cache(
            int level,
            Fact<CacheType> type,
            Fact<Integer> id,
            Fact<CpuSet> sharing,
            CpuSet saidBy,
            Fact<Long> bytes,
            Fact<Integer> lineBytes,
            Fact<Integer> ways) {}

    /// A control group at the top, which holds part of the system. Where a hook keeps CPUs for a VM by
    /// `AllowedCPUs=`, the other groups have fewer than are online.
    ///
    /// @param name `init.scope`, `system.slice`, `user.slice` or `machine.slice`
    /// @param cpus the CPUs it may use; absent where the kernel keeps no list for it, and so does not restrict it
    public record Slice(String name, Fact<CpuSet> cpus) {}

    /// What a cache holds.
    public enum CacheType {
        DATA,
        INSTRUCTION,
        UNIFIED
    }

    /// The cores of one kind in a processor that has several.
    ///
    /// @param kind which
    /// @param cpus the online CPUs of that kind
    /// @param inferred whether this was concluded from other facts, since the kernel's own word was not to be had
    /// @param basis where the kernel says so, or what it was concluded from, for people
    public record CoreClass(Kind kind, CpuSet cpus, boolean inferred, String basis) {
        /// Kinds of cores, the fastest first.
        public enum Kind {
            PERFORMANCE,
            EFFICIENT,
            /// Efficient cores outside the compute die, without an L3.
            LOW_POWER
        }
    }
}
