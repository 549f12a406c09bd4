package dev.nptune.doctor;

import dev.nptune.host.CpuFrequency.Policy;
import dev.nptune.host.CpuIdle.State;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Rules about frequency and idle states.
final class PowerRules {
    /// Drivers whose `powersave` is no fixed low frequency: the processor itself chooses, by the EPP.
    private static final Set<String> SELF_GOVERNED = Set.of("amd-pstate-epp", "intel_pstate");

    private static final Set<String> SLOW = Set.of("powersave", "conservative");
    private static final Set<String> SAVING = Set.of("power", "balance_power");
    private static final long DEEP_MICROS = 100;

    private PowerRules() {}

    static List<Rule> all() {
        return List.of(GOVERNOR, CSTATES);
    }

    private static final Rule GOVERNOR = Rule.of(
                    "governor", Category.POWER, Severity.MEDIUM, Need.DOMAIN, Need.POWER, Need.HOOKS)
            .title("The vCPUs' host CPUs are set to save power")
            .effect("They stay slow or speed up late, which the guest can neither see nor change.")
            .fix("Set the governor, or the EPP, to performance while the VM runs (a libvirt hook can).")
            .risk("More heat and power.")
            .when(PowerRules::governor);

    /// A VM without pins runs on any CPU.
    private static void governor(Host host, Domain domain, Examination notes) {
        if (Hooks.mention(
                host,
                domain,
                "scaling_governor",
                "energy_performance_preference",
                "cpupower",
                "powerprofilesctl",
                "tuned-adm")) {
            return;
        }
        CpuSet pinned = HostFacts.pinned(domain);
        if (host.cpu().frequency().policies().isEmpty()) {
            notes.read(host.cpu().frequency().pstateMode());
        }
        Map<String, Fact<String>> first = new LinkedHashMap<>();
        Map<String, CpuSet> on = new LinkedHashMap<>();
        for (Policy policy : host.cpu().frequency().policies()) {
            CpuSet cpus = notes.read(policy.cpus()).orElse(CpuSet.of());
            if (pinned.isEmpty() || cpus.intersects(pinned)) {
                saving(policy, notes).ifPresent(fact -> {
                    String value = fact.get().orElse("");
                    first.putIfAbsent(value, fact);
                    on.merge(value, cpus, CpuSet::or);
                });
            }
        }
        first.forEach((value, fact) ->
                notes.found(fact.source(), value + " on CPU " + on.get(value), "performance while the VM runs"));
    }

    /// The setting that slows the CPUs of a policy.
    private static Optional<Fact<String>> saving(Policy policy, Examination notes) {
        return notes.read(policy.driver()).flatMap(driver -> {
            boolean self = SELF_GOVERNED.contains(driver);
            Fact<String> setting = self ? policy.energyPreference() : policy.governor();
            return notes.read(setting).filter((self ? SAVING : SLOW)::contains).map(_ -> setting);
        });
    }

    private static final Rule CSTATES = Rule.of(
                    "cstates", Category.POWER, Severity.LOW, Need.DOMAIN, Need.POWER, Need.HOOKS)
            .title("The vCPUs' host CPUs may sleep deeply")
            .effect("A vCPU that waits wakes up some 100 µs late: late input and sound.")
            .fix("Hold /dev/cpu_dma_latency open with a small number while the VM runs.")
            .risk("More power at idle, and less boost for the busy cores.")
            .when(PowerRules::cstates);

    private static void cstates(Host host, Domain domain, Examination notes) {
        CpuSet pinned = HostFacts.pinned(domain);
        if (pinned.isEmpty() || Hooks.mention(host, domain, "cpu_dma_latency", "cpupower", "/cpuidle/")) {
            return;
        }
        if (host.cpu().idle().states().isEmpty()) {
            notes.read(host.cpu().idle().driver());
        }
        for (State state : host.cpu().idle().states()) {
            CpuSet here = state.cpus().and(pinned);
            Optional<Long> latency = here.isEmpty() ? Optional.empty() : notes.read(state.latencyMicros());
            if (latency.filter(micros -> micros > DEEP_MICROS).isPresent()) {
                CpuSet enabled = notes.read(state.disabledOn()).map(here::minus).orElse(CpuSet.of());
                if (!enabled.isEmpty()) {
                    notes.found(
                            state.latencyMicros().source(),
                            latency.get() + " µs on CPU " + enabled,
                            "at most " + DEEP_MICROS + " µs while the VM runs");
                }
            }
        }
    }
}
