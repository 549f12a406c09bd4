package dev.nptune.host;

import java.util.List;
import java.util.Set;

/// The processors of a machine.
///
/// @param vendor CPUID vendor string, `AuthenticAMD` or `GenuineIntel`
/// @param modelName marketing name
/// @param family display family, decimal (Zen is 23 = 17h)
/// @param model display model
/// @param stepping stepping
/// @param flags `/proc/cpuinfo` flags of the first processor
/// @param online CPUs that are online
/// @param isolated CPUs taken from the scheduler at boot (`isolcpus=`)
/// @param clocksource the clock the kernel reads, `tsc` on a sound machine
/// @param logical online logical CPUs in number order
public record Cpu(
        Fact<String> vendor,
        Fact<String> modelName,
        Fact<Integer> family,
        Fact<Integer> model,
        Fact<Integer> stepping,
        Fact<Set<String>> flags,
        Fact<CpuSet> online,
        Fact<CpuSet> isolated,
        Fact<String> clocksource,
        List<LogicalCpu> logical) {

    public Cpu {
        logical = List.copyOf(logical);
    }

    /// One logical CPU: what the kernel numbers and schedules on.
    ///
    /// @param id the kernel's number
    /// @param packageId `topology/physical_package_id`
    /// @param coreId `topology/core_id`, unique within a package only
    /// @param threadSiblings the CPUs of the same core, this one included
    /// @param l3Id `cache/index3/id`: CPUs with the same number share an L3 (a CCX)
    /// @param l3Sharing `cache/index3/shared_cpu_list`, the same fact told another way
    /// @param l3Bytes size of that L3 in bytes
    /// @param node NUMA node
    public record LogicalCpu(
            int id,
            Fact<Integer> packageId,
            Fact<Integer> coreId,
            Fact<CpuSet> threadSiblings,
            Fact<Integer> l3Id,
            Fact<CpuSet> l3Sharing,
            Fact<Long> l3Bytes,
            Fact<Integer> node) {}
}
