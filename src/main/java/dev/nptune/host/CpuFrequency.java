package dev.nptune.host;

import java.util.List;

/// How a machine's CPU frequencies are scaled. Frequencies are in kHz.
///
/// @param pstateMode mode of the processor's own driver: `active`, `passive`, `guided` or `off`; amd_pstate's, else
///     intel_pstate's
/// @param boost whether CPUs may go above their base frequency
/// @param preferredCores amd_pstate's `prefcore`, `enabled` where faster cores are told to the scheduler
/// @param policies the groups of CPUs that change together, by number; on today's machines each has one CPU
public record CpuFrequency(
        Fact<String> pstateMode, Fact<Boolean> boost, Fact<String> preferredCores, List<Policy> policies) {

    public CpuFrequency {
        policies = List.copyOf(policies);
    }

    /// Nothing known, for one reason.
    public static CpuFrequency unread(String reason) {
        return new CpuFrequency(
                Fact.unreadable("/sys/devices/system/cpu/amd_pstate/status", reason),
                Fact.unreadable("/sys/devices/system/cpu/cpufreq/boost", reason),
                Fact.unreadable("/sys/devices/system/cpu/amd_pstate/prefcore", reason),
                List.of());
    }

    /// CPUs that change their frequency together.
    ///
    /// @param directory where it is told
    /// @param cpus the online CPUs
    /// @param driver `amd-pstate-epp`, `acpi-cpufreq`, …
    /// @param governor `performance`, `powersave`, `schedutil`, …
    /// @param energyPreference energy performance preference (EPP): `performance` to `power`, or a number
    /// @param minimum lowest frequency that may be chosen now
    /// @param maximum highest frequency that may be chosen now
    /// @param hardwareMinimum lowest the processor can do
    /// @param hardwareMaximum highest the processor can do
    public record Policy(
            String directory,
            Fact<CpuSet> cpus,
            Fact<String> driver,
            Fact<String> governor,
            Fact<String> energyPreference,
            Fact<Long> minimum,
            Fact<Long> maximum,
            Fact<Long> hardwareMinimum,
            Fact<Long> hardwareMaximum) {}
}
