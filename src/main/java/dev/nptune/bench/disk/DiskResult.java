package dev.nptune.bench.disk;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a disk benchmark wrote down.
///
/// @param tool `fio`, `CrystalDiskMark` or `KDiskMark`
/// @param version as the tool gives it; empty if it does not
/// @param target the drive or file that was tested, as the tool names it; empty if it does not, or names several
/// @param runs the measurements, in the tool's order
/// @param activity what the kernel that ran the test counted for each drive meanwhile, if the tool tells
/// @param duration seconds that each test of CrystalDiskMark was measured, all rounds together
public record DiskResult(
        String tool,
        String version,
        String target,
        List<DiskRun> runs,
        List<DriveActivity> activity,
        Optional<Double> duration) {
    public DiskResult {
        runs = List.copyOf(runs);
        activity = List.copyOf(activity);
    }

    /// fio's `disk_util`: what the kernel of the machine that ran it counted.
    ///
    /// @param name the kernel's name of the drive
    /// @param readBytes bytes read; empty where fio is too old to tell (before 3.36)
    /// @param writtenBytes bytes written
    /// @param reads requests
    /// @param writes requests
    public record DriveActivity(
            String name, Optional<Long> readBytes, Optional<Long> writtenBytes, long reads, long writes) {}

    /// Whether all runs are known to be of one file, folder or drive. fio takes several files with colons between them.
    boolean oneTarget() {
        return !tool.equals("fio") || !(target.isEmpty() || target.contains(":"));
    }

    /// All bytes that the runs moved one way, where every run tells.
    Optional<Long> moved(DiskRun.Direction direction) {
        long sum = 0;
        for (DiskRun run : runs) {
            if (run.direction() == direction) {
                if (run.figures().movedBytes().isEmpty()) {
                    return Optional.empty();
                }
                sum += run.figures().movedBytes().get();
            }
        }
        return Optional.of(sum);
    }

    /// The figures by name, for the store: `disk.read.rnd.4k.q32t1.mbps`, `.iops`, `.latency.us`, `.p99.us`. Of several
    /// runs of one name the later ones get a number.
    @JsonIgnore
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (DiskRun run : runs) {
            String first = "disk." + run.direction().name().toLowerCase(Locale.ROOT) + "." + run.slug();
            String name = first;
            for (int i = 2; metrics.containsKey(name + ".mbps"); i++) {
                name = first + "." + i;
            }
            String id = name;
            metrics.put(id + ".mbps", run.figures().bytesPerSecond() / 1e6);
            run.figures().iops().ifPresent(iops -> metrics.put(id + ".iops", iops));
            run.figures().latency().ifPresent(latency -> {
                metrics.put(id + ".latency.us", latency.meanMicros());
                latency.percentile(99).ifPresent(p -> metrics.put(id + ".p99.us", p));
            });
        }
        return metrics;
    }
}
