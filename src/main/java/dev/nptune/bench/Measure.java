package dev.nptune.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the workload program measures, in the order it is shown. The first [#COUNTED] make the efficiency.
public enum Measure {
    INTEGER("integer", "integer loop", "ns", 1),
    PROCESS("process", "process creation", "µs", 1_000),
    MAPPING("mapping", "memory mapping, 1 MiB", "µs", 1_000),
    MEMORY("memory", "random memory, 64 MiB", "ns", 1),
    CONTEXT("context", "context switches, pipe", "µs", 1_000),
    TIMER("timer", "timer wake-up, 100 µs", "µs", 1_000),
    DISK("disk", "disk read, 4 KiB random", "µs", 1_000),
    FRAMEBUFFER("framebuffer", "frame copy, 3 MiB to GPU", "µs", 1_000);

    /// How many of them, from the first on, make the efficiency: what a processor and its page tables do, without
    /// devices.
    public static final int COUNTED = 5;

    private final String key;
    private final String title;
    private final String unit;
    private final double nanosecondsPerUnit;

    Measure(String key, String title, String unit, double nanosecondsPerUnit) {
        this.key = key;
        this.title = title;
        this.unit = unit;
        this.nanosecondsPerUnit = nanosecondsPerUnit;
    }

    /// The names under which the workload program prints what it measured, those that are not among the given.
    public static List<String> missing(Set<String> measured) {
        return Arrays.stream(values())
                .map(measure -> measure.key)
                .filter(key -> !measured.contains(key))
                .toList();
    }

    /// Puts three runs of the workload program beside each other.
    ///
    /// @param bare ns for one operation by the program's own name for it, on bare metal
    /// @param before the same in the VM as found
    /// @param after the same in the VM as tuned
    /// @return the workloads that bare metal could run; one that a VM could not run has no value there
    public static List<Workload> compare(
            Map<String, Double> bare, Map<String, Double> before, Map<String, Double> after) {
        List<Workload> workloads = new ArrayList<>();
        for (Measure measure : values()) {
            Double value = measure.scaled(bare);
            if (value != null) {
                workloads.add(new Workload(
                        measure.title, measure.unit, value, measure.scaled(before), measure.scaled(after)));
            }
        }
        return List.copyOf(workloads);
    }

    /// How many of these workloads, from the first on, make the efficiency: [#COUNTED], or none if one that counts is
    /// not among them. A mean of others would look the same and mean something else.
    ///
    /// @param workloads as [#compare] orders them
    public static int counted(List<Workload> workloads) {
        List<String> wanted =
                Arrays.stream(values()).limit(COUNTED).map(m -> m.title).toList();
        List<String> there =
                workloads.stream().limit(COUNTED).map(Workload::name).toList();
        return there.equals(wanted) ? COUNTED : 0;
    }

    private @Nullable Double scaled(Map<String, Double> nanoseconds) {
        Double value = nanoseconds.get(key);
        return value == null ? null : value / nanosecondsPerUnit;
    }
}
