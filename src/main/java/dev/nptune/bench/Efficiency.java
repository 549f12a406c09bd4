package dev.nptune.bench;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How near to bare metal a VM runs: the geometric mean of bare/VM over the workloads that count, 1 being bare metal.
///
/// @param before in the VM as found; null if one of the workloads is missing
/// @param after in the VM as tuned; null if one of the workloads is missing
public record Efficiency(@Nullable Double before, @Nullable Double after) {

    /// Of workloads as [Measure#compare] orders them.
    public static Efficiency of(List<Workload> workloads) {
        List<Workload> counted = workloads.subList(0, Measure.counted(workloads));
        return new Efficiency(mean(counted, Workload::before), mean(counted, Workload::after));
    }

    private static @Nullable Double mean(List<Workload> workloads, Function<Workload, @Nullable Double> side) {
        if (workloads.isEmpty() || workloads.stream().map(side).anyMatch(Objects::isNull)) {
            return null;
        }
        double logs = 0;
        for (Workload workload : workloads) {
            double vm = Objects.requireNonNull(side.apply(workload));
            logs += Math.log(workload.bare() / vm);
        }
        return Math.exp(logs / workloads.size());
    }
}
