package dev.nptune.bench.disk;

import dev.nptune.bench.disk.DiskRun.Direction;
import dev.nptune.host.Fact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Whether more was moved than the drive's link can carry.
final class LinkCheck {
    private static final String ID = "link";
    /// PCIe 5.0 on four lanes: more than any NVMe drive of today takes.
    private static final double ANY_DRIVE = 4 * Drive.lane(32);

    private LinkCheck() {}

    /// Runs that went on at the same time, together.
    private record Peak(String name, Direction direction, double rate) {
        String words() {
            return LinkCheck.rate(rate) + " (" + name + ", " + direction.name().toLowerCase(Locale.ROOT) + ")";
        }
    }

    static DiskCheck of(DiskResult result, DiskSurroundings around) {
        // Jobs of which it is not known that they had the same file may have been on several drives.
        Peak peak = peak(result, result.oneTarget());
        if (!(around.drives() instanceof Fact.Known<List<Drive>>(List<Drive> drives, String where))) {
            String reason = DiskSurroundings.reason(around.drives());
            return peak.rate > ANY_DRIVE
                    ? DiskCheck.doubtful(
                            ID,
                            peak.words() + " is more than any drive on four lanes of PCIe 5.0 takes (15.8 GB/s)"
                                    + cause(result, around) + ".",
                            "the drive is not known: " + reason)
                    : DiskCheck.unknown(ID, "How much the drive's link can carry is not known: " + reason + ".");
        }
        String words = String.join(
                " and ", drives.stream().map(Drive::words).distinct().toList());
        String evidence = where + " is on "
                + String.join(
                        ", ",
                        drives.stream()
                                .map(d -> d.name() + " (" + d.words() + ")")
                                .toList());
        Optional<Double> now = sum(drives.stream().map(Drive::now).toList());
        Optional<Double> most = sum(drives.stream().map(Drive::most).toList()).or(() -> now);
        if (most.isEmpty() && now.isEmpty()) {
            return DiskCheck.unknown(ID, "How much the drive's link can carry is not known.", evidence);
        }
        double bound = now.or(() -> most).orElse(0.0);
        Peak together = peak(result, true);
        if (peak.rate <= bound && together.rate > bound) {
            return DiskCheck.unknown(
                    ID,
                    together.words() + " is more than the " + words + " can carry (" + rate(bound)
                            + "), but it is of several"
                            + " jobs together, and the result does not name one file for all: they may have been on"
                            + " several drives.",
                    evidence);
        }
        if (peak.rate > Math.max(bound, most.orElse(0.0))) {
            return DiskCheck.impossible(
                    ID,
                    peak.words() + " is more than the " + words + " can carry (" + rate(bound) + ")"
                            + cause(result, around) + ".",
                    evidence);
        }
        if (peak.rate > bound) {
            return DiskCheck.doubtful(
                    ID,
                    peak.words() + " is more than the link of the " + words + " carries as it runs now (" + rate(bound)
                            + "), though not more than it could (" + rate(most.orElse(0.0)) + ").",
                    evidence);
        }
        return DiskCheck.believed(
                ID,
                "No run moved more than the " + words + " can carry (" + rate(bound) + ").",
                "most: " + peak.words(),
                evidence);
    }

    /// What moved the data in the drive's place, where a cache is known to be there.
    private static String cause(DiskResult result, DiskSurroundings around) {
        if (around.disk() instanceof Fact.Known<TestedDisk>(TestedDisk.OfQemu disk, String _)
                && disk.throughHostCache()) {
            return ": it is your host's page cache: " + disk.cacheSaid();
        }
        boolean buffered =
                result.runs().stream().anyMatch(r -> !r.load().direct().orElse(true));
        return buffered ? ": it is the page cache of the system that ran fio: direct=1 was not set" : "";
    }

    /// @param together whether the rates of a group add up
    private static Peak peak(DiskResult result, boolean together) {
        Map<Integer, Map<Direction, List<DiskRun>>> groups = new TreeMap<>();
        for (DiskRun run : result.runs()) {
            groups.computeIfAbsent(together ? run.group() : groups.size(), _ -> new TreeMap<>())
                    .computeIfAbsent(run.direction(), _ -> new ArrayList<>())
                    .add(run);
        }
        return groups.values().stream()
                .flatMap(g -> g.entrySet().stream())
                .filter(e -> e.getKey() != Direction.TRIM)
                .map(e -> new Peak(
                        DiskChecks.names(e.getValue()),
                        e.getKey(),
                        e.getValue().stream()
                                .mapToDouble(r -> r.figures().bytesPerSecond())
                                .sum()))
                .max(Comparator.comparingDouble(Peak::rate))
                .orElse(new Peak("nothing", Direction.READ, 0));
    }

    private static Optional<Double> sum(List<Optional<Double>> bounds) {
        return bounds.isEmpty() || bounds.stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : Optional.of(bounds.stream().mapToDouble(Optional::get).sum());
    }

    /// A throughput for people: powers of ten, as drives are sold.
    static String rate(double bytesPerSecond) {
        return bytesPerSecond >= 1e9
                ? String.format(Locale.ROOT, "%.1f GB/s", bytesPerSecond / 1e9)
                : String.format(Locale.ROOT, "%.0f MB/s", bytesPerSecond / 1e6);
    }
}
