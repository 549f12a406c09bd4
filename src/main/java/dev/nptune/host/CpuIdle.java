package dev.nptune.host;

import java.util.List;

/// What idle CPUs do.
///
/// @param driver `acpi_idle`, `intel_idle`, `haltpoll`
/// @param governor what chooses the state: `menu`, `teo`, `haltpoll`
/// @param states the states, lightest first
public record CpuIdle(Fact<String> driver, Fact<String> governor, List<State> states) {

    public CpuIdle {
        states = List.copyOf(states);
    }

    /// Nothing known, for one reason.
    public static CpuIdle unread(String reason) {
        return new CpuIdle(
                Fact.unreadable("/sys/devices/system/cpu/cpuidle/current_driver", reason),
                Fact.unreadable("/sys/devices/system/cpu/cpuidle/current_governor", reason),
                List.of());
    }

    /// An idle state, by its number; CPUs of another kind may call theirs by another name.
    ///
    /// @param name as on the first CPU that has it: `POLL`, `C1`, `C2`
    /// @param latencyMicros how long waking up takes, in µs, on that CPU
    /// @param cpus the online CPUs that have it
    /// @param disabledOn those on which it has been switched off
    public record State(Fact<String> name, Fact<Long> latencyMicros, CpuSet cpus, Fact<CpuSet> disabledOn) {}
}
